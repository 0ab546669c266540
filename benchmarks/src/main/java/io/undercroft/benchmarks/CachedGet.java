package io.undercroft.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.undercroft.storage.Storage;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Reading what the layer {@code cache} holds, beside Caffeine itself. */
public class CachedGet extends SideBySide {
  /** A storage with the layer; every film was read once. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Ours {
    @Param("10000")
    public int keys;

    private String[] names;
    private FilmStorage storage;
    private Storage<Film> films;

    @Setup
    public void open() {
      names = Films.keys(keys);
      storage =
          FilmStorage.with(
              Map.of("type", "memory", "layers", "cache", "cache.max-entries", "20000"));
      storage.fill(keys);
      films = storage.films();
      for (String name : names) {
        if (films.get(name).isEmpty()) {
          throw new IllegalStateException("a film is missing");
        }
      }
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

  /** Caffeine with bytes, and Yasson. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Raw {
    @Param("10000")
    public int keys;

    private final Cache<String, byte[]> cache = Caffeine.newBuilder().maximumSize(20_000).build();
    private String[] names;
    private RawJson json;

    @Setup
    public void open() {
      names = Films.keys(keys);
      json = new RawJson(Layout.COMPACT);
      for (int i = 0; i < keys; i++) {
        cache.put(Films.key(i), json.encode(Films.film(i)));
      }
    }

    @TearDown
    public void close() {
      json.close();
    }
  }

  /** Caffeine with the values themselves: no JSON, and every reader gets the same object. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class References {
    @Param("10000")
    public int keys;

    private final Cache<String, Film> cache = Caffeine.newBuilder().maximumSize(20_000).build();
    private String[] names;

    @Setup
    public void open() {
      names = Films.keys(keys);
      for (int i = 0; i < keys; i++) {
        cache.put(Films.key(i), Films.film(i));
      }
    }
  }

  @Benchmark
  public Film undercroft(Ours ours, Picks picks) {
    return ours.films.get(ours.names[picks.key(ours.keys)]).orElseThrow();
  }

  @Benchmark
  public KeptFilm shared(Ours ours, Kept kept, Picks picks) {
    return kept.films.get(ours.names[picks.key(ours.keys)]).orElseThrow();
  }

  @Benchmark
  public Film raw(Raw raw, Picks picks) {
    byte[] found = raw.cache.getIfPresent(raw.names[picks.key(raw.keys)]);
    if (found == null) {
      throw new IllegalStateException("a film is missing");
    }
    return raw.json.decode(found);
  }

  @Benchmark
  public Film references(References references, Picks picks) {
    Film found = references.cache.getIfPresent(references.names[picks.key(references.keys)]);
    if (found == null) {
      throw new IllegalStateException("a film is missing");
    }
    return found;
  }
}
