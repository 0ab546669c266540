package io.undercroft.layer.cache;

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

/** {@link KeyValue} that answers from what is near; scans go past it. */
record CachedKeyValue(NearEntries near, NoticedKeyValue below) implements KeyValue {
  @Override
  public Optional<StoredEntry> get(String key) {
    return near.get(key);
  }

  @Override
  public boolean has(String key) {
    return near.has(key);
  }

  @Override
  public Optional<HeldEntries> held() {
    return Optional.of(near);
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
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
