package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
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
import java.util.function.UnaryOperator;

/**
 * The keys of one tenant. Counting and clearing look at each of them: no backend does either for a
 * prefix.
 */
record OwnKeyValue(KeyValue below, Optional<Batch> batch, Prefix prefix) implements KeyValue {
  private static final int PAGE = 1_000;

  @Override
  public Optional<StoredEntry> get(String key) {
    return below.get(prefix.below(key));
  }

  @Override
  public boolean has(String key) {
    return below.has(prefix.below(key));
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    return below.put(prefix.below(key), entry, precondition);
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return below.delete(prefix.below(key), precondition);
  }

  @Override
  public void clear() {
    try (Cursor<String> own = below.keys(prefix.text(), PAGE)) {
      for (List<String> page = own.next(); !page.isEmpty(); page = own.next()) {
        if (batch.isPresent()) {
          batch.get().deleteMany(page);
        } else {
          page.forEach(key -> below.delete(key, Precondition.NONE));
        }
      }
    }
  }

  @Override
  public long size() {
    long size = 0;
    try (Cursor<String> own = below.keys(prefix.text(), PAGE)) {
      for (List<String> page = own.next(); !page.isEmpty(); page = own.next()) {
        size += page.size();
      }
    }
    return size;
  }

  @Override
  public Cursor<String> keys(String start, int pageSize) {
    return new OwnCursor<>(below.keys(prefix.text() + start, pageSize), prefix::above);
  }

  @Override
  public Cursor<KeyedEntry> scan(String start, int pageSize) {
    return new OwnCursor<>(
        below.scan(prefix.text() + start, pageSize),
        found -> new KeyedEntry(prefix.above(found.key()), found.entry()));
  }

  /** Pages whose every item is as it is above. */
  private record OwnCursor<E>(Cursor<E> below, UnaryOperator<E> above) implements Cursor<E> {
    @Override
    public List<E> next() {
      return below.next().stream().map(above).toList();
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
