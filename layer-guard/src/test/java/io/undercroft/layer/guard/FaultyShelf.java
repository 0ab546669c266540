package io.undercroft.layer.guard;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Entries behind a line on which things get lost, come late, or come twice, as it is told. */
final class FaultyShelf implements KeyValue {
  private final Map<String, StoredEntry> entries = new HashMap<>();
  private final List<String> applied = new ArrayList<>();
  private final List<Runnable> late = new ArrayList<>();
  private final Deque<Fault> faults = new ArrayDeque<>();
  private int versions;
  private int calls;

  /** What happens to one call. */
  enum Fault {
    NONE,
    UNREACHABLE,
    ANSWER_LOST,
    LATE,
    TWICE
  }

  /** The next calls meet these, one each. */
  synchronized void next(Fault... some) {
    faults.addAll(List.of(some));
  }

  /** Returns the values of all writes that took effect, in their order. */
  synchronized List<String> applied() {
    return List.copyOf(applied);
  }

  synchronized int calls() {
    return calls;
  }

  /** Lets what is late arrive. */
  synchronized void arrive() {
    late.forEach(Runnable::run);
    late.clear();
  }

  private synchronized Fault fault() {
    calls++;
    Fault next = faults.poll();
    if (next == Fault.UNREACHABLE) {
      throw StorageException.of(ErrorCode.CONNECTION_FAILED, "the line is down");
    }
    return next == null ? Fault.NONE : next;
  }

  private static StorageException lost() {
    return StorageException.of(ErrorCode.UNKNOWN_OUTCOME, "the answer was lost");
  }

  @Override
  public synchronized Optional<StoredEntry> get(String key) {
    if (fault() == Fault.ANSWER_LOST) {
      throw StorageException.of(ErrorCode.CONNECTION_LOST, "the answer was lost");
    }
    return Optional.ofNullable(entries.get(key));
  }

  @Override
  public synchronized PutResult put(String key, NewEntry entry, Precondition precondition) {
    switch (fault()) {
      case LATE -> {
        late.add(() -> apply(key, entry, precondition));
        throw lost();
      }
      case ANSWER_LOST -> {
        apply(key, entry, precondition);
        throw lost();
      }
      case TWICE -> {
        PutResult first = apply(key, entry, precondition);
        apply(key, entry, precondition);
        return first;
      }
      default -> {
        return apply(key, entry, precondition);
      }
    }
  }

  private PutResult apply(String key, NewEntry entry, Precondition precondition) {
    StoredEntry there = entries.get(key);
    boolean holds =
        precondition instanceof Precondition.None
            || (precondition instanceof Precondition.Absent && there == null)
            || (precondition instanceof Precondition.HasVersion asked
                && there != null
                && there.meta().version().equals(asked.version()));
    if (!holds) {
      return new PutResult.Conflict(
          Optional.ofNullable(there).map(found -> found.meta().version()));
    }
    applied.add(new String(entry.value(), StandardCharsets.UTF_8));
    Instant now = Instant.now();
    EntryMeta meta =
        new EntryMeta(
            "v" + ++versions, now, now, entry.expires(), entry.contentType(), entry.metadata());
    entries.put(key, new StoredEntry(entry.value(), meta));
    return new PutResult.Written(meta, there == null);
  }

  @Override
  public synchronized DeleteResult delete(String key, Precondition precondition) {
    fault();
    return entries.remove(key) == null ? DeleteResult.ABSENT : DeleteResult.DELETED;
  }

  @Override
  public synchronized void clear() {
    fault();
    entries.clear();
  }

  @Override
  public synchronized long size() {
    fault();
    return entries.size();
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    throw new UnsupportedOperationException("not scanned here");
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    throw new UnsupportedOperationException("not scanned here");
  }
}
