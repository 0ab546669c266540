package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What is done to films that are kept somewhere, the same on every side; subclasses say where, and
 * have a parameter {@code by} that chooses the side.
 *
 * @param <F> what stands for a film
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public abstract class Work<F> extends SideBySide {
  private static final int MANY = 1_000;
  private static final int VALUES = 1_024;
  private static final int READS_OF_TEN = 9;

  private int keys;
  private String[] names;
  private List<F> values;
  private Shelf<F> shelf;

  @Setup
  public void open() throws Exception {
    begin();
    shelf = filled();
  }

  /** Makes keys and values. */
  final void begin() {
    keys = keys();
    names = Films.keys(keys);
    values = Arrays.stream(Films.films(VALUES)).map(this::value).toList();
  }

  @TearDown
  public void close() throws Exception {
    shelf.close();
  }

  /** Returns how many films there are. */
  abstract int keys();

  /** Returns what stands for a film. */
  abstract F value(Film film);

  /** Returns the side that is chosen, with the first films. */
  abstract Shelf<F> filled() throws Exception;

  /**
   * Writes the first films into a shelf, many at a time, and returns it. The keys are other objects
   * than those that are read by, as in an application.
   */
  final <S extends Shelf<F>> S fill(S empty) throws Exception {
    for (int first = 0; first < keys; first += MANY) {
      Map<String, F> some = new HashMap<>();
      for (int i = first; i < Math.min(first + MANY, keys); i++) {
        some.put(Films.key(i), value(Films.film(i)));
      }
      empty.setMany(some);
    }
    return empty;
  }

  @Benchmark
  public F get(Picks picks) throws Exception {
    return shelf.get(key(picks));
  }

  @Benchmark
  @Threads(8)
  public F getBy8Threads(Picks picks) throws Exception {
    return get(picks);
  }

  @Benchmark
  public void set(Picks picks) throws Exception {
    shelf.set(key(picks), any(picks));
  }

  @Benchmark
  public Map<String, F> getMany(Picks picks) throws Exception {
    List<String> some = new ArrayList<>(MANY);
    int first = picks.below(keys);
    for (int i = 0; i < Math.min(MANY, keys); i++) {
      some.add(names[(first + i) % keys]);
    }
    return shelf.getMany(some);
  }

  @Benchmark
  public void setMany(Picks picks) throws Exception {
    Map<String, F> some = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < MANY; i++) {
      some.put(names[(first + i) % keys], any(picks));
    }
    shelf.setMany(some);
  }

  @Benchmark
  public void iterate(Blackhole hole) throws Exception {
    shelf.forEach(hole::consume);
  }

  /** Nine reads and a write of ten, at random. */
  @Benchmark
  public void mix(Picks picks, Blackhole hole) throws Exception {
    if (picks.below(10) < READS_OF_TEN) {
      hole.consume(get(picks));
    } else {
      set(picks);
    }
  }

  @Benchmark
  @Threads(8)
  public void mixBy8Threads(Picks picks, Blackhole hole) throws Exception {
    mix(picks, hole);
  }

  private String key(Picks picks) {
    return names[picks.key(keys)];
  }

  private F any(Picks picks) {
    return values.get(picks.below(VALUES));
  }
}
