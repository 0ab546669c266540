package io.undercroft.layer.tier;

import io.undercroft.spi.Facets;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The engine's own transactions over the tiers; what they leave behind, a sweep takes away. */
record TieredTransactions(Transactions hot, UnaryOperator<Facets> inside) implements Transactions {
  @Override
  public Set<Isolation> levels() {
    return hot.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    Handle handle = hot.begin(options);
    try {
      return new TieredHandle(handle, inside.apply(handle.facets()));
    } catch (RuntimeException | Error e) {
      try (handle) {
        throw e;
      }
    }
  }

  private record TieredHandle(Handle below, Facets facets) implements Handle {
    @Override
    public String id() {
      return below.id();
    }

    @Override
    public void commit() {
      below.commit();
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
