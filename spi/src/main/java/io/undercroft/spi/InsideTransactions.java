package io.undercroft.spi;

import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Transactions whose inner facets are mapped, and the rest untouched: for a layer that does the
 * same inside of a transaction as outside.
 *
 * @param below the transactions
 * @param inside maps the facets of each transaction, when it begins
 */
public record InsideTransactions(Transactions below, UnaryOperator<Facets> inside)
    implements Transactions {
  /** Refuses nulls. */
  public InsideTransactions {
    Objects.requireNonNull(below, "below");
    Objects.requireNonNull(inside, "inside");
  }

  @Override
  public Set<Isolation> levels() {
    return below.levels();
  }

  @Override
  public Handle begin(TransactionOptions options) {
    Handle handle = below.begin(options);
    try {
      return new MappedHandle(handle, inside.apply(handle.facets()));
    } catch (RuntimeException | Error e) {
      try (handle) {
        throw e;
      }
    }
  }

  private record MappedHandle(Handle below, Facets facets) implements Handle {
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
