package io.undercroft.runtime.client;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facet;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A real backend, as small as can be: a sorted map under one lock. It counts what a test asks about
 * and closes as the SPI says.
 */
final class Notebook implements Backend {
  /** A facet of its own: the first key. */
  interface Bookmark extends Facet {
    Optional<String> first();

    default String firstOr(String fallback) {
      return first().orElse(fallback);
    }

    void fail(RuntimeException with);
  }

  final AtomicInteger openCursors = new AtomicInteger();
  final AtomicInteger openTransactions = new AtomicInteger();
  final AtomicInteger pages = new AtomicInteger();
  final AtomicInteger batchCalls = new AtomicInteger();
  final List<Consumer<Changes.StoredChange>> listeners = new CopyOnWriteArrayList<>();
  volatile Runnable beforeEachCall = () -> {};

  private final Clock clock;
  private final Limits limits;
  private NavigableMap<String, StoredEntry> entries = new TreeMap<>();
  private long writes;
  private long changes;
  private volatile boolean closed;

  Notebook(Clock clock) {
    this(clock, Limits.DEFAULT);
  }

  Notebook(Clock clock, Limits limits) {
    this.clock = clock;
    this.limits = limits;
  }

  /** Offers key-value and nothing else. */
  Facets plain() {
    return Facets.of(new Reading(this::now));
  }

  /** Offers all that it has. */
  @Override
  public Facets facets() {
    return plain()
        .with(Batch.class, new Many())
        .with(Commit.class, this::commit)
        .with(Changes.class, new Told())
        .with(Transactions.class, new Serial())
        .with(Bookmark.class, new First());
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public void ping() {
    requireOpen();
  }

  @Override
  public void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns all keys, open or closed. */
  synchronized Set<String> written() {
    return Set.copyOf(entries.keySet());
  }

  /** Writes past the client, as an older program or a person would. */
  synchronized void scribble(String key, byte[] bytes, String contentType) {
    put(now(), key, NewEntry.of(bytes, contentType), Precondition.NONE);
  }

  /** Tells a change that never was. */
  void tell(Changes.StoredChange change) {
    listeners.forEach(listener -> listener.accept(change));
  }

  private void requireOpen() {
    beforeEachCall.run();
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the notebook is closed");
    }
  }

  private synchronized NavigableMap<String, StoredEntry> now() {
    return entries;
  }

  private Optional<StoredEntry> live(Map<String, StoredEntry> map, String key) {
    return Optional.ofNullable(map.get(key)).filter(e -> !e.meta().isExpired(clock.instant()));
  }

  private static boolean holds(Precondition precondition, Optional<StoredEntry> found) {
    if (precondition instanceof Precondition.HasVersion expected) {
      return found.filter(e -> e.meta().version().equals(expected.version())).isPresent();
    }
    return !(precondition instanceof Precondition.Absent) || found.isEmpty();
  }

  private PutResult put(
      Map<String, StoredEntry> map, String key, NewEntry entry, Precondition precondition) {
    Optional<StoredEntry> found = live(map, key);
    if (!holds(precondition, found)) {
      return new PutResult.Conflict(found.map(e -> e.meta().version()));
    }
    Instant now = clock.instant();
    EntryMeta meta =
        new EntryMeta(
            "v" + ++writes,
            found.map(e -> e.meta().created()).orElse(now),
            now,
            entry.expires(),
            entry.contentType(),
            entry.metadata());
    StoredEntry stored = new StoredEntry(entry.value(), meta);
    map.put(key, stored);
    told(map, ChangeType.SET, key, found, Optional.of(stored));
    return new PutResult.Written(meta, found.isEmpty());
  }

  private DeleteResult delete(Map<String, StoredEntry> map, String key, Precondition precondition) {
    Optional<StoredEntry> found = live(map, key);
    if (!holds(precondition, found)) {
      return DeleteResult.CONFLICT;
    }
    if (found.isEmpty()) {
      return DeleteResult.ABSENT;
    }
    map.remove(key);
    writes++;
    told(map, ChangeType.DELETE, key, found, Optional.empty());
    return DeleteResult.DELETED;
  }

  private void told(
      Map<String, StoredEntry> map,
      ChangeType type,
      String key,
      Optional<StoredEntry> before,
      Optional<StoredEntry> after) {
    if (map == entries) {
      changes++;
      tell(
          new Changes.StoredChange(
              type, key, before, after, clock.instant(), Optional.of("p" + writes)));
    }
  }

  private synchronized CommitResult commit(List<Check> checks, List<Mutation> mutations) {
    requireOpen();
    for (Check check : checks) {
      Optional<StoredEntry> found = live(entries, check.key());
      if (!holds(check.precondition(), found)) {
        return new CommitResult.Conflict(check.key(), found.map(e -> e.meta().version()));
      }
    }
    List<CommitResult.Applied> results = new ArrayList<>();
    for (Mutation mutation : mutations) {
      boolean existed = live(entries, mutation.key()).isPresent();
      if (mutation instanceof Mutation.Put put) {
        PutResult result = put(entries, put.key(), put.entry(), Precondition.NONE);
        results.add(
            new CommitResult.Applied(Optional.of(((PutResult.Written) result).meta()), existed));
      } else {
        delete(entries, mutation.key(), Precondition.NONE);
        results.add(new CommitResult.Applied(Optional.empty(), existed));
      }
    }
    return new CommitResult.Committed(results);
  }

  /** Key-value on some map: the shared one, or that of a transaction. */
  private final class Reading implements KeyValue {
    private final Supplier<NavigableMap<String, StoredEntry>> map;

