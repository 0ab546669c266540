package io.undercroft.runtime.transaction;

import io.undercroft.runtime.transaction.Running.Doom;
import io.undercroft.runtime.transaction.Writes.Own;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The storage as one transaction sees it: its own writes, else what was there when it began.
 *
 * <p>An entry that passes its deadline is gone for the transaction too. If it was read before that,
 * the transaction cannot commit any more.
 *
 * <p><b>Threads:</b> meant for one at a time; a second one waits.
 */
final class Workspace implements KeyValue, Batch, Commit, Expiry {
  private static final int PAGE = 1_000;

  private final Timeline timeline;
  private final Running running;
  private final KeyValue below;
  private final boolean readOnly;
  private final boolean alone;
  private final Reads reads = new Reads();
  private final Writes writes = new Writes();
  private final ReentrantLock lock = new ReentrantLock();
  private int written;

  /**
   * Makes an empty one.
   *
   * @param alone whether nobody else writes what the backend holds
   */
  Workspace(Timeline timeline, Running running, KeyValue below, boolean readOnly, boolean alone) {
    this.timeline = timeline;
    this.running = running;
    this.below = below;
    this.readOnly = readOnly;
    this.alone = alone;
  }

  Reads reads() {
    return reads;
  }

  Writes writes() {
    return writes;
  }

  // ---- reading

  @Override
  public Optional<StoredEntry> get(String key) {
    lock.lock();
    try {
      timeline.requireActive(running);
      return view(key);
    } finally {
      lock.unlock();
    }
  }

  private Optional<StoredEntry> view(String key) {
    Own own = writes.find(key);
    return own == null ? look(key, true) : live(own.entry());
  }

  /** Looks at what was there at the beginning, and notes it. */
  private Optional<StoredEntry> look(String key, boolean counts) {
    Optional<StoredEntry> found = snapshot(key);
    if (!reads.note(key, found, counts)) {
      throw changedOutside(key);
    }
    return found;
  }

  /**
   * Whoever writes notes the former state first and changes the entry then; so what was read, with
   * nothing noted afterwards, was there at the beginning.
   */
  private Optional<StoredEntry> snapshot(String key) {
    Past past = timeline.past();
    Past.Former former = past.at(key, running.since);
    Optional<StoredEntry> found = Optional.empty();
    if (former == null) {
      found = below.get(key);
      former = past.at(key, running.since);
    }
    running.requireActive(); // after the look: what it needs of the past is kept while it runs
    return former == null ? found : live(Optional.ofNullable(former.before));
  }

  StorageException changedOutside(String key) {
    timeline.doom(
        running,
        new Doom(
            ErrorCode.TRANSACTION_ABORTED,
            "key "
                + StorageException.quote(key)
                + ", which it had read, has passed its deadline or was changed by somebody else;"
                + " run it again"));
    return running.ended().with("key", key);
  }

  Optional<StoredEntry> live(Optional<StoredEntry> entry) {
    return entry.isPresent() && isExpired(entry.get().meta()) ? Optional.empty() : entry;
  }

  /** Asks the clock only where it matters: most entries have no deadline. */
  private boolean isExpired(EntryMeta meta) {
    return meta.expires().isPresent() && meta.isExpired(timeline.clock().instant());
  }

  @Override
  public long size() {
    lock.lock();
    try {
      timeline.requireActive(running);
      reads.range("");
      long size = sizeAtBegin();
      for (String key : writes.keys()) {
        Own own = writes.find(key);
        Reads.Seen seen = reads.find(key);
        boolean was = seen != null && seen.meta() != null && !isExpired(seen.meta());
        boolean is = own != null && live(own.entry()).isPresent();
        size += (is ? 1 : 0) - (was ? 1 : 0);
      }
      return size;
    } finally {
      lock.unlock();
    }
  }

  /** If nobody has begun to write since, what is there now is what was there. */
  private long sizeAtBegin() {
    long now = below.size();
    if (timeline.now() == running.since) {
      return now;
    }
    long size = 0;
    try (Cursor<String> keys =
        new Merged<>(this, new Writes(), below.keys("", PAGE), Merged.KEYS, "", PAGE)) {
      for (List<String> page = keys.next(); !page.isEmpty(); page = keys.next()) {
        size += page.size();
      }
    }
    return size;
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return merged(prefix, pageSize, () -> below.keys(prefix, pageSize), Merged.KEYS);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return merged(prefix, pageSize, () -> below.scan(prefix, pageSize), Merged.ENTRIES);
  }

  private <E> Cursor<E> merged(
      String prefix, int pageSize, Supplier<Cursor<E>> open, Merged.Shape<E> shape) {
    lock.lock();
    try {
      timeline.requireActive(running);
      reads.range(prefix);
      return new Merged<>(this, writes, open.get(), shape, prefix, pageSize);
    } finally {
      lock.unlock();
    }
  }

  // ---- for the cursors and the handle

  void enter() {
    lock.lock();
    try {
      timeline.requireActive(running);
    } catch (RuntimeException e) {
      lock.unlock();
      throw e;
    }
  }

  /** Ends it, whatever it was; waits for what another thread does in it. */
  void end() {
    lock.lock();
    try {
      timeline.end(running);
    } finally {
      lock.unlock();
    }
  }

  void leave() {
    lock.unlock();
  }

