package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;

/** Reading one film from a Redis server by its key. */
public class RedisGet extends SideBySide {
  @Benchmark
  public Film undercroft(OurRedis ours, Picks picks) {
    return ours.get(picks);
  }

  @Benchmark
  public Film undercroftByJackson(OurRedisByJackson ours, Picks picks) {
    return ours.get(picks);
  }

  @Benchmark
  public Film raw(RawRedis raw, Picks picks) {
    return raw.get(picks);
  }

  @Benchmark
  public Film sameCommands(SameCommands same, Picks picks) {
    return same.get(picks);
  }

  @Benchmark
  public Film lettuce(LettuceFilms films, Picks picks) {
    return films.get(picks);
  }

  @Benchmark
  public Film redisson(RedissonFilms films, Picks picks) {
    return films.get(picks);
  }

  @Benchmark
  public Film spring(SpringFilms films, Picks picks) {
    return films.get(picks);
  }

  @Benchmark
  public Film jnosql(JnosqlFilms films, Picks picks) {
    return films.get(picks);
  }

  @Benchmark
  public Film redissonMap(RedissonMapFilms films, Picks picks) {
    return films.get(picks);
  }

  @Benchmark
  public Film springRepository(SpringRepositoryFilms films, Picks picks) {
    return films.get(picks);
  }
}
