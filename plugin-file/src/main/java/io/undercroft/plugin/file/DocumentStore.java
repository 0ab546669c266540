package io.undercroft.plugin.file;

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
import io.undercroft.storage.event.ChangeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a document. Every write rewrites all of it, so writers that come while one is
 * under way wait together, and the next rewrite carries all of them.
 */
final class DocumentStore implements KeyValue, Batch, Commit, Expiry {
  private final Document document;
  private final Queue<Work<?>> waiting = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  DocumentStore(Document document) {
    this.document = document;
  }

  /** Throws CLOSED after {@link #close}. */
  void refuseIfClosed() {
    if (closed) {
      throw ChangeFeed.closed();
    }
  }

  /** Waits for the writes that are under way; returns whether it was open. */
  boolean close() {
    document.lock().lock();
    try {
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      document.lock().unlock();
    }
  }

  private DocumentState current() {
    refuseIfClosed();
    return document.current();
  }

  // ---- reading

  @Override
  public Optional<StoredEntry> get(String key) {
    return Optional.ofNullable(current().live(key, document.now())).map(DocumentEntry::stored);
  }

  @Override
  public boolean has(String key) {
    return current().live(key, document.now()) != null;
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    DocumentState state = current();
    Instant now = document.now();
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    for (String key : keys) {
      DocumentEntry entry = state.live(key, now);
      if (entry != null) {
        found.put(key, entry.stored());
      }
    }
    return found;
  }

  @Override
  public long size() {
    DocumentState state = current();
    return (long) state.entries().size() - state.dead(document.now());
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return new Scan<>(prefix, pageSize, DocumentEntry::key);
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return new Scan<>(prefix, pageSize, entry -> new KeyedEntry(entry.key(), entry.stored()));
  }

  /** A scan of what the document held when it began. */
  private final class Scan<E> implements Cursor<E> {
    private final Iterator<DocumentEntry> entries;
    private final String prefix;
    private final int pageSize;
    private final Function<DocumentEntry, E> made;
    private boolean ended;

    Scan(String prefix, int pageSize, Function<DocumentEntry, E> made) {
      this.entries = current().entries().values().iterator();
      this.prefix = prefix;
      this.pageSize = pageSize;
      this.made = made;
    }

    @Override
    public List<E> next() {
      List<E> page = new ArrayList<>();
      Instant now = document.now();
      while (!ended && page.size() < pageSize) {
        refuseIfClosed();
        if (!entries.hasNext()) {
          ended = true;
          break;
        }
        DocumentEntry entry = entries.next();
        if (entry.key().startsWith(prefix) && !entry.isExpired(now)) {
          page.add(made.apply(entry));
        }
      }
      return page;
    }

    @Override
    public void close() {
      ended = true;
    }
  }

  // ---- writing

  /** What the works of one rewrite do to the document, one after the other. */
  private final class Draft {
    private final LinkedHashMap<String, DocumentEntry> entries;
    private final List<Document.Told> changes = new ArrayList<>();
    private final Instant now = document.now();

    Draft(DocumentState state) {
      entries = new LinkedHashMap<>(state.entries());
      if (state.dead(now) > 0) {
        for (DocumentEntry entry : state.entries().values()) {
          if (entry.isExpired(now)) {
            entries.remove(entry.key());
            changes.add(new Document.Told(ChangeType.EXPIRE, entry.key(), entry, null));
          }
        }
      }
    }

    boolean isChanged() {
      return !changes.isEmpty();
    }

    @Nullable DocumentEntry live(String key) {
      DocumentEntry entry = entries.get(key);
      return entry == null || entry.isExpired(now) ? null : entry;
    }

    Optional<String> version(String key) {
      return Optional.ofNullable(live(key)).map(entry -> entry.facts().version());
    }

    boolean satisfies(String key, Precondition precondition) {
      Optional<String> version = version(key);
      if (precondition instanceof Precondition.HasVersion wanted) {
        return version.isPresent() && version.get().equals(wanted.version());
      }
      return precondition instanceof Precondition.None || version.isEmpty();
    }

    EntryMeta put(String key, NewEntry entry) {
      DocumentEntry before = live(key);
      DocumentEntry after = document.entry(key, entry, before);
      entries.put(key, after);
      changes.add(new Document.Told(ChangeType.SET, key, before, after));
      return after.meta();
    }

    boolean remove(String key) {
      DocumentEntry before = live(key);
      if (before == null) {
        return false;
      }
      entries.remove(key);
      changes.add(new Document.Told(ChangeType.DELETE, key, before, null));
      return true;
    }

    void clear() {
      entries.clear();
      changes.add(new Document.Told(ChangeType.CLEAR, "", null, null));
    }
  }

