package io.undercroft.runtime.layers;

import io.undercroft.runtime.index.Catalog;
import io.undercroft.runtime.index.Turns;
import io.undercroft.runtime.index.Writing;
import io.undercroft.runtime.query.Documents;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * {@link Indexes} for a backend that is an {@link IndexHome}: every write passes here and brings
 * the catalog up to date before it returns. While there is no index, a write passes with two steps
 * on a counter; otherwise it holds the locks of its keys, and of the values that must be unique,
 * from before the backend is asked until the indexes know of it.
 */
final class Indexed implements Turns {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LOCKS = 64;
  private static final int CELLS = 16;

  private final QuietWriters quiet = new QuietWriters(CELLS);
  private final KeyLocks locks = new KeyLocks(LOCKS, LIMIT);
  private final Catalog catalog;

  private Indexed(Facets below, IndexHome home, PluginContext context, Documents documents) {
    this.catalog =
        new Catalog(
            context.storage(),
            below.require(KeyValue.class),
            documents,
            context.clock(),
            this,
            below.find(Changes.class),
            home);
  }

  /**
   * Returns indexes for these facets, if they may be kept: the backend says so and answers no
   * queries itself, and nobody writes in transactions or at levels of consistency that are not seen
   * here.
   */
  static Optional<Indexed> over(Facets below, PluginContext context, Documents documents) {
    boolean own =
        below.find(Queries.class).isPresent()
            || below.find(Indexes.class).isPresent()
            || below.find(Transactions.class).isPresent()
            || below.find(Cluster.class).isPresent();
    return own
        ? Optional.empty()
        : below.find(IndexHome.class).map(home -> new Indexed(below, home, context, documents));
  }

  Catalog catalog() {
    return catalog;
  }

  /** Returns the facets with every write led past the catalog. */
  Facets complete(Facets below) {
    return below
        .map(KeyValue.class, IndexedKeyValue::new)
        .map(Batch.class, IndexedBatch::new)
        .map(Commit.class, IndexedCommit::new)
        .with(Indexes.class, catalog);
  }

  // ---- turns

