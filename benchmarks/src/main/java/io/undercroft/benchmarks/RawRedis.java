package io.undercroft.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisClient;

/** A value under each key, by hand: Jedis on its pool, and Yasson. No versions, no listing. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class RawRedis {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  private byte[][] names;
  private Film[] values;
  private RedisServer server;
  private RawJson json;
  private RedisClient client;

  @Setup
  public void open() throws IOException {
    String[] texts = Films.keys(keys);
    names = new byte[keys][];
    for (int i = 0; i < keys; i++) {
      names[i] = texts[i].getBytes(StandardCharsets.UTF_8);
    }
    values = Films.films(VALUES);
    json = new RawJson(Layout.COMPACT);
    server = RedisServer.start();
    client = RedisClient.builder().hostAndPort("127.0.0.1", server.port()).build();
    for (int i = 0; i < keys; i++) {
      client.set(names[i], json.encode(Films.film(i)));
    }
  }

  @TearDown
  public void close() throws IOException {
    client.close();
    json.close();
    server.close();
  }

  Film get(Picks picks) {
    return json.decode(Objects.requireNonNull(client.get(names[picks.below(keys)])));
  }

  Map<String, Film> getMany(Picks picks, int count) {
    byte[][] some = new byte[count][];
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      some[i] = names[(first + i) % keys];
    }
    List<byte[]> found = client.mget(some);
    Map<String, Film> films = new HashMap<>();
    for (int i = 0; i < count; i++) {
      films.put(new String(some[i], StandardCharsets.UTF_8), json.decode(found.get(i)));
    }
    return films;
  }

  void set(Picks picks) {
    client.set(names[picks.below(keys)], json.encode(values[picks.below(VALUES)]));
  }

  void setMany(Picks picks, int count) {
    List<String> failed = new ArrayList<>();
    int first = picks.below(keys);
    try (Pipeline pipeline = client.pipelined()) {
      for (int i = 0; i < count; i++) {
        pipeline.set(names[(first + i) % keys], json.encode(values[picks.below(VALUES)]));
      }
      for (Object answer : pipeline.syncAndReturnAll()) {
        if (!"OK".equals(answer)) {
          failed.add(String.valueOf(answer));
        }
      }
    }
    if (!failed.isEmpty()) {
      throw new IllegalStateException("not written: " + failed.get(0));
    }
  }
}
