package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** What a trail adds to a durable set: the disk has each before the next begins. */
public class FileSet extends SideBySide {
  @Benchmark
  public void undercroft(OurFolder ours, Picks picks) {
    ours.films().set(ours.key(picks), ours.value(picks));
  }

  @Benchmark
  public void audited(AuditedFolder ours, Picks picks) {
    ours.films().set(ours.key(picks), ours.value(picks));
  }
}
