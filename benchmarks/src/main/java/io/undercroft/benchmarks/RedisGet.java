package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** Reading one film from a Redis server by its key. */
public class RedisGet extends SideBySide {
  @Benchmark
  public Film undercroft(OurRedis ours, Picks picks) {
    return ours.get(picks);
  }

  @Benchmark
  public Film raw(RawRedis raw, Picks picks) {
    return raw.get(picks);
  }
}
