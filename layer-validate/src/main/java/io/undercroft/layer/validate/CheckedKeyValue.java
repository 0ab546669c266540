package io.undercroft.layer.validate;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.Optional;

/** {@link KeyValue} whose values are checked before they are written. */
record CheckedKeyValue(KeyValue below, Schema schema) implements KeyValue {
  @Override
  public Optional<StoredEntry> get(String key) {
    return below.get(key);
  }

  @Override
  public boolean has(String key) {
    return below.has(key);
  }

  @Override
  public Optional<HeldEntries> held() {
    return below.held();
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    schema.check(key, entry);
    return below.put(key, entry, precondition);
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return below.delete(key, precondition);
  }

  @Override
  public void clear() {
    below.clear();
  }

  @Override
  public long size() {
    return below.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return below.keys(prefix, pageSize);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return below.scan(prefix, pageSize);
  }
}
