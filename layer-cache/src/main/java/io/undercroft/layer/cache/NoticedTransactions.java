package io.undercroft.layer.cache;

import io.undercroft.spi.Facets;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Supplier;

/**
 * {@link Transactions} whose writes are noticed when they are committed. Reads inside go past what
 * is near.
 */
record NoticedTransactions(Transactions below, Writes writes) implements Transactions {
  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    Handle handle = below.begin(options);
    try {
      Written written = new Written();
      return new NoticedHandle(
          handle, CacheLayer.noticed(handle.facets(), written), written, writes);
    } catch (RuntimeException | Error e) {
      try (handle) {
        throw e;
      }
    }
  }

  /** What one transaction has written; of more than 10,000 keys it only knows that. */
  private static final class Written implements Writes {
    private static final int MOST = 10_000;

    private final Set<String> keys = new HashSet<>();
    private boolean everything;

    @Override
    public <R> R one(String key, Supplier<R> write) {
      add(key);
      return write.get();
    }

    @Override
    public <R> R many(Collection<String> several, Supplier<R> write) {
      several.forEach(this::add);
      return write.get();
    }

    @Override
    public void all(Runnable write) {
      everything = true;
      keys.clear();
      write.run();
    }

    private void add(String key) {
      if (!everything && keys.add(key) && keys.size() > MOST) {
        everything = true;
        keys.clear();
      }
    }

    void tell(Writes writes, Runnable commit) {
      if (everything) {
        writes.all(commit);
      } else {
        writes.many(
            keys,
            () -> {
              commit.run();
              return keys;
            });
      }
    }
  }

  private record NoticedHandle(Handle below, Facets facets, Written written, Writes writes)
      implements Handle {
    @Override
    public String id() {
      return below.id();
    }

    @Override
    public void commit() {
      written.tell(writes, below::commit);
    }

    @Override
    public void rollback() {
      below.rollback();
    }

    @Override
    public void savepoint(String name) {
      below.savepoint(name);
    }

    @Override
    public void rollbackTo(String name) {
      below.rollbackTo(name);
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
