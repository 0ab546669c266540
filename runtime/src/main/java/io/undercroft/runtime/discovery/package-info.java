/**
 * Finds plugins, layers and codecs: in a plugins folder, each entry behind a class loader of its
 * own; on the class path; and handed in by the runtime or by code. {@link
 * io.undercroft.runtime.discovery.PluginCatalog#open} does it all, and what it found stays until
 * {@link io.undercroft.runtime.discovery.PluginCatalog#close}.
 *
 * <p><b>An entry</b> of the folder is a jar, or a folder with jars directly in it. Exactly one of
 * its jars has the manifest of a plugin ({@code Undercroft-Plugin-Id}, {@code
 * Undercroft-Plugin-Version}, {@code Undercroft-Spi}); the id there counts, whatever the file or
 * folder is called. It offers at most one storage plugin, of that id, and any layers and codecs.
 * Hidden files, files that are no jars and folders without jars are left alone. Symbolic links and
 * special files are refused.
 *
 * <p><b>Its way:</b> every jar is copied to where nobody else can write; the hash is taken, trust
 * is checked and the manifest is read from the copy, and the class loader reads the copy. No class
 * is loaded before all of this has passed for all entries and no id is claimed twice.
 *
 * <p><b>What its code sees:</b> the packages of a short frozen list, from the host only; the JDK,
 * which comes before its own jars and stands for nothing else; its own jars. {@code Class-Path} in
 * a manifest is not followed. A copy of SLF4J, JSpecify or {@code jakarta.inject} in its jars is
 * never used; a copy of the SPI is an error.
 *
 * <p><b>What is wrong</b> with one entry breaks that entry alone. What would make the whole
 * ambiguous or unsafe (an id twice, a jar that is not trusted) stops the start; at a later look it
 * breaks the new entry.
 */
@NullMarked
package io.undercroft.runtime.discovery;

import org.jspecify.annotations.NullMarked;
