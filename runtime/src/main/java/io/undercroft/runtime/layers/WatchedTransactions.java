package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Native transactions, told to the hub once they are committed.
 *
 * <p>The hub's locks are not held while the engine commits: another writer may hold one of them and
 * wait for a lock that the transaction holds in the engine. So each key is looked at afterwards,
 * under its lock. If it still is as the transaction left it, that is told, without an old value; if
 * another write came in between, its news have been told already, and the transaction's place is
 * taken by one RESYNC.
 *
 * @param single the storage outside of transactions
 */
record WatchedTransactions(Transactions below, Hub hub, KeyValue single) implements Transactions {
  private static final Logger LOG = LoggerFactory.getLogger(WatchedTransactions.class);

  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    return new WatchedHandle(below.begin(options), hub, single);
  }

  /** What a transaction wrote, in order; its savepoints are lengths of it. */
  private static final class Journal {
    private static final int MOST = 100_000;

    private final Hub hub;
    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Integer> savepoints = new HashMap<>();
    private boolean incomplete;

    Journal(Hub hub) {
      this.hub = hub;
    }

    /**
     * One write.
     *
     * @param version the version written; empty for a removal
     */
    record Write(String key, Optional<String> version) {}

    void put(String key, EntryMeta meta) {
      add(new Write(key, Optional.of(meta.version())));
    }

    void delete(String key) {
      add(new Write(key, Optional.empty()));
    }

    /** Without anybody who watches, it suffices to know that there was something. */
    private void add(Write write) {
      if (hub.isWatched() && writes.size() < MOST) {
        writes.add(write);
      } else {
        incomplete = true;
      }
    }

    void unknown() {
      incomplete = true;
    }

    void savepoint(String name) {
      savepoints.put(name, writes.size());
    }

    void rollbackTo(String name) {
      int length = savepoints.getOrDefault(name, writes.size());
      writes.subList(length, writes.size()).clear();
    }

    /** Returns the last write of each key. */
    Collection<Write> last() {
      Map<String, Write> last = new LinkedHashMap<>();
      writes.forEach(write -> last.put(write.key(), write));
      return last.values();
    }
  }

  private static final class WatchedHandle implements Handle {
    private final Handle below;
    private final Hub hub;
    private final KeyValue single;
    private final Journal journal;
    private final Facets facets;

    WatchedHandle(Handle below, Hub hub, KeyValue single) {
      this.below = below;
      this.hub = hub;
      this.single = single;
      this.journal = new Journal(hub);
      this.facets =
          below
              .facets()
              .map(KeyValue.class, inner -> new WrittenDown(inner, journal))
              .map(Batch.class, inner -> new BatchWrittenDown(inner, journal))
              .map(Commit.class, inner -> (c, m) -> commit(inner, journal, c, m));
    }

    private static CommitResult commit(
        Commit inner, Journal journal, List<Check> checks, List<Mutation> mutations) {
      CommitResult result = inner.commit(checks, mutations);
      if (result instanceof CommitResult.Committed committed) {
        for (int i = 0; i < mutations.size(); i++) {
          String key = mutations.get(i).key();
          committed
              .results()
              .get(i)
              .meta()
              .ifPresentOrElse(meta -> journal.put(key, meta), () -> journal.delete(key));
        }
      }
      return result;
    }

    @Override
    public String id() {
      return below.id();
    }

    @Override
    public Facets facets() {
      return facets;
    }

    @Override
    public void commit() {
      int ticket = hub.enter();
      if (ticket != QuietWriters.WATCHED) {
        try {
          below.commit();
        } finally {
          hub.leave(ticket);
        }
        return;
      }
      hub.attempt(
          () -> {
            below.commit();
            return true;
          });
      tell();
    }

    private void tell() {
      boolean complete = !journal.incomplete;
      if (complete) {
        for (Journal.Write write : journal.last()) {
          complete &= tell(write);
        }
      }
      if (!complete) {
        hub.lost();
      }
    }

    /** Returns whether the key still is as the transaction left it. */
    private boolean tell(Journal.Write write) {
      KeyLocks locks = hub.locks();
      long locked = locks.of(write.key());
      try {
        locks.lock(locked);
        try {
          Optional<StoredEntry> now = single.get(write.key());
          if (!now.map(entry -> entry.meta().version()).equals(write.version())) {
            return false;
          }
          if (now.isPresent()) {
            hub.written(write.key(), Optional.empty(), now.get());
          } else {
            hub.deleted(write.key(), Optional.empty());
          }
          return true;
        } finally {
          locks.unlock(locked);
        }
      } catch (StorageException e) {
        // The commit has been done and must not look failed.
        LOG.debug("what transaction {} did could not be read", below.id(), e);
        return false;
      }
    }

    @Override
    public void rollback() {
      below.rollback();
    }

    @Override
    public void savepoint(String name) {
      below.savepoint(name);
      journal.savepoint(name);
    }

    @Override
    public void rollbackTo(String name) {
      below.rollbackTo(name);
      journal.rollbackTo(name);
    }

    @Override
    public void close() {
      below.close();
    }
  }

  private record WrittenDown(KeyValue below, Journal journal) implements KeyValue {
    @Override
    public Optional<StoredEntry> get(String key) {
      return below.get(key);
    }

    @Override
    public boolean has(String key) {
      return below.has(key);
    }

    @Override
    public PutResult put(String key, NewEntry entry, Precondition precondition) {
      PutResult result = below.put(key, entry, precondition);
      if (result instanceof PutResult.Written written) {
        journal.put(key, written.meta());
      }
      return result;
    }

    @Override
    public DeleteResult delete(String key, Precondition precondition) {
      DeleteResult result = below.delete(key, precondition);
      if (result == DeleteResult.DELETED) {
        journal.delete(key);
      }
      return result;
    }

    @Override
    public void clear() {
      journal.unknown();
      below.clear();
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

  private record BatchWrittenDown(Batch below, Journal journal) implements Batch {
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
      Map<String, EntryMeta> written = below.putMany(entries);
      written.forEach(journal::put);
      return written;
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      long deleted = below.deleteMany(keys);
      if (deleted == keys.size()) {
        keys.forEach(journal::delete);
      } else if (deleted > 0) {
        journal.unknown(); // which of them there were is not told
      }
      return deleted;
    }
  }
}
