package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A storage of the type redis. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // FilmsInRedis connects first
public class OurRedis extends FilmsInRedis {
  private FilmStorage storage;
  private Storage<Film> films;

  @Override
  void connect(int port) {
    storage = FilmStorage.with(Map.of("type", "redis", "uri", uri(port), "codec", codec()));
    films = storage.films();
  }

  /** Returns the codec that it is set to. */
  String codec() {
    return "jsonb";
  }

  @Override
  void disconnect() {
    storage.close();
  }

  @Override
  Film read(int key) {
    return films.get(name(key)).orElseThrow();
  }

  @Override
  void write(int key, Film film) {
    films.set(name(key), film);
  }

  @Override
  Map<String, Film> readMany(int[] keys) {
    return films.batched().getMany(names(keys));
  }

  @Override
  void writeMany(int[] keys, Film[] some) {
    films.batched().setMany(byName(keys, some));
  }

  @Override
  void readAll(Consumer<? super Film> to) {
    try (Stream<Film> all = films.values()) {
      all.forEach(to);
    }
  }
}
