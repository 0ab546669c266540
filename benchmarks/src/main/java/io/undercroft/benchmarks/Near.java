package io.undercroft.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.support.caching.CacheAccessor;
import io.lettuce.core.support.caching.CacheFrontend;
import io.lettuce.core.support.caching.ClientSideCaching;
import io.undercroft.storage.Storage;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;

/** Who keeps near what a Redis server holds, and hears from it what others write. */
public enum Near implements Side {
  UNDERCROFT("") {
    @Override
    Cache open(int port, int keys) {
      Map<String, String> server =
          Map.of("type", "redis", "uri", FilmsInRedis.uri(port), "codec", "jackson");
      try (FilmStorage storage = FilmStorage.with(server)) {
        storage.fillAtOnce(keys);
      }
      FilmStorage storage =
          FilmStorage.with(
              Map.of(
                  "type",
                  "redis",
                  "uri",
                  FilmsInRedis.uri(port),
                  "codec",
                  "jackson",
                  "layers",
                  "cache",
                  "cache.max-entries",
                  String.valueOf(4 * keys)));
      Storage<KeptFilm> films = storage.keptFilms(Films.keys(keys));
      return new Cache(key -> films.get(key).orElseThrow(), storage::close);
    }
  },

  RAW("ConcurrentHashMap of references, which hears of nothing") {
    @Override
    Cache open(int port, int keys) {
      Map<String, KeptFilm> map = new ConcurrentHashMap<>();
      for (int i = 0; i < keys; i++) {
        map.put(Films.key(i), KeptFilm.of(Films.film(i)));
      }
      return new Cache(key -> Objects.requireNonNull(map.get(key)), () -> {});
    }
  },

  LETTUCE("Lettuce's client-side caching in a ConcurrentHashMap without a bound, of references") {
    @Override
    Cache open(int port, int keys) {
      RedisClient client = RedisClient.create(RedisURI.create(FilmsInRedis.HOST, port));
      StatefulRedisConnection<String, KeptFilm> connection =
          client.connect(new LettuceCodec<>(KeptFilm.class));
      for (int i = 0; i < keys; i++) {
        connection.sync().set(Films.key(i), KeptFilm.of(Films.film(i)));
      }
      CacheFrontend<String, KeptFilm> cache =
          ClientSideCaching.enable(
              CacheAccessor.forMap(new ConcurrentHashMap<>()),
              connection,
              TrackingArgs.Builder.enabled());
      return new Cache(key -> Objects.requireNonNull(cache.get(key)), client::shutdown);
    }
  },

  REDISSON(
      "Redisson's map with a local cache, of references, bounded, room for four times as many") {
    @Override
    Cache open(int port, int keys) {
      Config config = new Config();
      config.setCodec(
          new TypedJsonJacksonCodec(String.class, KeptFilm.class, JacksonJson.mapper()));
      config.useSingleServer().setAddress(FilmsInRedis.uri(port)).setConnectionMinimumIdleSize(1);
      RedissonClient client = Redisson.create(config);
      RLocalCachedMap<String, KeptFilm> map =
          client.getLocalCachedMap(
              LocalCachedMapOptions.<String, KeptFilm>name("films")
                  .cacheSize(4 * keys)
                  .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LRU));
      for (int i = 0; i < keys; i++) {
        map.fastPut(Films.key(i), KeptFilm.of(Films.film(i)));
      }
      return new Cache(key -> Objects.requireNonNull(map.get(key)), client::shutdown);
    }
  };

  /** A cache before a server that holds films. */
  record Cache(Reading reading, Shelf.Owner owner) {
    /** Reads one film. */
    @FunctionalInterface
    interface Reading {
      KeptFilm get(String key);
    }
  }

  private final String is;

  Near(String is) {
    this.is = is;
  }

  /** Returns one before a server that was empty. */
  abstract Cache open(int port, int keys) throws Exception;

  @Override
  public String is() {
    return is;
  }
}
