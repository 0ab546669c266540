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
  /**
   * By default H2 uses space again 45 seconds after it became free. No process lives as long here,
   * and so the new would always lie at the end of the file, where it cannot be overlooked.
   */
  H2 {
    @Override
    List<String> properties(Path folder) {
      String url = "jdbc:h2:" + folder.resolve("rooms") + ";RETENTION_TIME=200";
      return List.of("storage.type=jdbc", "storage.url=" + url);
    }
  };

  /** Returns the configuration of a storage in a folder. */
  abstract List<String> properties(Path folder);
}
