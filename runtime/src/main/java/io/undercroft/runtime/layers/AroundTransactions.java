package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Set;

/** {@link Transactions} through a chain, with everything that happens inside them. */
record AroundTransactions(Chain chain, Transactions below) implements Transactions {
  static Transactions over(Chain chain, Transactions below) {
    return below instanceof AroundTransactions inner
        ? new AroundTransactions(chain.then(inner.chain), inner.below)
        : new AroundTransactions(chain, below);
  }

  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    Handle handle = chain.run(Kind.BEGIN, () -> below.begin(options));
    return new AroundHandle(chain.inTransaction(handle.id()), handle);
  }

  /** One transaction; closing one that was not ended is a ROLLBACK. */
  private static final class AroundHandle implements Handle {
    private final Chain chain;
    private final Handle below;
    private final Facets facets;
    private boolean over;

    AroundHandle(Chain chain, Handle below) {
      this.chain = chain;
      this.below = below;
      this.facets = chain.over(below.facets());
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
      chain.doing(Kind.COMMIT_TRANSACTION, below::commit);
      over = true;
    }

    @Override
    public void rollback() {
      if (!over) {
        chain.doing(Kind.ROLLBACK, below::rollback);
        over = true;
      }
    }

    @Override
    public void savepoint(String name) {
      chain.doing(Kind.SAVEPOINT, () -> below.savepoint(name));
    }

    @Override
    public void rollbackTo(String name) {
      chain.doing(Kind.ROLLBACK_TO, () -> below.rollbackTo(name));
    }

    @Override
    public void close() {
      try (below) {
        rollback();
      }
    }
  }
}
