package io.undercroft.runtime.memory;

import io.undercroft.spi.BareDriver;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** By hand: a map of bytes. */
final class BareMap implements BareDriver {
  private final Map<String, byte[]> map = new ConcurrentHashMap<>();
  private final Runnable storageIsOpen;
  private volatile boolean closed;

  /**
   * Makes an empty one.
   *
   * @param storageIsOpen throws CLOSED if the storage is not
   */
  BareMap(Runnable storageIsOpen) {
    this.storageIsOpen = storageIsOpen;
  }

  @Override
  public String description() {
    return "ConcurrentHashMap: encoded values in the heap";
  }

  @Override
  public Optional<byte[]> get(String key) {
    checkOpen();
    return Optional.ofNullable(map.get(key));
  }

  @Override
  public void set(String key, byte[] value) {
    checkOpen();
    map.put(key, value);
  }

  @Override
  public Map<String, byte[]> getMany(Collection<String> keys) {
    checkOpen();
    Map<String, byte[]> found = new LinkedHashMap<>();
    for (String key : keys) {
      byte[] value = map.get(key);
      if (value != null) {
        found.put(key, value);
      }
    }
    return found;
  }

  @Override
  public void setMany(Map<String, byte[]> values) {
    checkOpen();
    map.putAll(values);
  }

  private void checkOpen() {
    storageIsOpen.run();
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the driver was closed");
    }
  }

  @Override
  public void close() {
    closed = true;
    map.clear();
  }
}
