package io.undercroft.benchmarks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;

/** Films on a Redis server of their own, read and written at random; how, the subclasses say. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public abstract class FilmsInRedis {
  static final String HOST = "127.0.0.1";

  /** How many connections a pool may open: as many as that of the plugin. */
  static final int CONNECTIONS = 16;

  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  private String[] names;
  private Film[] values;
  private RedisServer server;

  @Setup
  public void open() throws Exception {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    server = RedisServer.start();
    connect(server.port());
    writeMany(IntStream.range(0, keys).toArray(), Films.films(keys));
  }

  @TearDown
  public void close() throws Exception {
    disconnect();
    server.close();
  }

  abstract void connect(int port) throws Exception;

  abstract void disconnect() throws Exception;

  /** Reads the film under the key with this number. */
  abstract Film read(int key);

  abstract void write(int key, Film film);

  /** Reads films at once; none of the keys is there twice. */
  abstract Map<String, Film> readMany(int[] keys);

  /** Writes films at once, each under the key at the same place. */
  abstract void writeMany(int[] keys, Film[] films);

  /** Hands every film on. */
  void readAll(Consumer<? super Film> to) {
    throw new UnsupportedOperationException("it lists no keys");
  }

  static String uri(int port) {
    return "redis://" + HOST + ":" + port;
  }

  /** Returns where the server is. */
  final String uri() {
    return uri(server.port());
  }

  final ProcessHandle process() {
    return server.process();
  }

  final String name(int key) {
    return names[key];
  }

  final List<String> names(int[] keys) {
    return Arrays.stream(keys).mapToObj(this::name).toList();
  }

  final Map<String, Film> byName(int[] keys, Film[] films) {
    Map<String, Film> map = new HashMap<>();
    for (int i = 0; i < keys.length; i++) {
      map.put(name(keys[i]), films[i]);
    }
    return map;
  }

  final Film get(Picks picks) {
    return read(picks.key(keys));
  }

  final void set(Picks picks) {
    write(picks.key(keys), values[picks.below(VALUES)]);
  }

  /** Nine reads and a write of ten, at random. */
  final void mix(Picks picks, Blackhole hole) {
    if (picks.below(10) < 9) {
      hole.consume(get(picks));
    } else {
      set(picks);
    }
  }

  final Map<String, Film> getMany(Picks picks, int count) {
    return readMany(neighbours(picks, count));
  }

  final void setMany(Picks picks, int count) {
    int[] where = neighbours(picks, count);
    writeMany(where, some(picks, where.length));
  }

  final Map<String, Film> getOneByOne(Picks picks, int count) {
    Map<String, Film> found = new HashMap<>();
    for (int key : neighbours(picks, count)) {
      found.put(name(key), read(key));
    }
    return found;
  }

  final void setOneByOne(Picks picks, int count) {
    int[] where = neighbours(picks, count);
    Film[] films = some(picks, where.length);
    for (int i = 0; i < where.length; i++) {
      write(where[i], films[i]);
    }
  }

  private int[] neighbours(Picks picks, int count) {
    int first = picks.below(keys);
    return IntStream.range(first, first + Math.min(count, keys)).map(i -> i % keys).toArray();
  }

  private Film[] some(Picks picks, int count) {
    Film[] films = new Film[count];
    for (int i = 0; i < count; i++) {
      films[i] = values[picks.below(VALUES)];
    }
    return films;
  }
}
