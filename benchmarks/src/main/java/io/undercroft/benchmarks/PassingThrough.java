package io.undercroft.benchmarks;

import io.undercroft.spi.Around;
import io.undercroft.storage.Storage;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What three arounds that only pass on add to an operation; seen at the cheapest there is, the
 * question whether a key is there, in a storage small enough for the processor's caches.
 */
public class PassingThrough extends SideBySide {
  /** Each a class of its own, as arounds of different makers are. */
  private static final Around[] THREE = {
    (call, next) -> next.proceed(call),
    (call, next) -> next.proceed(call),
    (call, next) -> next.proceed(call),
  };

  /** A storage of the type memory, without arounds. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Bare {
    @Param("1000")
    public int keys;

    private String[] names;
    private FilmStorage storage;
    private Storage<Film> films;

    @Setup
    public void open() {
      open(FilmStorage.inMemory());
    }

    final void open(FilmStorage opened) {
      names = Films.keys(keys);
      storage = opened;
      storage.fill(keys);
      films = storage.films();
    }

    @TearDown
    public void close() {
      storage.close();
    }

    final boolean has(Picks picks) {
      return films.has(names[picks.key(keys)]);
    }
  }

  /** The same with three. */
  public static class Wrapped extends Bare {
    @Setup
    @Override
    public void open() {
      open(FilmStorage.inMemory(THREE));
    }
  }

  @Benchmark
  public boolean none(Bare bare, Picks picks) {
    return bare.has(picks);
  }

  @Benchmark
  public boolean three(Wrapped wrapped, Picks picks) {
    return wrapped.has(picks);
  }
}
