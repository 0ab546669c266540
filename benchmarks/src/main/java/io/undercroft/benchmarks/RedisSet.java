package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * Overwriting one film on a Redis server: value, version, list of keys and change log in one step.
 */
public class RedisSet extends SideBySide {
  @Benchmark
  public void undercroft(OurRedis ours, Picks picks) {
    ours.set(picks);
  }

  @Benchmark
  public void raw(RawRedis raw, Picks picks) {
    raw.set(picks);
  }
}
