package io.undercroft.storage;

/**
 * A transaction, used as the storage that it sees: its own writes are visible to it, those of
 * others as the isolation says.
 *
 * <p><b>Threads:</b> for one thread at a time. <b>After the end</b> every method but {@link #id},
 * {@link #state}, {@link #rollback} and {@link #close} throws TRANSACTION_ABORTED.
 */
public interface Transaction<T> extends BatchStorage<T>, AutoCloseable {
  /** Returns an id that is unique in this process. */
  String id();

  /** Returns where the transaction stands. */
  TransactionState state();

  /**
   * Makes the writes visible and durable.
   *
   * @throws StorageException TRANSACTION_ABORTED if somebody else's write forbids it; nothing is
   *     changed then. UNKNOWN_OUTCOME if the answer was lost
   */
  void commit();

  /** Forgets the writes. Without effect on a transaction that is over. */
  void rollback();

  /** Marks the present state; a name used before moves to here. */
  void savepoint(String name);

  /**
   * Forgets what was written since the savepoint, which stays usable; later savepoints are gone.
   *
   * @throws StorageException KEY_NOT_FOUND for an unknown name
   */
  void rollbackTo(String name);

  /** Rolls back unless committed. Idempotent. */
  @Override
  void close();
}
