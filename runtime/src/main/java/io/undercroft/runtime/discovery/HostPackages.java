package io.undercroft.runtime.discovery;

import java.util.List;

/**
 * The frozen list of what a plugin gets from the host, and only from the host. Whatever is added
 * here every plugin may come to depend on, and no plugin can bring its own version of any more.
 */
final class HostPackages {
  static final List<String> PREFIXES =
      List.of(
          "io.undercroft.spi.",
          "io.undercroft.storage.",
          "org.jspecify.",
          "org.slf4j.",
          "jakarta.inject.");

  /** The part of the list that is Undercroft's own: a plugin that carries it was built wrongly. */
  private static final List<String> SPI_PATHS =
      List.of("io/undercroft/spi/", "io/undercroft/storage/");

  private static final List<String> PATHS =
      PREFIXES.stream().map(prefix -> prefix.replace('.', '/')).toList();

  private HostPackages() {}

  static boolean ownClass(String name) {
    return startsWithAny(name, PREFIXES);
  }

  static boolean ownResource(String path) {
    return startsWithAny(path, PATHS);
  }

  /** Whether this file of a jar is a class of the SPI, also one for a newer Java only. */
  static boolean isSpiClass(String zipEntry) {
    if (!zipEntry.endsWith(".class")) {
      return false;
    }
    String path = zipEntry;
    if (path.startsWith("META-INF/versions/")) {
      path = path.substring(path.indexOf('/', "META-INF/versions/".length()) + 1);
    }
    return startsWithAny(path, SPI_PATHS);
  }

  private static boolean startsWithAny(String name, List<String> prefixes) {
    for (String prefix : prefixes) {
      if (name.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }
}
