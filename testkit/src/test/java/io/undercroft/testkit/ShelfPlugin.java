package io.undercroft.testkit;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Option;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Settings;
import io.undercroft.spi.StoragePlugin;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An honest plugin, slow and simple: shelves in memory that outlive their backends, one lock each,
 * every facet of key and value. What the contracts say about it is known, so it shows what they say
 * about those who lie.
 */
final class ShelfPlugin implements StoragePlugin {
  private static final Option<String> SHELF =
      Option.string("shelf").doc("which shelf of this plugin holds the entries").required();

  private final Map<String, Shelf> shelves = new HashMap<>();

  @Override
  public String id() {
    return "shelf";
  }

  @Override
  public List<Option<?>> options() {
    return List.of(SHELF);
  }

  @Override
  public Set<String> exclusiveResources(Settings settings) {
    return Set.of("shelf:" + settings.get(SHELF));
  }

  @Override
  public Backend open(Settings settings, PluginContext context) {
    return new ShelfBackend(shelf(settings.get(SHELF)), context);
  }

  private synchronized Shelf shelf(String name) {
    return shelves.computeIfAbsent(name, n -> new Shelf());
  }

  /** Takes all shelves away, or gives them back. */
  synchronized void setOutOfReach(boolean out) {
    for (Shelf shelf : shelves.values()) {
      synchronized (shelf) {
        shelf.outOfReach = out;
      }
    }
  }

  /** What is stored; guarded by its own lock. */
  private static final class Shelf {
    final Map<String, StoredEntry> entries = new LinkedHashMap<>();
    final List<Changes.StoredChange> log = new ArrayList<>();
    final List<Listening> listeners = new ArrayList<>();
    final Map<String, byte[]> byHand = new HashMap<>();
    long lastVersion;
    boolean outOfReach;
  }

  private static final class ShelfBackend
      implements Backend, KeyValue, Batch, Commit, Expiry, Changes {
    private final Shelf shelf;
    private final Clock clock;
    private final Executor executor;
    private boolean closed;

    ShelfBackend(Shelf shelf, PluginContext context) {
      this.shelf = shelf;
      this.clock = context.clock();
      this.executor = context.executor();
    }

    @Override
    public Facets facets() {
      return Facets.of(this)
          .with(Batch.class, this)
          .with(Commit.class, this)
          .with(Expiry.class, this)
          .with(Changes.class, this);
    }

    @Override
    public Limits limits() {
      return new Limits(2L << 20, 8 << 10, 500, 300);
    }

    @Override
    public Map<String, String> details() {
      return Map.of("durability", "none");
    }

    @Override
    public Optional<BareDriver> bareDriver() {
      synchronized (shelf) {
        read();
        shelf.byHand.clear();
      }
      return Optional.of(new ByHand());
    }

    /** A map beside the entries. */
    private final class ByHand implements BareDriver {
      private boolean driverClosed;

      @Override
      public String description() {
        return "HashMap";
      }

      private Map<String, byte[]> map() {
        read();
        if (driverClosed) {
          throw StorageException.of(ErrorCode.CLOSED, "the driver was closed");
        }
        return shelf.byHand;
      }

      @Override
      public Optional<byte[]> get(String key) {
        synchronized (shelf) {
          return Optional.ofNullable(map().get(key));
        }
      }

      @Override
      public void set(String key, byte[] value) {
        synchronized (shelf) {
          map().put(key, value);
        }
      }

      @Override
      public Map<String, byte[]> getMany(Collection<String> keys) {
        synchronized (shelf) {
          Map<String, byte[]> found = new HashMap<>(map());
          found.keySet().retainAll(keys);
          return found;
        }
      }

      @Override
      public void setMany(Map<String, byte[]> values) {
        synchronized (shelf) {
          map().putAll(values);
        }
      }

      @Override
      public void close() {
        synchronized (shelf) {
          driverClosed = true;
          shelf.byHand.clear();
        }
      }
    }

    @Override
    public void ping() {
      synchronized (shelf) {
        read();
      }
    }

    @Override
    public void close() {
      synchronized (shelf) {
        closed = true;
      }
    }

    private void read() {
      check(ErrorCode.CONNECTION_LOST);
    }

    private void write() {
      check(ErrorCode.CONNECTION_FAILED);
    }

    private void check(ErrorCode outage) {
      if (closed) {
        throw StorageException.of(ErrorCode.CLOSED, "the shelf was closed; open it again");
      }
      if (shelf.outOfReach) {
        throw StorageException.of(outage, "the shelf is out of reach; fetch a ladder");
      }
    }

    private Optional<StoredEntry> live(String key) {
      return Optional.ofNullable(shelf.entries.get(key))
          .filter(entry -> !entry.meta().isExpired(clock.instant()));
    }

    private boolean holds(String key, Precondition precondition) {
      Optional<StoredEntry> there = live(key);
      if (precondition instanceof Precondition.HasVersion wanted) {
        return there.isPresent() && there.get().meta().version().equals(wanted.version());
      }
      return !(precondition instanceof Precondition.Absent) || there.isEmpty();
    }

    private EntryMeta store(String key, NewEntry entry) {
      Optional<StoredEntry> before = live(key);
      Instant now = clock.instant();
      Instant created = before.map(there -> there.meta().created()).orElse(now);
      EntryMeta meta =
          new EntryMeta(
              "v" + ++shelf.lastVersion,
              created,
              now.isBefore(created) ? created : now,
              entry.expires(),
              entry.contentType(),
              entry.metadata());
      StoredEntry stored = new StoredEntry(entry.value(), meta);
      shelf.entries.put(key, stored);
      tell(ChangeType.SET, key, before, Optional.of(stored));
      return meta;
    }

    private boolean remove(String key) {
      Optional<StoredEntry> before = live(key);
      shelf.entries.remove(key);
      if (before.isPresent()) {
        tell(ChangeType.DELETE, key, before, Optional.empty());
      }
      return before.isPresent();
    }

    private void tell(
        ChangeType type, String key, Optional<StoredEntry> before, Optional<StoredEntry> after) {
      String position = String.valueOf(shelf.log.size() + 1);
      StoredChange change =
          new StoredChange(type, key, before, after, clock.instant(), Optional.of(position));
      shelf.log.add(change);
      shelf.listeners.forEach(listener -> listener.add(change));
    }

    @Override
    public Optional<StoredEntry> get(String key) {
      synchronized (shelf) {
        read();
        return live(key);
      }
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      synchronized (shelf) {
        write();
        boolean created = live(key).isEmpty();
        return holds(key, precondition)
            ? new PutResult.Written(store(key, entry), created)
            : new PutResult.Conflict(live(key).map(there -> there.meta().version()));
      }
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      synchronized (shelf) {
        write();
        if (!holds(key, precondition)) {
          return DeleteResult.CONFLICT;
        }
        return remove(key) ? DeleteResult.DELETED : DeleteResult.ABSENT;
      }
    }

    @Override
    public void clear() {
      synchronized (shelf) {
        write();
        shelf.entries.clear();
        tell(ChangeType.CLEAR, "", Optional.empty(), Optional.empty());
      }
    }

    @Override
    public long size() {
      synchronized (shelf) {
        read();
        return shelf.entries.keySet().stream().filter(key -> live(key).isPresent()).count();
      }
    }

    @Override
    public Cursor<String> keys(String prefix, int pageSize) {
      return cursor(prefix, pageSize, (key, entry) -> key);
    }

    @Override
    public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
      return cursor(prefix, pageSize, KeyedEntry::new);
    }

