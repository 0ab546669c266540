package io.undercroft.benchmarks;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;

/** Overwriting files durably: the disk has each before the next begins. */
public class FileSet extends SideBySide {
  @Benchmark
  public void undercroft(OurFolder ours, Picks picks) {
    ours.films().set(ours.key(picks), ours.value(picks));
  }

  @Benchmark
  public void audited(AuditedFolder ours, Picks picks) {
    ours.films().set(ours.key(picks), ours.value(picks));
  }

  @Benchmark
  public void raw(RawFolder raw, Picks picks) throws IOException {
    raw.files().set(raw.key(picks), raw.value(picks));
  }
}
