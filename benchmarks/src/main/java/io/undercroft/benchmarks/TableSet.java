package io.undercroft.benchmarks;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Overwriting films of a table with an index, one by one: each is on the disk before the next
 * begins.
 */
public class TableSet extends SideBySide {
  @Benchmark
  public void undercroftWithIndex(OurTable ours, Picks picks) {
    ours.set(picks);
  }

  @Benchmark
  public void rawWithIndex(RawTable raw, Picks picks) throws SQLException {
    raw.set(picks);
  }
}