    private <E> Cursor<E> cursor(
        String prefix, int pageSize, BiFunction<String, StoredEntry, E> make) {
      Deque<String> left = new ArrayDeque<>();
      synchronized (shelf) {
        read();
        shelf.entries.keySet().stream().filter(key -> key.startsWith(prefix)).forEach(left::add);
      }
      return new Cursor<>() {
        @Override
        public List<E> next() {
          List<E> page = new ArrayList<>();
          synchronized (shelf) {
            while (page.size() < pageSize && !left.isEmpty()) {
              read();
              String key = left.remove();
              live(key).ifPresent(entry -> page.add(make.apply(key, entry)));
            }
          }
          return page;
        }

        @Override
        public void close() {
          left.clear();
        }
      };
    }

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      synchronized (shelf) {
        read();
        Map<String, StoredEntry> found = new HashMap<>();
        keys.forEach(key -> live(key).ifPresent(entry -> found.put(key, entry)));
        return found;
      }
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      synchronized (shelf) {
        write();
        Map<String, EntryMeta> metas = new HashMap<>();
        entries.forEach((key, entry) -> metas.put(key, store(key, entry)));
        return metas;
      }
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      synchronized (shelf) {
        write();
        return keys.stream().filter(this::remove).count();
      }
    }

    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      synchronized (shelf) {
        write();
        for (Check check : checks) {
          if (!holds(check.key(), check.precondition())) {
            return new CommitResult.Conflict(
                check.key(), live(check.key()).map(there -> there.meta().version()));
          }
        }
        List<CommitResult.Applied> applied = new ArrayList<>();
        for (Mutation mutation : mutations) {
          boolean existed = live(mutation.key()).isPresent();
          Optional<EntryMeta> meta = Optional.empty();
          if (mutation instanceof Mutation.Put put) {
            meta = Optional.of(store(put.key(), put.entry()));
          } else {
            remove(mutation.key());
          }
          applied.add(new CommitResult.Applied(meta, existed));
        }
        return new CommitResult.Committed(applied);
      }
    }

    @Override
    public boolean resumable() {
      return true;
    }

    @Override
    public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
      synchronized (shelf) {
        read();
        Listening listening = new Listening(shelf, executor, listener);
        after.ifPresent(
            position -> shelf.log.stream().skip(Long.parseLong(position)).forEach(listening::add));
        shelf.listeners.add(listening);
        return listening;
      }
    }
  }

  /** One subscription: changes wait in a queue that one thread at a time empties. */
  private static final class Listening implements Subscription {
    private final Shelf shelf;
    private final Executor executor;
    private final Consumer<Changes.StoredChange> listener;
    private final Deque<Changes.StoredChange> queue = new ArrayDeque<>();
    private boolean running;
    private boolean ended;

    Listening(Shelf shelf, Executor executor, Consumer<Changes.StoredChange> listener) {
      this.shelf = shelf;
      this.executor = executor;
      this.listener = listener;
    }

    synchronized void add(Changes.StoredChange change) {
      queue.add(change);
      if (!running && !ended) {
        running = true;
        executor.execute(this::run);
      }
    }

    private void run() {
      for (Changes.StoredChange change = take(); change != null; change = take()) {
        listener.accept(change);
      }
    }

    private synchronized Changes.@Nullable StoredChange take() {
      Changes.StoredChange next = ended ? null : queue.poll();
      running = next != null;
      return next;
    }

    @Override
    public synchronized boolean isActive() {
      return !ended;
    }

    @Override
    public void close() {
      synchronized (this) {
        ended = true;
        queue.clear();
      }
      synchronized (shelf) {
        shelf.listeners.remove(this);
      }
    }
  }
}