  /** One writer's work, and what became of it. */
  private static final class Work<R> {
    private final Function<Draft, R> task;
    private @Nullable R result;
    private @Nullable RuntimeException failure;
    private boolean done;

    Work(Function<Draft, R> task) {
      this.task = task;
    }

    void attempt(Draft draft) {
      result = task.apply(draft);
    }
  }

  private <R> R write(Function<Draft, R> task) {
    IoFailures.refuseIfInterrupted();
    Work<R> mine = new Work<>(task);
    waiting.add(mine);
    document.lock().lock();
    try {
      if (!mine.done) {
        workOff();
      }
    } finally {
      document.lock().unlock();
    }
    if (mine.failure != null) {
      throw Failures.again(mine.failure);
    }
    R result = mine.result;
    if (result == null) {
      throw new IllegalStateException("a work came to no result");
    }
    return result;
  }

  /** Does everything that waits, with the lock, in one rewrite. */
  private void workOff() {
    List<Work<?>> works = new ArrayList<>();
    for (Work<?> work = waiting.poll(); work != null; work = waiting.poll()) {
      works.add(work);
    }
    // The thread works for others too: an interruption of its own must not fail their writes.
    boolean interrupted = Thread.interrupted();
    try {
      interrupted |= workOffOrFail(works);
    } finally {
      works.forEach(work -> work.done = true);
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Returns whether there was an interruption. Works that do not fit together fail by themselves.
   */
  private boolean workOffOrFail(List<Work<?>> works) {
    boolean interrupted = false;
    try {
      while (!workOff(works)) {
        interrupted |= Thread.interrupted();
      }
    } catch (RuntimeException e) {
      boolean full = e instanceof StorageException why && IoFailures.isForWantOfRoom(why);
      if (full && works.size() > 1) {
        for (Work<?> work : works) { // a delete must not fail with the set beside it
          interrupted |= workOffOrFail(List.of(work));
        }
      } else {
        works.forEach(work -> work.failure = e);
      }
    }
    return interrupted;
  }

  /** Returns whether it is done; {@code false} if an interruption came between, and nothing is. */
  private boolean workOff(List<Work<?>> works) {
    try {
      refuseIfClosed();
      Draft draft = new Draft(document.refresh());
      for (Work<?> work : works) {
        work.attempt(draft);
      }
      if (draft.isChanged()) {
        document.write(draft.entries, draft.changes);
      }
      return true;
    } catch (StorageException e) {
      if (e.code() == ErrorCode.INTERRUPTED) {
        return false;
      }
      throw e;
    }
  }

  /** Removes what is past its deadline from the file. */
  void sweep() {
    write(draft -> Boolean.TRUE);
  }

  /** Returns the next deadline that has not passed. */
  OptionalLong nextDeadline() {
    long next = current().nextDeadline(document.now());
    return next == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(next);
  }

  /** Returns how many entries are in the file past their deadline. */
  long dead() {
    return current().dead(document.now());
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    return write(
        draft -> {
          if (!draft.satisfies(key, precondition)) {
            return new PutResult.Conflict(draft.version(key));
          }
          boolean created = draft.live(key) == null;
          return new PutResult.Written(draft.put(key, entry), created);
        });
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return write(
        draft ->
            !draft.satisfies(key, precondition)
                ? DeleteResult.CONFLICT
                : draft.remove(key) ? DeleteResult.DELETED : DeleteResult.ABSENT);
  }

  @Override
  public void clear() {
    write(
        draft -> {
          draft.clear();
          return Boolean.TRUE;
        });
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    return write(
        draft -> {
          Map<String, EntryMeta> written = new LinkedHashMap<>();
          entries.forEach((key, entry) -> written.put(key, draft.put(key, entry)));
          return written;
        });
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return write(draft -> new LinkedHashSet<>(keys).stream().filter(draft::remove).count());
  }

  @Override
  public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    return write(
        draft -> {
          for (Check check : checks) {
            if (!draft.satisfies(check.key(), check.precondition())) {
              return new CommitResult.Conflict(check.key(), draft.version(check.key()));
            }
          }
          List<CommitResult.Applied> results = new ArrayList<>();
          for (Mutation mutation : mutations) {
            boolean existed = draft.live(mutation.key()) != null;
            Optional<EntryMeta> meta = Optional.empty();
            if (mutation instanceof Mutation.Put put) {
              meta = Optional.of(draft.put(put.key(), put.entry()));
            } else {
              draft.remove(mutation.key());
            }
            results.add(new CommitResult.Applied(meta, existed));
          }
          return new CommitResult.Committed(results);
        });
  }
}
