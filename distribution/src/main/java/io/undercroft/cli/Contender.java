package io.undercroft.cli;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Codec;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Storage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of the two sides of a comparison: the storage, or its driver by hand. Both write and read
 * documents, by the same codec.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Contender {
  /** Reads what is there. */
  Map<String, Object> get(String key);

  void set(String key, Map<String, Object> value);

  /** Reads what is there. */
  Map<String, Map<String, Object>> getMany(List<String> keys);

  void setMany(Map<String, Map<String, Object>> values);

  /** An entry that this run has written is gone. */
  private static UsageException gone(String key) {
    return new UsageException(
        "the entry '"
            + key
            + "', which this run has written, is gone: somebody removes entries meanwhile, or a"
            + " layer does; measure when nobody does");
  }

  private static void demandAll(Map<String, ?> found, List<String> keys) {
    for (String key : keys) {
      if (!found.containsKey(key)) {
        throw gone(key);
      }
    }
  }

  /** A storage, with all its layers. */
  static Contender of(Storage<Map<String, Object>> storage) {
    Optional<BatchStorage<Map<String, Object>>> batched =
        storage.supports(BatchStorage.class) ? Optional.of(storage.batched()) : Optional.empty();
    return new Contender() {
      @Override
      public Map<String, Object> get(String key) {
        return storage.get(key).orElseThrow(() -> gone(key));
      }

      @Override
      public void set(String key, Map<String, Object> value) {
        storage.set(key, value);
      }

      @Override
      public Map<String, Map<String, Object>> getMany(List<String> keys) {
        Map<String, Map<String, Object>> found = batched.orElseThrow().getMany(keys);
        demandAll(found, keys);
        return found;
      }

      @Override
      public void setMany(Map<String, Map<String, Object>> values) {
        if (batched.isPresent()) {
          batched.get().setMany(values);
        } else {
          values.forEach(storage::set);
        }
      }
    };
  }

  /** A driver and a codec, by hand. */
  static Contender of(BareDriver driver, Codec<Map<String, Object>> codec) {
    String contentType = codec.contentType();
    return new Contender() {
      @Override
      public Map<String, Object> get(String key) {
        return codec.decode(driver.get(key).orElseThrow(() -> gone(key)), contentType);
      }

      @Override
      public void set(String key, Map<String, Object> value) {
        driver.set(key, codec.encode(value));
      }

      @Override
      public Map<String, Map<String, Object>> getMany(List<String> keys) {
        Map<String, Map<String, Object>> found = new HashMap<>(keys.size() * 2);
        driver
            .getMany(keys)
            .forEach((key, bytes) -> found.put(key, codec.decode(bytes, contentType)));
        demandAll(found, keys);
        return found;
      }

      @Override
      public void setMany(Map<String, Map<String, Object>> values) {
        Map<String, byte[]> encoded = new HashMap<>(values.size() * 2);
        values.forEach((key, value) -> encoded.put(key, codec.encode(value)));
        driver.setMany(encoded);
      }
    };
  }
}
