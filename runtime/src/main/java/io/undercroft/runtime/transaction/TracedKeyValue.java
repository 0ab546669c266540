package io.undercroft.runtime.transaction;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;

/** {@link KeyValue} whose writes pass through the timeline; reads go straight on. */
record TracedKeyValue(Timeline timeline, KeyValue below) implements KeyValue {
  private static final int PAGE = 1_000;

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
    int ticket = timeline.enter();
    try {
      if (!timeline.isNeeded()) {
        return below.put(key, entry, precondition);
      }
      return timeline.write(
          KeyStripes.of(key),
          trace -> {
            trace.note(key, below);
            return trace.attempt(
                () -> below.put(key, entry, precondition), PutResult.Written.class::isInstance);
          });
    } finally {
      timeline.leave(ticket);
    }
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    int ticket = timeline.enter();
    try {
      if (!timeline.isNeeded()) {
        return below.delete(key, precondition);
      }
      return timeline.write(
          KeyStripes.of(key),
          trace -> {
            trace.note(key, below);
            return trace.attempt(
                () -> below.delete(key, precondition), DeleteResult.DELETED::equals);
          });
    } finally {
      timeline.leave(ticket);
    }
  }

  @Override
  public void clear() {
    int ticket = timeline.enter();
    try {
      if (!timeline.isNeeded()) {
        below.clear();
        return;
      }
      timeline.write(
          KeyStripes.ALL,
          trace -> {
            noteAll(trace);
            below.clear();
            return true;
          });
    } finally {
      timeline.leave(ticket);
    }
  }

  /** Ends as soon as nobody needs it any more: much may not fit into the bounds. */
  private void noteAll(Timeline.Trace trace) {
    try (Cursor<KeyedEntry> all = below.scan("", PAGE)) {
      for (List<KeyedEntry> page = all.next(); !page.isEmpty(); page = all.next()) {
        for (KeyedEntry found : page) {
          trace.note(found.key(), Optional.of(found.entry()));
        }
        if (!timeline.isNeeded()) {
          return;
        }
      }
    } catch (StorageException e) {
      trace.unreadable("");
    }
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
