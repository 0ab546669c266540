package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Facets;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writes of a storage, told to its hub. Reads go straight through. */
final class Watched {
  private static final Logger LOG = LoggerFactory.getLogger(Watched.class);

  private final Hub hub;
  private final KeyLocks locks;

  Watched(Hub hub) {
    this.hub = hub;
    this.locks = hub.locks();
  }

  Facets over(Facets below) {
    KeyValue single = below.require(KeyValue.class);
    return below
        .with(KeyValue.class, new WatchedKeyValue(single))
        .map(Batch.class, batch -> new WatchedBatch(batch))
        .map(Commit.class, commit -> new WatchedCommit(commit, single))
        .map(Transactions.class, tx -> new WatchedTransactions(tx, hub, single))
        .map(Cluster.class, cluster -> new EveryConsistency(cluster, this::over))
        .with(Changes.class, hub);
  }

  /** Does a write on the quiet way, or under the locks of these keys. */
  private <R> R write(long keys, Supplier<R> quietly, Supplier<R> watched) {
    int ticket = hub.enter();
    if (ticket != QuietWriters.WATCHED) {
      try {
        return quietly.get();
      } finally {
        hub.leave(ticket);
      }
    }
    locks.lock(keys);
    try {
      return watched.get();
    } finally {
      locks.unlock(keys);
    }
  }

  /** The old value is told where it is known; that it cannot be read does not stop the write. */
  private static Optional<StoredEntry> before(KeyValue single, String key) {
    try {
      return single.get(key);
    } catch (StorageException e) {
      LOG.debug("the old value of {} is not known", StorageException.quote(key), e);
      return Optional.empty();
    }
  }

  private final class WatchedKeyValue implements KeyValue {
    private final KeyValue below;

    WatchedKeyValue(KeyValue below) {
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
      int ticket = hub.enter();
      if (ticket != QuietWriters.WATCHED) {
        try {
          return below.put(key, entry, precondition);
        } finally {
          hub.leave(ticket);
        }
      }
      long locked = locks.of(key);
      locks.lock(locked);
      try {
        Optional<StoredEntry> before = before(below, key);
        PutResult result = hub.attempt(() -> below.put(key, entry, precondition));
        if (result instanceof PutResult.Written written) {
          hub.written(key, before, new StoredEntry(entry.value(), written.meta()));
        }
        return result;
      } finally {
        locks.unlock(locked);
      }
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      return write(
          locks.of(key),
          () -> below.delete(key, precondition),
          () -> {
            Optional<StoredEntry> before = before(below, key);
            DeleteResult result = hub.attempt(() -> below.delete(key, precondition));
            if (result == DeleteResult.DELETED) {
              hub.deleted(key, before);
            }
            return result;
          });
    }

    @Override
    public void clear() {
      write(locks.all(), this::cleared, () -> hub.attemptInParts(this::clearedAndTold));
    }

    private boolean cleared() {
      below.clear();
      return true;
    }

    private boolean clearedAndTold() {
      below.clear();
      hub.cleared();
      return true;
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

  private final class WatchedBatch implements Batch {
    private final Batch below;

    WatchedBatch(Batch below) {
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
          locks.of(entries.keySet()),
          () -> below.putMany(entries),
          () -> {
            Map<String, StoredEntry> before = before(entries.keySet()).orElse(Map.of());
            Map<String, EntryMeta> written = hub.attemptInParts(() -> below.putMany(entries));
            entries.forEach(
                (key, entry) -> {
                  EntryMeta meta = written.get(key);
                  if (meta != null) {
                    hub.written(
                        key,
                        Optional.ofNullable(before.get(key)),
                        new StoredEntry(entry.value(), meta));
                  }
                });
            return written;
          });
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return write(
          locks.of(keys),
          () -> below.deleteMany(keys),
          () -> {
            Optional<Map<String, StoredEntry>> before = before(keys);
            long deleted = hub.attemptInParts(() -> below.deleteMany(keys));
            before.ifPresent(
                known -> known.forEach((key, entry) -> hub.deleted(key, Optional.of(entry))));
            if (before.isEmpty() && deleted > 0) {
              hub.lost();
            }
            return deleted;
          });
    }

    private Optional<Map<String, StoredEntry>> before(Collection<String> keys) {
      try {
        return Optional.of(below.getMany(keys));
      } catch (StorageException e) {
        LOG.debug("the old values of {} keys are not known", keys.size(), e);
        return Optional.empty();
      }
    }
  }

  private final class WatchedCommit implements Commit {
    private final Commit below;
    private final KeyValue single;

    WatchedCommit(Commit below, KeyValue single) {
      this.below = below;
      this.single = single;
    }

    @Override
    public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
      if (mutations.isEmpty()) {
        return below.commit(checks, mutations);
      }
      return write(
          keys(checks, mutations),
          () -> below.commit(checks, mutations),
          () -> {
            Map<String, Optional<StoredEntry>> before = new HashMap<>();
            for (Mutation mutation : mutations) {
              before.put(mutation.key(), before(single, mutation.key()));
            }
            CommitResult result = hub.attempt(() -> below.commit(checks, mutations));
            if (result instanceof CommitResult.Committed committed) {
              tell(mutations, before, committed.results());
            }
            return result;
          });
    }

    /** Those of the checks too: on its way a commit removes what of them has expired. */
    private long keys(List<Check> checks, List<Mutation> mutations) {
      long keys = 0;
      for (Check check : checks) {
        keys |= locks.of(check.key());
      }
      for (Mutation mutation : mutations) {
        keys |= locks.of(mutation.key());
      }
      return keys;
    }

    private void tell(
        List<Mutation> mutations,
        Map<String, Optional<StoredEntry>> before,
        List<CommitResult.Applied> results) {
      for (int i = 0; i < mutations.size(); i++) {
        String key = mutations.get(i).key();
        Optional<StoredEntry> old = before.getOrDefault(key, Optional.empty());
        CommitResult.Applied applied = results.get(i);
        if (mutations.get(i) instanceof Mutation.Put put && applied.meta().isPresent()) {
          hub.written(key, old, new StoredEntry(put.entry().value(), applied.meta().get()));
        } else if (applied.existed()) {
          hub.deleted(key, old);
        }
      }
    }
  }
}
