package io.undercroft.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Where ever more entries are kept. */
enum GrowthBackend {
  /** No storage: what the processor's caches and the collector add is seen on it, too. */
  MAP("ConcurrentHashMap", 0, 512) {
    @Override
    Place place(Path directory) {
      return new Place(Map.of(), () -> {});
    }

    @Override
    Set<GrowthWork> works() {
      return EnumSet.of(
          GrowthWork.GET,
          GrowthWork.GET_SOME,
          GrowthWork.SET,
          GrowthWork.SIZE,
          GrowthWork.FIRST_KEYS,
          GrowthWork.ALL_KEYS);
    }
  },

  MEMORY("memory", 0, 1_024) {
    @Override
    Place place(Path directory) {
      return new Place(Map.of("type", "memory"), () -> {});
    }

    @Override
    Set<GrowthWork> works() {
      return EnumSet.complementOf(EnumSet.of(GrowthWork.START, GrowthWork.INDEXED_START));
    }
  },

  FILE("file", 6_000, 512) {
    @Override
    Place place(Path directory) {
      return new Place(Map.of("type", "file", "path", directory.toString()), () -> {});
    }

    /**
     * The first overwrite of a file writes a second file, with the moment of creation: that is none
     * of growth, so those that are overwritten are not many, and were overwritten before.
     */
    @Override
    int mostOverwritten() {
      return 1_000;
    }
  },

  SQLITE("sqlite", 500, 0) {
    @Override
    Place place(Path directory) {
      return new Place(
          Map.of("type", "sqlite", "database", directory.resolveSibling("growth.db").toString()),
          () -> {});
    }
  },

  POSTGRESQL("postgresql", 500, 0) {
    @Override
    Place place(Path directory) {
      Map<String, String> settings = new HashMap<>();
      settings.put("type", "jdbc");
      settings.put("url", Engine.POSTGRESQL.url(directory, "growth"));
      settings.put("user", "postgres");
      settings.put("table", "growth");
      return new Place(settings, () -> {});
    }
  },

  REDIS("redis", 0, 0) {
    @Override
    Place place(Path directory) throws Exception {
      RedisServer server = RedisServer.start();
      return new Place(
          Map.of("type", "redis", "uri", FilmsInRedis.uri(server.port())), server::close);
    }
  };

  private static final long LEAST_HEAP = 64L << 20;

  private final String title;
  private final int diskBytes;
  private final int heapBytes;

  /**
   * Names it.
   *
   * @param diskBytes about how much of the disk an entry takes, at most
   * @param heapBytes how much of the heap an entry may take where entries, or their index, lie in
   *     it
   */
  GrowthBackend(String title, int diskBytes, int heapBytes) {
    this.title = title;
    this.diskBytes = diskBytes;
    this.heapBytes = heapBytes;
  }

  /**
   * A place of its own.
   *
   * @param settings of a storage in it
   * @param owned what is closed at the end
   */
  record Place(Map<String, String> settings, Closeable owned) implements Closeable {
    @Override
    public void close() throws IOException {
      owned.close();
    }
  }

  String title() {
    return title;
  }

  /** Makes a place, empty. */
  abstract Place place(Path directory) throws Exception;

  /** Returns what can be done here. */
  Set<GrowthWork> works() {
    return EnumSet.allOf(GrowthWork.class);
  }

  /** Returns whether the number of entries should hardly matter; tables count their rows. */
  boolean promisesFlat(GrowthWork work) {
    boolean counts = work == GrowthWork.SIZE && (this == SQLITE || this == POSTGRESQL);
    return work.shouldBeFlat() && this != MAP && !counts;
  }

  /** Returns how many different entries are overwritten at most. */
  int mostOverwritten() {
    return Integer.MAX_VALUE;
  }

  /** Returns whether entries outlive the process. */
  boolean lasts() {
    return works().contains(GrowthWork.START);
  }

  /** Returns whether another process does the work. */
  boolean isServer() {
    return this == POSTGRESQL || this == REDIS;
  }

  /** Returns the settings with which it is filled: nobody waits for the disk then. */
  Map<String, String> quick(Map<String, String> settings) {
    if (!Set.of("file", "sqlite", "jdbc").contains(settings.getOrDefault("type", ""))) {
      return settings;
    }
    Map<String, String> quick = new HashMap<>(settings);
    quick.put("durability", "relaxed");
    return quick;
  }

  Grown open(Map<String, String> settings) {
    return this == MAP ? Grown.map() : Grown.storage(settings);
  }

  long disk(long entries) {
    return diskBytes * entries;
  }

  /**
   * Returns the ceiling of the heap: 64 MiB where entries lie elsewhere, and keys, too, must pass
   * through it; files have their index in it.
   */
  long heap(long entries, boolean indexed) {
    return !lasts() || (indexed && heapBytes > 0)
        ? 4 * LEAST_HEAP + heapBytes * entries
        : LEAST_HEAP;
  }
}