  @Override
  public void begin() {
    quiet.watch();
    try {
      if (!quiet.awaitNone(LIMIT.toNanos())) {
        throw StorageException.of(
            ErrorCode.TIMEOUT,
            "a write that began before the index has been under way for "
                + LIMIT.toSeconds()
                + " s; try again when it is over");
      }
    } catch (InterruptedException e) {
      quiet.unwatch();
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "interrupted while waiting for writes under way", e);
    } catch (RuntimeException | Error e) {
      quiet.unwatch();
      throw e;
    }
  }

  @Override
  public void end() {
    quiet.unwatch();
  }

  @Override
  public void during(Collection<String> keys, Runnable work) {
    locked(locks.of(keys), work);
  }

  @Override
  public void alone(Runnable work) {
    locked(locks.all(), work);
  }

  private void locked(long set, Runnable work) {
    locks.lock(set);
    try {
      work.run();
    } finally {
      locks.unlock(set);
    }
  }

  // ---- writes

  /**
   * Does a write.
   *
   * @param plain without indexes
   * @param kept under the locks, with what the indexes will hold
   */
  private <R> R write(
      Map<String, NewEntry> puts,
      Collection<String> removed,
      Supplier<R> plain,
      Function<Writing, R> kept) {
    int ticket = enter();
    if (ticket != QuietWriters.WATCHED) {
      try {
        return plain.get();
      } finally {
        quiet.leave(ticket);
      }
    }
    return write(puts, removed, kept);
  }

  /** Returns a ticket to be given back to {@link QuietWriters#leave}, or WATCHED. */
  private int enter() {
    if (catalog.mustBuild()) {
      catalog.buildNow();
    }
    return quiet.enter();
  }

  private <R> R write(
      Map<String, NewEntry> puts, Collection<String> removed, Function<Writing, R> kept) {
    while (true) {
      Writing writing = catalog.prepare(puts, removed);
      long set = locks.of(writing.turns());
      locks.lock(set);
      try {
        if (catalog.isCurrent(writing)) {
          catalog.check(writing);
          return attempt(writing, kept);
        }
      } finally {
        locks.unlock(set);
      }
    }
  }

  /** What ends without an answer is looked at by the next query. */
  private <R> R attempt(Writing writing, Function<Writing, R> kept) {
    boolean answered = false;
    try {
      R result = kept.apply(writing);
      answered = true;
      return result;
    } finally {
      if (!answered) {
        catalog.uncertain(writing.keys());
      }
    }
  }

  private final class IndexedKeyValue implements KeyValue {
    private final KeyValue below;

    IndexedKeyValue(KeyValue below) {
      this.below = below;
    }

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
      int ticket = enter();
      if (ticket != QuietWriters.WATCHED) {
        try {
          return below.put(key, entry, precondition);
        } finally {
          quiet.leave(ticket);
        }
      }
      return write(
          Map.of(key, entry),
          List.of(),
          writing -> {
            PutResult result = below.put(key, entry, precondition);
            if (result instanceof PutResult.Written written) {
              catalog.written(writing, key, written.meta());
            }
            return result;
          });
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return write(
          Map.of(),
          List.of(key),
          () -> below.delete(key, precondition),
          writing -> {
            DeleteResult result = below.delete(key, precondition);
            if (result != DeleteResult.CONFLICT) {
              catalog.removed(writing, key);
            }
            return result;
          });
    }

    @Override
    public void clear() {
      int ticket = quiet.enter();
      if (ticket != QuietWriters.WATCHED) {
        try {
          below.clear();
        } finally {
          quiet.leave(ticket);
        }
        return;
      }
      alone(
          () -> {
            boolean done = false;
            try {
              below.clear();
              catalog.cleared();
              done = true;
            } finally {
              if (!done) {
                catalog.uncertain();
              }
            }
          });
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

  private final class IndexedBatch implements Batch {
    private final Batch below;

    IndexedBatch(Batch below) {
      this.below = below;
    }

    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      return below.getMany(keys);
    }

    @Override
    public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
      below.getEach(keys, found);
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      return write(
          entries,
          List.of(),
          () -> below.putMany(entries),
          writing -> {
            Map<String, EntryMeta> written = below.putMany(entries);
            written.forEach((key, meta) -> catalog.written(writing, key, meta));
            return written;
          });
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return write(
          Map.of(),
          keys,
          () -> below.deleteMany(keys),
          writing -> {
            long deleted = below.deleteMany(keys);
            keys.forEach(key -> catalog.removed(writing, key));
            return deleted;
          });
    }
  }

  private final class IndexedCommit implements Commit {
    private final Commit below;

    IndexedCommit(Commit below) {
      this.below = below;
    }

    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      Map<String, NewEntry> puts = new LinkedHashMap<>();
      List<String> removed = new ArrayList<>();
      for (Mutation mutation : mutations) {
        if (mutation instanceof Mutation.Put put) {
          puts.put(put.key(), put.entry());
        } else {
          removed.add(mutation.key());
        }
      }
      return write(
          puts,
          removed,
          () -> below.commit(checks, mutations),
          writing -> {
            CommitResult result = below.commit(checks, mutations);
            if (result instanceof CommitResult.Committed committed) {
              note(writing, mutations, committed);
            }
            return result;
          });
    }

    private void note(Writing writing, List<Mutation> mutations, CommitResult.Committed committed) {
      for (int i = 0; i < mutations.size(); i++) {
        String key = mutations.get(i).key();
        committed
            .results()
            .get(i)
            .meta()
            .ifPresentOrElse(
                meta -> catalog.written(writing, key, meta), () -> catalog.removed(writing, key));
      }
    }
  }
}
