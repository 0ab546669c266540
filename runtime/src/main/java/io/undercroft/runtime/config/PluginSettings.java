package io.undercroft.runtime.config;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ConfigInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The first phase: what must be known before a plugin is loaded.
 *
 * @param path {@code storage.plugins.path}, the folder to look into; {@code plugins} by default
 * @param pathSource who asked for this folder, {@code "default"} if nobody did; only then it may be
 *     absent
 * @param trust {@code storage.plugins.trust}
 * @param lock {@code storage.plugins.lock}, the list of digests for {@link Trust#LOCK}, if it is
 *     not in the folder
 * @param truststore {@code storage.plugins.truststore}, the signers' certificates; there if the
 *     trust is {@link Trust#SIGNED}
 * @param truststorePassword {@code storage.plugins.truststore-password}
 * @param staging {@code storage.plugins.staging}, where to make the private copies of jars
 * @param config these settings as they are in force, sorted by name
 */
public record PluginSettings(
    Path path,
    String pathSource,
    Trust trust,
    Optional<Path> lock,
    Optional<Path> truststore,
    Optional<Secret> truststorePassword,
    Optional<Path> staging,
    List<ConfigInfo> config) {

  /** Which plugins of the folder are loaded. */
  public enum Trust {
    /** Every one. */
    OPEN,
    /** Those whose digest is on the list. */
    LOCK,
    /** Those that were signed by a known key. */
    SIGNED
  }

  /** Checks that nothing is {@code null} and copies the list. */
  public PluginSettings {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(pathSource, "pathSource");
    Objects.requireNonNull(trust, "trust");
    Objects.requireNonNull(lock, "lock");
    Objects.requireNonNull(truststore, "truststore");
    Objects.requireNonNull(truststorePassword, "truststorePassword");
    Objects.requireNonNull(staging, "staging");
    config = List.copyOf(config);
  }
}
