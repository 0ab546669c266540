package io.undercroft.plugin.file;

import io.undercroft.testkit.PluginUnderTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The plugin with a path that can be taken away, as an unmounted disk is. */
final class Outages {
  private Outages() {}

  static PluginUnderTest of(Path path, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("path", path.toString());
    Path away = path.resolveSibling(path.getFileName() + ".away");
    return PluginUnderTest.of(new FilePlugin(), settings)
        .persistent()
        .outage(() -> move(path, away), () -> move(away, path));
  }

  private static void move(Path from, Path to) {
    if (Files.exists(from)) {
      try {
        Files.move(from, to);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
