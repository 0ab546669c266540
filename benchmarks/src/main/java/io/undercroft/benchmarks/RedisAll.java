package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Reading all films of a Redis server, by those who can list them. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class RedisAll extends SideBySide {
  @Param("10000")
  public int keys;

  @Param({
    "UNDERCROFT",
    "UNDERCROFT_BY_JACKSON",
    "RAW",
    "LETTUCE",
    "REDISSON_MAP",
    "SPRING_REPOSITORY"
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
  public void iterate(Blackhole hole) {
    films.readAll(hole::consume);
  }
}
