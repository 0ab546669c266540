package io.undercroft.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A map, and what turns values into what it holds.
 *
 * @param written is called after each write, and once after many
 * @param owner what is closed at the end
 */
record MapShelf<F, V>(
    ConcurrentMap<String, V> map,
    Function<F, V> encode,
    Function<V, F> decode,
    Runnable written,
    Owner owner)
    implements Shelf<F> {
  /** Returns a map of the values themselves: no copy, and every reader gets the same object. */
  static <F> MapShelf<F, F> references(ConcurrentMap<String, F> map, Owner owner) {
    return new MapShelf<>(map, Function.identity(), Function.identity(), () -> {}, owner);
  }

  /** Returns a map of bytes, with films as JSON by Yasson. */
  static MapShelf<Film, byte[]> json(
      ConcurrentMap<String, byte[]> map, Runnable written, Owner owner) {
    RawJson json = new RawJson(Layout.COMPACT);
    return new MapShelf<>(
        map,
        json::encode,
        json::decode,
        written,
        () -> {
          json.close();
          owner.close();
        });
  }

  @Override
  public F get(String key) {
    return decode.apply(Objects.requireNonNull(map.get(key)));
  }

  @Override
  public void set(String key, F value) {
    map.put(key, encode.apply(value));
    written.run();
  }

  @Override
  public Map<String, F> getMany(List<String> keys) {
    Map<String, F> found = new HashMap<>();
    keys.forEach(key -> found.put(key, get(key)));
    return found;
  }

  @Override
  public void setMany(Map<String, F> values) {
    values.forEach((key, value) -> map.put(key, encode.apply(value)));
    written.run();
  }

  @Override
  public void forEach(Consumer<? super F> to) {
    map.values().forEach(value -> to.accept(decode.apply(value)));
  }

  @Override
  public void close() throws IOException, SQLException {
    owner.close();
  }
}
