package io.undercroft.spi;

import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.util.Set;

/**
 * Transactions that the engine has itself. Where a backend has none, the runtime makes them from
 * {@link Commit}.
 */
public interface Transactions extends Facet {
  /** Returns the levels that it passes the anomaly tests for; not empty. */
  Set<Isolation> levels();

  /**
   * Begins a transaction.
   *
   * @param options with an isolation that is among the levels, or none
   */
  Handle begin(TransactionOptions options);

  /**
   * One running transaction.
   *
   * <p><b>Threads:</b> for one thread at a time.
   */
  interface Handle extends AutoCloseable {
    /**
     * Returns an id that is unique in this process, not empty; the application and audit see it.
     */
    String id();

    /** Returns the facets that work inside the transaction; {@link KeyValue} always among them. */
    Facets facets();

    /**
     * Makes the writes visible and durable, or throws TRANSACTION_ABORTED, DEADLOCK_DETECTED,
     * UNKNOWN_OUTCOME.
     */
    void commit();

    /** Forgets the writes. Without effect after the end. */
    void rollback();

    /** Marks the present state; a name used before moves to here. */
    void savepoint(String name);

    /** Forgets what came after the savepoint. */
    void rollbackTo(String name);

    /** Rolls back unless committed, and gives the connection back. Idempotent. */
    @Override
    void close();
  }
}
