package io.undercroft.plugin.file;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;

/**
 * Entries that another process writes. What is counted is counted anew each time: nobody tells when
 * the other one writes.
 */
final class ReadOnlyKeyValue implements KeyValue, Expiry {
  private static final int PAGE = 1_000;

  private final KeyValue reading;

  ReadOnlyKeyValue(KeyValue reading) {
    this.reading = reading;
  }

  private static StorageException refused() {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "the storage is open with access=read-only: writing is up to another process");
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    return reading.get(key);
  }

  @Override
  public boolean has(String key) {
    return reading.has(key);
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    throw refused();
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    throw refused();
  }

  @Override
  public void clear() {
    throw refused();
  }

  @Override
  public long size() {
    long count = 0;
    try (Cursor<String> keys = reading.keys("", PAGE)) {
      for (List<String> page = keys.next(); !page.isEmpty(); page = keys.next()) {
        count += page.size();
      }
    }
    return count;
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return reading.keys(prefix, pageSize);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return reading.scan(prefix, pageSize);
  }
}
