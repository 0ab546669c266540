package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * In a folder that the operating system has in memory; the disk has each write before the next
 * begins, but where a side says otherwise.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters
public class FileWork extends Work<Film> {
  @Param("10000")
  public int keys;

  @Param("COMPACT")
  public Layout layout;

  @Param public InFolder by;

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
    return by.filled(scratch.directory(), layout, keys);
  }

  @Override
  public void close() throws Exception {
    super.close();
    scratch.close();
  }
}
