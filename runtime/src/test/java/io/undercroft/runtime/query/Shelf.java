package io.undercroft.runtime.query;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries to scan, in the order in which they came; counts what it hands out, and open cursors. */
final class Shelf implements KeyValue {
  private final Map<String, StoredEntry> entries = new LinkedHashMap<>();
  private int handedOut;
  private int open;

  void put(String key, String json) {
    put(key, Given.json(json), "application/json");
  }

  void put(String key, byte[] value, String contentType) {
    entries.put(
        key,
        new StoredEntry(
            value,
            new EntryMeta(
                "1", Instant.EPOCH, Instant.EPOCH, Optional.empty(), contentType, Map.of())));
  }

  CompleteQueries queries(Bounds bounds) {
    return queries(Candidates.NONE, bounds);
  }

  CompleteQueries queries(Candidates candidates, Bounds bounds) {
    return new CompleteQueries(this, candidates, Given.DOCUMENTS, Clock.systemUTC(), bounds);
  }

  int handedOut() {
    return handedOut;
  }

  int open() {
    return open;
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    List<KeyedEntry> all = new ArrayList<>();
    entries.forEach((key, entry) -> all.add(new KeyedEntry(key, entry)));
    open++;
    return new Cursor<>() {
      private int at;
      private boolean closed;

      @Override
      public List<KeyedEntry> next() {
        int end = closed ? at : Math.min(all.size(), at + pageSize);
        List<KeyedEntry> page = all.subList(at, end);
        handedOut += page.size();
        at = end;
        return page;
      }

      @Override
      public void close() {
        open -= closed ? 0 : 1;
        closed = true;
      }
    };
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    return Optional.ofNullable(entries.get(key));
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void clear() {
    entries.clear();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    throw new UnsupportedOperationException();
  }
}
