package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/** Reading what a cache in this process holds of a Redis server, each film read once before. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class NearWork extends SideBySide {
  @Param("10000")
  public int keys;

  @Param public Near by;

  private String[] names;
  private RedisServer server;
  private Near.Cache cache;

  @Setup
  public void open() throws Exception {
    names = Films.keys(keys);
    server = RedisServer.start();
    cache = by.open(server.port(), keys);
    for (String name : Films.keys(keys)) { // other objects than those that are read by
      cache.reading().get(name);
    }
  }

  @TearDown
  public void close() throws Exception {
    cache.owner().close();
    server.close();
  }

  @Benchmark
  public KeptFilm get(Picks picks) {
    return cache.reading().get(names[picks.key(keys)]);
  }

  @Benchmark
  @Threads(8)
  public KeptFilm getBy8Threads(Picks picks) {
    return get(picks);
  }
}
