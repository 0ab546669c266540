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

/** Reading from memory, where values are kept as JSON on both sides. */
public class MemoryGet extends SideBySide {
  /** A storage of the type memory. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Ours {
    @Param("100000")
    public int keys;

    private String[] names;
    private FilmStorage storage;
    private Storage<Film> films;

    @Setup
    public void open() {
      names = Films.keys(keys);
      storage = FilmStorage.inMemory();
      storage.fill(keys);
      films = storage.films();
    }

    @TearDown
    public void close() {
      storage.close();
    }
  }

  /** The same storage, read as values in which nothing can be changed. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Kept {
    private Storage<KeptFilm> films;

    @Setup
    public void open(Ours ours) {
      films = ours.storage.keptFilms(ours.names);
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
    private RawJson json;

    @Setup
    public void open() {
      names = Films.keys(keys);
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

  /** A map of the values themselves: no copy, no JSON, and every reader gets the same object. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class References {
    @Param("100000")
    public int keys;

    private final Map<String, Film> map = new ConcurrentHashMap<>();
    private String[] names;

    @Setup
    public void open() {
      names = Films.keys(keys);
      for (int i = 0; i < keys; i++) {
        map.put(Films.key(i), Films.film(i));
      }
    }
  }

  @Benchmark
  public Film undercroft(Ours ours, Picks picks) {
    return ours.films.get(ours.names[picks.below(ours.keys)]).orElseThrow();
  }

  @Benchmark
  public KeptFilm shared(Ours ours, Kept kept, Picks picks) {
    return kept.films.get(ours.names[picks.below(ours.keys)]).orElseThrow();
  }

  @Benchmark
  public Film raw(Raw raw, Picks picks) {
    byte[] found = raw.map.get(raw.names[picks.below(raw.keys)]);
    if (found == null) {
      throw new IllegalStateException("a film is missing");
    }
    return raw.json.decode(found);
  }

  @Benchmark
  public Film references(References references, Picks picks) {
    Film found = references.map.get(references.names[picks.below(references.keys)]);
    if (found == null) {
      throw new IllegalStateException("a film is missing");
    }
    return found;
  }
}
