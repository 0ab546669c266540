package io.undercroft.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.redisson.Redisson;
import org.redisson.api.RMapCache;
import org.redisson.api.RedissonClient;
import org.redisson.codec.TypedJsonJacksonCodec;
import org.redisson.config.Config;

/**
 * Redisson's map whose entries may end: like a storage of ours it lists its keys, counts them,
 * keeps deadlines and tells who listens, by scripts in the server; it has no versions and no log.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class RedissonMapFilms extends FilmsInRedis {
  private RedissonClient client;
  private RMapCache<String, Film> films;

  @Override
  void connect(int port) {
    Config config = new Config();
    config.setCodec(new TypedJsonJacksonCodec(String.class, Film.class, JacksonJson.mapper()));
    config
        .useSingleServer()
        .setAddress(uri(port))
        .setConnectionPoolSize(CONNECTIONS)
        .setConnectionMinimumIdleSize(1);
    client = Redisson.create(config);
    films = client.getMapCache("films");
  }

  @Override
  void disconnect() {
    client.shutdown();
  }

  @Override
  Film read(int key) {
    return Objects.requireNonNull(films.get(name(key)));
  }

  @Override
  void write(int key, Film film) {
    films.fastPut(name(key), film);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    List<String> names = names(keys);
    return films.getAll(Set.copyOf(names));
  }

  @Override
  void writeMany(int[] keys, Film[] some) {
    films.putAll(byName(keys, some));
  }

  @Override
  void readAll(Consumer<? super Film> to) {
    films.values().forEach(to);
  }
}
