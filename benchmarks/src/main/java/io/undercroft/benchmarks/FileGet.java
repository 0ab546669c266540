package io.undercroft.benchmarks;

import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Threads;

/** Reading from a folder that the operating system has in memory. */
public class FileGet extends SideBySide {
  @Benchmark
  public Film undercroft(OurFolder ours, Picks picks) {
    return ours.films().get(ours.key(picks)).orElseThrow();
  }

  @Benchmark
  public Film raw(RawFolder raw, Picks picks) throws IOException {
    return raw.files().get(raw.key(picks));
  }

  @Benchmark
  @Threads(8)
  public Film undercroftBy8Threads(OurFolder ours, Picks picks) {
    return undercroft(ours, picks);
  }

  @Benchmark
  @Threads(8)
  public Film rawBy8Threads(RawFolder raw, Picks picks) throws IOException {
    return raw(raw, picks);
  }
}
