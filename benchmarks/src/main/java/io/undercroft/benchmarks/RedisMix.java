package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;

/** Reads and writes of a Redis server among each other. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class RedisMix extends SideBySide {
  @Param("10000")
  public int keys;

  /**
   * Without repositories of Spring Data: one writes by removing what is there first, and who reads
   * meanwhile finds nothing.
   */
  @Param({
    "UNDERCROFT",
    "UNDERCROFT_BY_JACKSON",
    "RAW",
    "LETTUCE",
    "REDISSON",
    "REDISSON_MAP",
    "SPRING"
  })
  public OnRedis by;

  private FilmsInRedis films;

  @Setup
  public void open() throws Exception {
    films = by.filled(keys);
  }

  @TearDown
  public void close() throws Exception {
    films.close();
  }

  @Benchmark
  public void mix(Picks picks, Blackhole hole) {
    films.mix(picks, hole);
  }

  @Benchmark
  @Threads(8)
  public void mixBy8Threads(Picks picks, Blackhole hole) {
    films.mix(picks, hole);
  }
}
