package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** In a table without an index; each write is on the disk before the next begins. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters
public class TableWork extends Work<Film> {
  @Param("100000")
  public int keys;

  @Param({"SQLITE", "POSTGRESQL"})
  public Engine engine;

  @Param public InTable by;

  private Scratch scratch;

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
    scratch = Scratch.create();
    return by.filled(engine, scratch.directory(), this);
  }

  @Override
  public void close() throws Exception {
    super.close();
    scratch.close();
  }
}
