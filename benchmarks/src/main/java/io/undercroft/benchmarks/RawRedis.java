package io.undercroft.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.Pipeline;

/** A value under each key and nothing beside it: no versions, no listing, no log of changes. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class RawRedis extends JedisByHand {
  private byte[][] values;

  @Override
  void connect(int port) {
    super.connect(port);
    values = namesAfter("");
  }

  @Override
  Film read(int key) {
    return json().decode(Objects.requireNonNull(client().get(values[key])));
  }

  @Override
  void write(int key, Film film) {
    client().set(values[key], json().encode(film));
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    byte[][] some = new byte[keys.length][];
    for (int i = 0; i < keys.length; i++) {
      some[i] = values[keys[i]];
    }
    List<byte[]> found = client().mget(some);
    Map<String, Film> films = new HashMap<>();
    for (int i = 0; i < keys.length; i++) {
      films.put(name(keys[i]), json().decode(found.get(i)));
    }
    return films;
  }

  @Override
  void writeMany(int[] keys, Film[] films) {
    try (Pipeline pipeline = client().pipelined()) {
      for (int i = 0; i < keys.length; i++) {
        pipeline.set(values[keys[i]], json().encode(films[i]));
      }
      demandAll(pipeline);
    }
  }
}
