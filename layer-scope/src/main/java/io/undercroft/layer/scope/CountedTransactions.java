package io.undercroft.layer.scope;

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
import io.undercroft.storage.TransactionOptions;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@link Transactions} that keep the account: what they may add is reserved as they write, so that
 * the write is refused and not the commit, and booked when they are committed.
 */
record CountedTransactions(Transactions below, Account account) implements Transactions {
  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    return new CountedHandle(below.begin(options), account);
  }

  /** One transaction, for one thread at a time. */
  private static final class CountedHandle implements Handle {
    private final Handle below;
    private final Account account;
    private final KeyValue single;
    private final Facets facets;
    private final Set<String> keys = new HashSet<>();
    private final Map<String, Amount> savepoints = new HashMap<>();
    private Amount added = Amount.NOTHING;
    private Amount reserved = Amount.NOTHING;
    private boolean cleared;
    private boolean over;

    CountedHandle(Handle below, Account account) {
      this.below = below;
      this.account = account;
      this.single = below.facets().require(KeyValue.class);
      this.facets =
          below
              .facets()
              .with(KeyValue.class, new Single())
              .map(Batch.class, Many::new)
              .map(Commit.class, All::new);
    }

    /** Reserves what these writes may add to all before. */
    private Amount grow(Set<String> written, Amount more) {
      Amount then = added.plus(more);
      Amount missing = then.minus(reserved).growth();
      if (!missing.equals(Amount.NOTHING)) {
        account.reserveInTransaction(missing);
        reserved = reserved.plus(missing);
      }
      written.removeIf(key -> !keys.add(key));
      account.begin(written);
      return then;
    }

    private Set<String> some(Collection<String> several) {
      return new LinkedHashSet<>(several);
    }

    private void deadline(NewEntry entry) {
      if (entry.expires().isPresent()) {
        account.deadline();
      }
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
      if (over) {
        below.commit();
        return;
      }
      over = true;
      try {
        account.commit(
            reserved,
            () -> {
              below.commit();
              return added;
            });
      } finally {
        account.end(keys);
        if (cleared) {
          account.doubt();
        }
      }
    }

    @Override
    public void rollback() {
      try {
        below.rollback();
      } finally {
        end();
      }
    }

    private void end() {
      if (!over) {
        over = true;
        account.release(reserved);
        account.end(keys);
      }
    }

    @Override
    public void savepoint(String name) {
      below.savepoint(name);
      savepoints.put(name, added);
    }

    @Override
    public void rollbackTo(String name) {
      below.rollbackTo(name);
      added = savepoints.getOrDefault(name, added);
    }

    @Override
    public void close() {
      try {
        below.close();
      } finally {
        end();
      }
    }

    private final class Single implements KeyValue {
      @Override
      public Optional<StoredEntry> get(String key) {
        return single.get(key);
      }

      @Override
      public boolean has(String key) {
        return single.has(key);
      }

      @Override
      public PutResult put(String key, NewEntry entry, Precondition precondition) {
        deadline(entry);
        Amount then = grow(some(Set.of(key)), Amount.of(entry).minus(Amount.of(single.get(key))));
        PutResult result = single.put(key, entry, precondition);
        if (result instanceof PutResult.Written) {
          added = then;
        }
        return result;
      }

      @Override
      public DeleteResult delete(String key, Precondition precondition) {
        Amount then = grow(some(Set.of(key)), Amount.NOTHING.minus(Amount.of(single.get(key))));
        DeleteResult result = single.delete(key, precondition);
        if (result == DeleteResult.DELETED) {
          added = then;
        }
        return result;
      }

      @Override
      public void clear() {
        cleared = true;
        single.clear();
      }

      @Override
      public long size() {
        return single.size();
      }

      @Override
      public Cursor<String> keys(String prefix, int pageSize) {
        return single.keys(prefix, pageSize);
      }

      @Override
      public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
        return single.scan(prefix, pageSize);
      }
    }

    private final class Many implements Batch {
      private final Batch batch;

      Many(Batch batch) {
        this.batch = batch;
      }

      @Override
      public Map<String, StoredEntry> getMany(Collection<String> several) {
        return batch.getMany(several);
      }

      @Override
      public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
        Amount more = Amount.NOTHING;
        for (NewEntry entry : entries.values()) {
          deadline(entry);
          more = more.plus(Amount.of(entry));
        }
        Amount then = grow(some(entries.keySet()), more.minus(there(entries.keySet())));
        Map<String, EntryMeta> written = batch.putMany(entries);
        added = then;
        return written;
      }

      @Override
      public long deleteMany(Collection<String> several) {
        Set<String> once = some(several);
        Amount then = grow(some(several), Amount.NOTHING.minus(there(once)));
        long deleted = batch.deleteMany(once);
        added = then;
        return deleted;
      }

      private Amount there(Collection<String> several) {
        return batch.getMany(several).values().stream()
            .map(entry -> Amount.of(Optional.of(entry)))
            .reduce(Amount.NOTHING, Amount::plus);
      }
    }

    private final class All implements Commit {
      private final Commit commit;

      All(Commit commit) {
        this.commit = commit;
      }

      @Override
      public CommitResult commit(List<Check> checks, List<Mutation> mutations) {
        Amount more = Amount.NOTHING;
        Set<String> written = new LinkedHashSet<>();
        for (Mutation mutation : mutations) {
          written.add(mutation.key());
          more = more.minus(Amount.of(single.get(mutation.key())));
          if (mutation instanceof Mutation.Put put) {
            deadline(put.entry());
            more = more.plus(Amount.of(put.entry()));
          }
        }
        Amount then = grow(written, more);
        CommitResult result = commit.commit(checks, mutations);
        if (result instanceof CommitResult.Committed) {
          added = then;
        }
        return result;
      }
    }
  }
}
