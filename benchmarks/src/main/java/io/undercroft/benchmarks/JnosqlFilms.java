package io.undercroft.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jnosql.communication.Settings;
import org.eclipse.jnosql.communication.Value;
import org.eclipse.jnosql.communication.keyvalue.BucketManager;
import org.eclipse.jnosql.communication.keyvalue.BucketManagerFactory;
import org.eclipse.jnosql.communication.keyvalue.KeyValueEntity;
import org.eclipse.jnosql.databases.redis.communication.RedisConfiguration;
import org.eclipse.jnosql.databases.redis.communication.RedisConfigurations;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** JNoSQL's key-value driver: Jedis on its pool, and JSON-B, which is Yasson. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class JnosqlFilms extends FilmsInRedis {
  private BucketManagerFactory factory;
  private BucketManager films;

  @Override
  void connect(int port) {
    Settings settings =
        Settings.builder()
            .put(RedisConfigurations.HOST, HOST)
            .put(RedisConfigurations.PORT, port)
            .put(RedisConfigurations.MAX_TOTAL, CONNECTIONS)
            .put(RedisConfigurations.MAX_IDLE, CONNECTIONS)
            .build();
    factory = new RedisConfiguration().apply(settings);
    films = factory.apply("films");
  }

  @Override
  void disconnect() {
    factory.close();
  }

  @Override
  Film read(int key) {
    return films.get(name(key)).orElseThrow().get(Film.class);
  }

  @Override
  void write(int key, Film film) {
    films.put(name(key), film);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    List<String> names = names(keys);
    Map<String, Film> all = new HashMap<>();
    int at = 0;
    for (Value found : films.get(names)) {
      all.put(names.get(at++), found.get(Film.class));
    }
    return all;
  }

  @Override
  void writeMany(int[] keys, Film[] some) {
    List<KeyValueEntity> all = new ArrayList<>();
    for (int i = 0; i < keys.length; i++) {
      all.add(KeyValueEntity.of(name(keys[i]), some[i]));
    }
    films.put(all);
  }
}
