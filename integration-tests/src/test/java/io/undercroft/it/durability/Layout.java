package io.undercroft.it.durability;

import java.nio.file.Path;
import java.util.List;

/** The two ways in which the file plugin lays values out. */
enum Layout {
  FOLDER("folder"),
  DOCUMENT("document/rooms.json");

  private final String path;

  Layout(String path) {
    this.path = path;
  }

  /** Returns the folder that holds everything of the storage. */
  Path root(Path parent) {
    return parent.resolve(name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns the configuration of a storage below a directory. */
  List<String> properties(Path parent) {
    return List.of("storage.type=file", "storage.path=" + parent.resolve(path));
  }
}
