package io.undercroft.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** A value under each key and nothing beside it: no versions, no listing, no log of changes. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class RawRedis extends JedisByHand {
  private static final int PAGE = 1_000;

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

  /** By SCAN, which may name a key twice, and MGET. */
  @Override
  void readAll(Consumer<? super Film> to) {
    ScanParams page = new ScanParams().count(PAGE);
    byte[] cursor = ScanParams.SCAN_POINTER_START_BINARY;
    do {
      ScanResult<byte[]> found = client().scan(cursor, page);
      List<byte[]> some = found.getResult();
      if (!some.isEmpty()) {
        client().mget(some.toArray(byte[][]::new)).forEach(text -> to.accept(json().decode(text)));
      }
      cursor = found.getCursorAsBytes();
    } while (!Arrays.equals(cursor, ScanParams.SCAN_POINTER_START_BINARY));
  }
}
