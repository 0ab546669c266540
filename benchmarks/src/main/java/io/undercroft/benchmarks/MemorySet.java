package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Overwriting in memory. */
public class MemorySet extends SideBySide {
  private static final int VALUES = 1_024;

  /** A storage of the type memory. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Ours {
    @Param("100000")
    public int keys;

    private String[] names;
    private Film[] values;
    private FilmStorage storage;
    private Storage<Film> films;

    @Setup
    public void open() {
      names = Films.keys(keys);
      values = Films.films(VALUES);
      storage = FilmStorage.inMemory();
      storage.fill(keys);
      films = storage.films();
    }

    @TearDown
    public void close() {
      storage.close();
    }
  }

  /** A map of bytes and Yasson. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Raw {
    @Param("100000")
    public int keys;

    private final Map<String, byte[]> map = new ConcurrentHashMap<>();
    private String[] names;
    private Film[] values;
    private RawJson json;

    @Setup
    public void open() {
      names = Films.keys(keys);
      values = Films.films(VALUES);
      json = new RawJson(Layout.COMPACT);
      for (int i = 0; i < keys; i++) {
        map.put(Films.key(i), json.encode(Films.film(i)));
      }
    }

    @TearDown
    public void close() {
      json.close();
    }
  }

  @Benchmark
  public void undercroft(Ours ours, Picks picks) {
    ours.films.set(ours.names[picks.below(ours.keys)], ours.values[picks.below(VALUES)]);
  }

  @Benchmark
  public byte[] raw(Raw raw, Picks picks) {
    String key = raw.names[picks.below(raw.keys)];
    byte[] bytes = raw.json.encode(raw.values[picks.below(VALUES)]);
    raw.map.put(key, bytes);
    return bytes;
  }
}
