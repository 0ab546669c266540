package io.undercroft.layer.encrypt;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.List;
import java.util.Optional;

/** {@link KeyValue} whose values are sealed below. */
record SealedKeyValue(KeyValue below, Seal seal) implements KeyValue {
  @Override
  public Optional<StoredEntry> get(String key) {
    return below.get(key).map(entry -> seal.open(key, entry));
  }

  @Override
  public boolean has(String key) {
    return below.has(key);
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    PutResult result = below.put(key, seal.seal(key, entry), precondition);
    return result instanceof PutResult.Written written
        ? new PutResult.Written(Seal.typed(written.meta(), entry.contentType()), written.created())
        : result;
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
    return new Opened(below.scan(prefix, pageSize), seal);
  }

  private record Opened(Cursor<KeyedEntry> below, Seal seal) implements Cursor<KeyedEntry> {
    @Override
    public List<KeyedEntry> next() {
      return below.next().stream()
          .map(found -> new KeyedEntry(found.key(), seal.open(found.key(), found.entry())))
          .toList();
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
