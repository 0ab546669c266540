package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** Overwriting a thousand films on a Redis server at once. */
public class RedisSetMany extends SideBySide {
  private static final int COUNT = 1_000;

  @Benchmark
  public void undercroft(OurRedis ours, Picks picks) {
    ours.setMany(picks, COUNT);
  }

  @Benchmark
  public void undercroftByJackson(OurRedisByJackson ours, Picks picks) {
    ours.setMany(picks, COUNT);
  }

  @Benchmark
  public void oneByOneByJackson(OurRedisByJackson ours, Picks picks) {
    ours.setOneByOne(picks, COUNT);
  }

  @Benchmark
  public void rawOneByOne(RawRedis raw, Picks picks) {
    raw.setOneByOne(picks, COUNT);
  }

  @Benchmark
  public void oneByOne(OurRedis ours, Picks picks) {
    ours.setOneByOne(picks, COUNT);
  }

  @Benchmark
  public void raw(RawRedis raw, Picks picks) {
    raw.setMany(picks, COUNT);
  }

  @Benchmark
  public void sameCommands(SameCommands same, Picks picks) {
    same.setMany(picks, COUNT);
  }

  @Benchmark
  public void lettuce(LettuceFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }

  @Benchmark
  public void redisson(RedissonFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }

  @Benchmark
  public void spring(SpringFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }

  @Benchmark
  public void jnosql(JnosqlFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }

  @Benchmark
  public void redissonMap(RedissonMapFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }

  @Benchmark
  public void springRepository(SpringRepositoryFilms films, Picks picks) {
    films.setMany(picks, COUNT);
  }
}
