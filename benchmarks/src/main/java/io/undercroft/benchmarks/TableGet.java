package io.undercroft.benchmarks;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/** Reading one film of a table by its key. */
public class TableGet extends SideBySide {
  @Benchmark
  public Film undercroft(OurTable ours, Picks picks) {
    return ours.get(picks);
  }

  @Benchmark
  public Film raw(RawTable raw, Picks picks) throws SQLException {
    return raw.get(picks);
  }
}
