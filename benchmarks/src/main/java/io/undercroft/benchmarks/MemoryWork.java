package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** In memory, where values are kept as JSON on every side. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters
public class MemoryWork extends Work<Film> {
  @Param("100000")
  public int keys;

  @Param public InMemory by;

  @Override
  int keys() {
    return keys;
  }

  @Override
  Film value(Film film) {
    return film;
  }

  @Override
  Shelf<Film> filled() throws Exception {
    return fill(by.open());
  }
}
