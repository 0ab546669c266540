package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/**
 * Overwriting one film on a Redis server; ours with version, list of keys and change log in one
 * step.
 */
public class RedisSet extends SideBySide {
  @Benchmark
  public void undercroft(OurRedis ours, Picks picks) {
    ours.set(picks);
  }

  @Benchmark
  public void undercroftByJackson(OurRedisByJackson ours, Picks picks) {
    ours.set(picks);
  }

  @Benchmark
  public void raw(RawRedis raw, Picks picks) {
    raw.set(picks);
  }

  @Benchmark
  public void sameCommands(SameCommands same, Picks picks) {
    same.set(picks);
  }

  @Benchmark
  public void lettuce(LettuceFilms films, Picks picks) {
    films.set(picks);
  }

  @Benchmark
  public void redisson(RedissonFilms films, Picks picks) {
    films.set(picks);
  }

  @Benchmark
  public void spring(SpringFilms films, Picks picks) {
    films.set(picks);
  }

  @Benchmark
  public void jnosql(JnosqlFilms films, Picks picks) {
    films.set(picks);
  }

  @Benchmark
  public void redissonMap(RedissonMapFilms films, Picks picks) {
    films.set(picks);
  }

  @Benchmark
  public void springRepository(SpringRepositoryFilms films, Picks picks) {
    films.set(picks);
  }
}