    Reading(Supplier<NavigableMap<String, StoredEntry>> map) {
      this.map = map;
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      requireOpen();
      synchronized (Notebook.this) {
        return live(map.get(), key);
      }
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      requireOpen();
      synchronized (Notebook.this) {
        return Notebook.this.put(map.get(), key, entry, precondition);
      }
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      requireOpen();
      synchronized (Notebook.this) {
        return Notebook.this.delete(map.get(), key, precondition);
      }
    }

    @Override
    public void clear() {
      requireOpen();
      synchronized (Notebook.this) {
        map.get().clear();
        told(map.get(), ChangeType.CLEAR, "", Optional.empty(), Optional.empty());
      }
    }

    @Override
    public long size() {
      requireOpen();
      synchronized (Notebook.this) {
        return map.get().keySet().stream().filter(key -> live(map.get(), key).isPresent()).count();
      }
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return new Paging<>(map, prefix, pageSize, KeyedEntry::key);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return new Paging<>(map, prefix, pageSize, Function.identity());
    }
  }

  private final class Paging<E> implements Cursor<E> {
    private final Supplier<NavigableMap<String, StoredEntry>> map;
    private final String prefix;
    private final int pageSize;
    private final Function<KeyedEntry, E> shape;
    private String after = "";
    private boolean over;

    Paging(
        Supplier<NavigableMap<String, StoredEntry>> map,
        String prefix,
        int pageSize,
        Function<KeyedEntry, E> shape) {
      requireOpen();
      this.map = map;
      this.prefix = prefix;
      this.pageSize = pageSize;
      this.shape = shape;
      openCursors.incrementAndGet();
    }

    @Override
    public List<E> next() {
      requireOpen();
      pages.incrementAndGet();
      List<E> page = new ArrayList<>();
      synchronized (Notebook.this) {
        for (Map.Entry<String, StoredEntry> entry : map.get().tailMap(after, false).entrySet()) {
          if (over || page.size() == pageSize) {
            break;
          }
          after = entry.getKey();
          if (after.startsWith(prefix) && live(map.get(), after).isPresent()) {
            page.add(shape.apply(new KeyedEntry(after, entry.getValue())));
          }
        }
      }
      return page;
    }

    @Override
    public void close() {
      if (!over) {
        over = true;
        openCursors.decrementAndGet();
      }
    }
  }

  private final class Many implements Batch {
    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      count(keys.size());
      Map<String, StoredEntry> found = new LinkedHashMap<>();
      synchronized (Notebook.this) {
        keys.forEach(key -> live(entries, key).ifPresent(entry -> found.put(key, entry)));
      }
      return found;
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> many) {
      count(many.size());
      Map<String, EntryMeta> metas = new LinkedHashMap<>();
      synchronized (Notebook.this) {
        many.forEach(
            (key, entry) ->
                metas.put(
                    key, ((PutResult.Written) put(entries, key, entry, Precondition.NONE)).meta()));
      }
      return metas;
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      count(keys.size());
      synchronized (Notebook.this) {
        return keys.stream()
            .filter(key -> delete(entries, key, Precondition.NONE) == DeleteResult.DELETED)
            .count();
      }
    }

    private void count(int size) {
      requireOpen();
      batchCalls.incrementAndGet();
      if (size > limits.batchEntries()) {
        throw new IllegalStateException("a batch beyond the limit: " + size);
      }
    }
  }

  private final class Told implements Changes {
    @Override
    public boolean resumable() {
      return false;
    }

    @Override
    public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
      requireOpen();
      listeners.add(listener);
      return new Subscription() {
        @Override
        public boolean isActive() {
          return listeners.contains(listener);
        }

        @Override
        public void close() {
          listeners.remove(listener);
        }
      };
    }
  }

  /** One transaction wins over all that began before it committed. */
  private final class Serial implements Transactions {
    @Override
    public Set<Isolation> levels() {
      return Set.of(Isolation.REPEATABLE_READ, Isolation.SERIALIZABLE);
    }

    @Override
    public Handle begin(TransactionOptions options) {
      requireOpen();
      openTransactions.incrementAndGet();
      synchronized (Notebook.this) {
        return new Running(new TreeMap<>(entries), changes);
      }
    }
  }

  private final class Running implements Transactions.Handle {
    private static final AtomicInteger IDS = new AtomicInteger();

    private final String id = "t" + IDS.incrementAndGet();
    private final Map<String, NavigableMap<String, StoredEntry>> savepoints = new LinkedHashMap<>();
    private NavigableMap<String, StoredEntry> own;
    private final long began;
    private boolean over;
    private boolean given;

    Running(NavigableMap<String, StoredEntry> own, long began) {
      this.own = own;
      this.began = began;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public Facets facets() {
      return Facets.of(new Reading(() -> own));
    }

    @Override
    public void commit() {
      synchronized (Notebook.this) {
        over = true;
        if (changes != began) {
          throw StorageException.of(ErrorCode.TRANSACTION_ABORTED, "somebody else wrote");
        }
        entries = own;
        changes++;
      }
    }

    @Override
    public void rollback() {
      over = true;
    }

    @Override
    public void savepoint(String name) {
      savepoints.put(name, new TreeMap<>(own));
    }

    @Override
    public void rollbackTo(String name) {
      NavigableMap<String, StoredEntry> then = savepoints.get(name);
      if (then == null) {
        throw StorageException.of(ErrorCode.KEY_NOT_FOUND, "no savepoint '" + name + "'");
      }
      own = new TreeMap<>(then);
    }

    @Override
    public void close() {
      if (!over) {
        rollback();
      }
      if (!given) {
        given = true;
        openTransactions.decrementAndGet();
      }
    }
  }

  private final class First implements Bookmark {
    @Override
    public Optional<String> first() {
      requireOpen();
      synchronized (Notebook.this) {
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries.firstKey());
      }
    }

    @Override
    public void fail(RuntimeException with) {
      throw with;
    }
  }
}
