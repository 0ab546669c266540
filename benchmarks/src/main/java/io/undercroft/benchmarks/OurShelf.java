package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A storage of Undercroft.
 *
 * @param owner what is closed at the end
 */
record OurShelf<F>(Storage<F> storage, Owner owner) implements Shelf<F> {
  @Override
  public F get(String key) {
    return storage.get(key).orElseThrow();
  }

  @Override
  public void set(String key, F value) {
    storage.set(key, value);
  }

  @Override
  public Map<String, F> getMany(List<String> keys) {
    return storage.batched().getMany(keys);
  }

  @Override
  public void setMany(Map<String, F> values) {
    storage.batched().setMany(values);
  }

  @Override
  public void forEach(Consumer<? super F> to) {
    try (Stream<F> all = storage.values()) {
      all.forEach(to);
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    owner.close();
  }
}
