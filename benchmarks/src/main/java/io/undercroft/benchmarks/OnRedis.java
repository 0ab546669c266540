package io.undercroft.benchmarks;

import java.util.function.Supplier;

/** Who keeps films on a Redis server; without JNoSQL, whose bucket is for one thread at a time. */
@SuppressWarnings("ImmutableEnumChecker") // constructors change nothing
public enum OnRedis implements Side {
  UNDERCROFT("", OurRedis::new),
  UNDERCROFT_BY_JACKSON("", OurRedisByJackson::new),
  RAW("Jedis on its pool, the fewest commands, + Yasson", RawRedis::new),
  LETTUCE("Lettuce on a pool, + Jackson", LettuceFilms::new),
  REDISSON("Redisson's buckets, + Jackson", RedissonFilms::new),
  REDISSON_MAP("Redisson's map with deadlines, + Jackson", RedissonMapFilms::new),
  SPRING("a template of Spring Data Redis on Lettuce, + Jackson", SpringFilms::new),
  SPRING_REPOSITORY("a repository of Spring Data Redis, hashes", SpringRepositoryFilms::new);

  private final String is;
  private final Supplier<FilmsInRedis> films;

  OnRedis(String is, Supplier<FilmsInRedis> films) {
    this.is = is;
    this.films = films;
  }

  /** Returns a server of its own, full of films. */
  FilmsInRedis filled(int keys) throws Exception {
    FilmsInRedis filled = films.get();
    filled.keys = keys;
    filled.open();
    return filled;
  }

  @Override
  public String is() {
    return is;
  }
}
