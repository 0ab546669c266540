package io.undercroft.benchmarks;

import java.sql.SQLException;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;

/** The ten newest films of a director, by an index over two members of the documents. */
public class TableNewest extends SideBySide {
  @Benchmark
  public List<Film> undercroft(OurTable ours, Picks picks) {
    return ours.newest(picks);
  }

  @Benchmark
  public List<Film> raw(RawTable raw, Picks picks) throws SQLException {
    return raw.newest(picks);
  }
}
