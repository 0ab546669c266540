package io.undercroft.benchmarks;

import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** Reading a thousand films from a Redis server at once. */
public class RedisGetMany extends SideBySide {
  private static final int COUNT = 1_000;

  @Benchmark
  public Map<String, Film> undercroft(OurRedis ours, Picks picks) {
    return ours.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> undercroftByJackson(OurRedisByJackson ours, Picks picks) {
    return ours.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> oneByOneByJackson(OurRedisByJackson ours, Picks picks) {
    return ours.getOneByOne(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> rawOneByOne(RawRedis raw, Picks picks) {
    return raw.getOneByOne(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> oneByOne(OurRedis ours, Picks picks) {
    return ours.getOneByOne(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> raw(RawRedis raw, Picks picks) {
    return raw.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> sameCommands(SameCommands same, Picks picks) {
    return same.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> lettuce(LettuceFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> redisson(RedissonFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> spring(SpringFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> jnosql(JnosqlFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> redissonMap(RedissonMapFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }

  @Benchmark
  public Map<String, Film> springRepository(SpringRepositoryFilms films, Picks picks) {
    return films.getMany(picks, COUNT);
  }
}
