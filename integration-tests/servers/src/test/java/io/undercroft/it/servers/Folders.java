package io.undercroft.it.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Folders that a server and its test share; they go with the build. */
final class Folders {
  private Folders() {}

  /** Makes a folder of its own, whose name begins with this. */
  static Path of(String name) {
    try {
      Path all = Files.createDirectories(Path.of("target", "folders").toAbsolutePath());
      return Files.createTempDirectory(all, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
