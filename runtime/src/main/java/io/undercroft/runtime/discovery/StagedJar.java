package io.undercroft.runtime.discovery;

import java.nio.file.Path;

/**
 * A private copy of a jar.
 *
 * @param source the jar in the plugins folder, as the operator knows it
 * @param relative its path in the plugins folder, with {@code /}: how {@code plugins.lock} names it
 * @param file the copy
 * @param sha256 the hash of the copy's bytes
 * @param bytes the copy's size
 */
record StagedJar(Path source, String relative, Path file, String sha256, long bytes) {}
