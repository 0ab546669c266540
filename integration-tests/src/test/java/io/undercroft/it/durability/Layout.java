package io.undercroft.it.durability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The ways in which the file plugin lays values out. */
enum Layout {
  FOLDER("folder"),
  SUBFOLDERS("subfolders", "storage.subfolders=16"),
  DOCUMENT("document/rooms.json");

  private final String path;

  @SuppressWarnings("ImmutableEnumChecker") // it is one that cannot be changed
  private final List<String> more;

  Layout(String path, String... more) {
    this.path = path;
    this.more = List.of(more);
  }

  /** Returns the folder that holds everything of the storage. */
  Path root(Path parent) {
    return parent.resolve(name().toLowerCase(java.util.Locale.ROOT));
  }

  /** Returns the configuration of a storage below a directory. */
  List<String> properties(Path parent) {
    List<String> properties = new ArrayList<>(more);
    properties.add("storage.type=file");
    properties.add("storage.path=" + parent.resolve(path));
    return properties;
  }

  /** Returns the directories that name the values or the document. */
  List<Path> naming(Path parent) throws IOException {
    Path root = root(parent).toRealPath();
    if (this != SUBFOLDERS) {
      return List.of(root);
    }
    try (Stream<Path> below = Files.list(root)) {
      return below.filter(path -> path.getFileName().toString().matches("0[0-9a-f]")).toList();
    }
  }
}
