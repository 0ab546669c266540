package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * In memory and in a warm cache, with values in which nothing can be changed; no JSON in a read.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters
public class KeptWork extends Work<KeptFilm> {
  @Param("100000")
  public int keys;

  @Param public AsReferences by;

  @Override
  int keys() {
    return keys;
  }

  @Override
  KeptFilm value(Film film) {
    return KeptFilm.of(film);
  }

  @Override
  Shelf<KeptFilm> filled() throws Exception {
    Shelf<KeptFilm> shelf = fill(by.open(keys));
    for (String key : Films.keys(keys)) {
      shelf.get(key);
    }
    return shelf;
  }
}