  void requireStillActive() {
    running.requireActive();
  }

  Past.@Nullable Former former(String key) {
    return timeline.past().at(key, running.since);
  }

  List<Past.Former> formers(String prefix) {
    List<Past.Former> found = new ArrayList<>();
    timeline
        .past()
        .forEachAt(
            running.since,
            former -> {
              if (former.key.startsWith(prefix)) {
                found.add(former);
              }
            });
    return found;
  }

  /** Notes an entry that a scan hands out as it is stored. */
  void scanned(String key, StoredEntry entry) {
    entry.meta().expires().ifPresent(reads::noteDeadline);
    boolean known = reads.find(key) != null;
    if ((known || !alone) && !reads.note(key, Optional.of(entry), !alone)) {
      throw changedOutside(key);
    }
  }

  // ---- writing

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    lock.lock();
    try {
      requireWritable();
      EntryMeta current = current(key, !(precondition instanceof Precondition.None));
      if (!holds(precondition, current)) {
        return new PutResult.Conflict(version(current));
      }
      return new PutResult.Written(put(new Mutation.Put(key, entry), current), current == null);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    lock.lock();
    try {
      requireWritable();
      EntryMeta current = current(key, true);
      if (!holds(precondition, current)) {
        return DeleteResult.CONFLICT;
      }
      if (current == null) {
        return DeleteResult.ABSENT;
      }
      remove(key);
      return DeleteResult.DELETED;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void clear() {
    lock.lock();
    try {
      requireWritable();
      List<String> all = new ArrayList<>();
      try (Cursor<String> keys = keys("", PAGE)) {
        for (List<String> page = keys.next(); !page.isEmpty(); page = keys.next()) {
          all.addAll(page);
        }
      }
      for (String key : all) {
        current(key, false);
        remove(key);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    lock.lock();
    try {
      timeline.requireActive(running);
      if (!mutations.isEmpty()) {
        requireWritable();
      }
      for (Check check : checks) {
        EntryMeta current = current(check.key(), true);
        if (!holds(check.precondition(), current)) {
          return new CommitResult.Conflict(check.key(), version(current));
        }
      }
      List<CommitResult.Applied> applied = new ArrayList<>(mutations.size());
      for (Mutation mutation : mutations) {
        EntryMeta current = current(mutation.key(), true);
        Optional<EntryMeta> now = Optional.empty();
        if (mutation instanceof Mutation.Put put) {
          now = Optional.of(put(put, current));
        } else if (current != null) {
          remove(mutation.key());
        }
        applied.add(new CommitResult.Applied(now, current != null));
      }
      return new CommitResult.Committed(applied);
    } finally {
      lock.unlock();
    }
  }

  private void requireWritable() {
    timeline.requireActive(running);
    if (readOnly) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the transaction was begun for reading only; begin one without readOnly to write");
    }
  }

  /**
   * Returns what is known of the live entry as the transaction sees it; nothing if there is none.
   */
  private @Nullable EntryMeta current(String key, boolean counts) {
    Own own = writes.find(key);
    if (own != null) {
      return live(own.entry()).map(StoredEntry::meta).orElse(null);
    }
    Reads.Seen seen = reads.find(key);
    if (seen == null) {
      return look(key, counts).map(StoredEntry::meta).orElse(null);
    }
    if (counts) {
      reads.count(seen);
    }
    return seen.meta() == null || isExpired(seen.meta()) ? null : seen.meta();
  }

  private EntryMeta put(Mutation.Put put, @Nullable EntryMeta current) {
    NewEntry entry = put.entry();
    Instant now = timeline.clock().instant();
    Instant created = current == null ? now : current.created();
    EntryMeta meta =
        new EntryMeta(
            running.id + "." + ++written,
            created,
            now.isBefore(created) ? created : now, // clocks may be set back
            entry.expires().map(at -> at.truncatedTo(ChronoUnit.MILLIS)),
            entry.contentType(),
            entry.metadata());
    writes.put(new Own(put, Optional.of(new StoredEntry(entry.value(), meta))));
    return meta;
  }

  private void remove(String key) {
    writes.put(new Own(new Mutation.Remove(key), Optional.empty()));
  }

  private static boolean holds(Precondition precondition, @Nullable EntryMeta current) {
    if (precondition instanceof Precondition.HasVersion wanted) {
      return current != null && current.version().equals(wanted.version());
    }
    return precondition instanceof Precondition.None || current == null;
  }

  private static Optional<String> version(@Nullable EntryMeta current) {
    return Optional.ofNullable(current).map(EntryMeta::version);
  }

  // ---- many at once

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    lock.lock();
    try {
      timeline.requireActive(running);
      Map<String, StoredEntry> found = new LinkedHashMap<>();
      for (String key : keys) {
        view(key).ifPresent(entry -> found.put(key, entry));
      }
      return found;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    lock.lock();
    try {
      requireWritable();
      Map<String, EntryMeta> metas = new LinkedHashMap<>();
      entries.forEach(
          (key, entry) -> metas.put(key, put(new Mutation.Put(key, entry), current(key, false))));
      return metas;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    lock.lock();
    try {
      long deleted = 0;
      for (String key : keys) {
        if (delete(key, Precondition.NONE) == DeleteResult.DELETED) {
          deleted++;
        }
      }
      return deleted;
    } finally {
      lock.unlock();
    }
  }
}
