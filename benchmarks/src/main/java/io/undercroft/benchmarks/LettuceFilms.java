package io.undercroft.benchmarks;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.support.ConnectionPoolSupport;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.pool2.impl.GenericObjectPool;
import org.apache.commons.pool2.impl.GenericObjectPoolConfig;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Lettuce's blocking commands over a pool of connections, with a codec that is Jackson. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class LettuceFilms extends FilmsInRedis {
  private RedisClient client;
  private GenericObjectPool<StatefulRedisConnection<String, Film>> pool;

  @Override
  void connect(int port) {
    client = RedisClient.create(RedisURI.create(HOST, port));
    LettuceCodec<Film> codec = new LettuceCodec<>(Film.class);
    GenericObjectPoolConfig<StatefulRedisConnection<String, Film>> config =
        new GenericObjectPoolConfig<>();
    config.setMaxTotal(CONNECTIONS);
    config.setMaxIdle(CONNECTIONS);
    config.setJmxEnabled(false);
    pool =
        ConnectionPoolSupport.createGenericObjectPool(() -> client.connect(codec), config, false);
  }

  @Override
  void disconnect() {
    pool.close();
    client.shutdown();
  }

  private <R> R over(Function<RedisCommands<String, Film>, R> words) {
    StatefulRedisConnection<String, Film> connection;
    try {
      connection = pool.borrowObject();
    } catch (Exception e) {
      throw new IllegalStateException("there is no connection", e);
    }
    try {
      return words.apply(connection.sync());
    } finally {
      pool.returnObject(connection);
    }
  }

  @Override
  Film read(int key) {
    return over(commands -> commands.get(name(key)));
  }

  @Override
  void write(int key, Film film) {
    over(commands -> commands.set(name(key), film));
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    Map<String, Film> films = new HashMap<>();
    String[] names = names(keys).toArray(String[]::new);
    for (KeyValue<String, Film> found : over(commands -> commands.mget(names))) {
      films.put(found.getKey(), found.getValue());
    }
    return films;
  }

  @Override
  void writeMany(int[] keys, Film[] films) {
    Map<String, Film> all = byName(keys, films);
    over(commands -> commands.mset(all));
  }

  /** By SCAN, which may name a key twice, and MGET. */
  @Override
  void readAll(Consumer<? super Film> to) {
    ScanArgs page = ScanArgs.Builder.limit(1_000);
    KeyScanCursor<String> found = over(commands -> commands.scan(page));
    while (true) {
      String[] some = found.getKeys().toArray(String[]::new);
      if (some.length > 0) {
        over(commands -> commands.mget(some)).forEach(one -> to.accept(one.getValue()));
      }
      if (found.isFinished()) {
        return;
      }
      KeyScanCursor<String> last = found;
      found = over(commands -> commands.scan(last, page));
    }
  }
}
