package io.undercroft.benchmarks;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/** Overwriting a thousand films of a table with an index at once. */
public class TableSetMany extends SideBySide {
  private static final int COUNT = 1_000;

  @Benchmark
  public void undercroftWithIndex(OurTable ours, Picks picks) {
    ours.setMany(picks, COUNT);
  }

  @Benchmark
  public void rawWithIndex(RawTable raw, Picks picks) throws SQLException {
    raw.setMany(picks, COUNT);
  }
}
