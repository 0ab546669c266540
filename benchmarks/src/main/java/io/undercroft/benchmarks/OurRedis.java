package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A storage of the type redis, full of films. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class OurRedis {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  private String[] names;
  private Film[] values;
  private RedisServer server;
  private FilmStorage storage;

  @Setup
  public void open() throws IOException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    server = RedisServer.start();
    storage = FilmStorage.with(Map.of("type", "redis", "uri", server.uri()));
    storage.fillAtOnce(keys);
  }

  @TearDown
  public void close() throws IOException {
    storage.close();
    server.close();
  }

  Film get(Picks picks) {
    return storage.films().get(names[picks.below(keys)]).orElseThrow();
  }

  Map<String, Film> getMany(Picks picks, int count) {
    List<String> some = new ArrayList<>(count);
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      some.add(names[(first + i) % keys]);
    }
    return storage.films().batched().getMany(some);
  }

  void set(Picks picks) {
    storage.films().set(names[picks.below(keys)], values[picks.below(VALUES)]);
  }

  void setMany(Picks picks, int count) {
    storage.films().batched().setMany(some(picks, count));
  }

  Map<String, Film> getOneByOne(Picks picks, int count) {
    Storage<Film> films = storage.films();
    Map<String, Film> found = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      String name = names[(first + i) % keys];
      found.put(name, films.get(name).orElseThrow());
    }
    return found;
  }

  void setOneByOne(Picks picks, int count) {
    some(picks, count).forEach(storage.films()::set);
  }

  private Map<String, Film> some(Picks picks, int count) {
    Map<String, Film> films = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      films.put(names[(first + i) % keys], values[picks.below(VALUES)]);
    }
    return films;
  }
}
