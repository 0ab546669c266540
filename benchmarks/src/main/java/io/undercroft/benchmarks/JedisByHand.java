package io.undercroft.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;

/** Jedis on its pool, and Yasson, by hand; which commands, the subclasses say. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public abstract class JedisByHand extends FilmsInRedis {
  private RawJson json;
  private RedisClient client;

  @Override
  void connect(int port) {
    json = new RawJson(Layout.COMPACT);
    ConnectionPoolConfig pool = new ConnectionPoolConfig();
    pool.setMaxTotal(CONNECTIONS);
    pool.setMaxIdle(CONNECTIONS);
    pool.setJmxEnabled(false);
    client = RedisClient.builder().hostAndPort(HOST, port).poolConfig(pool).build();
  }

  @Override
  void disconnect() {
    client.close();
    json.close();
  }

  final RedisClient client() {
    return client;
  }

  final RawJson json() {
    return json;
  }

  /** Returns the names of all keys with this before each. */
  final byte[][] namesAfter(String prefix) {
    return IntStream.range(0, keys)
        .mapToObj(key -> bytes(prefix + name(key)))
        .toArray(byte[][]::new);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Sends what is left; throws if one of the answers is none of a write that was done. */
  static void demandAll(Pipeline pipeline) {
    List<Object> answers = pipeline.syncAndReturnAll();
    for (Object answer : answers) {
      if (answer instanceof Exception e) {
        throw new IllegalStateException("not written", e);
      }
    }
  }
}
