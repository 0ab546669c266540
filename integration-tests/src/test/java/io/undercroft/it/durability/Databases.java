package io.undercroft.it.durability;

import java.nio.file.Path;
import java.util.List;

/** Databases that run in the process of the storage, and end with it. */
enum Databases {
  SQLITE {
    @Override
    List<String> properties(Path folder) {
      return List.of("storage.type=sqlite", "storage.database=" + folder.resolve("rooms.db"));
    }
  },
  H2 {
    @Override
    List<String> properties(Path folder) {
      return List.of("storage.type=jdbc", "storage.url=jdbc:h2:" + folder.resolve("rooms"));
    }
  };

  /** Returns the configuration of a storage in a folder. */
  abstract List<String> properties(Path folder);
}
