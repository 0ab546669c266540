package io.undercroft.benchmarks;

import java.util.Map;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;

/** Redisson's buckets over its own pool, with its codec for one type by Jackson. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class RedissonFilms extends FilmsInRedis {
  private RedissonClient client;

  @Override
  void connect(int port) {
    Config config = new Config();
    config.setCodec(new TypedJsonJacksonCodec(Film.class, JacksonJson.mapper()));
    config
        .useSingleServer()
        .setAddress(uri(port))
        .setConnectionPoolSize(CONNECTIONS)
        .setConnectionMinimumIdleSize(1);
    client = Redisson.create(config);
  }

  @Override
  void disconnect() {
    client.shutdown();
  }

  @Override
  Film read(int key) {
    return client.<Film>getBucket(name(key)).get();
  }

  @Override
  void write(int key, Film film) {
    client.<Film>getBucket(name(key)).set(film);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    return client.getBuckets().get(names(keys).toArray(String[]::new));
  }

  @Override
  void writeMany(int[] keys, Film[] films) {
    client.getBuckets().set(byName(keys, films));
  }
}
