package io.undercroft.storage;

import java.util.function.Function;

/** A storage that can do several reads and writes as one. */
public interface TransactionalStorage<T> extends BatchStorage<T> {
  /**
   * Runs the work in a transaction and commits it; rolls back if the work throws. On a conflict the
   * whole work is run again, as often as the options allow.
   *
   * @param work may run several times and must have no effects outside the transaction
   * @return what the work returned in the run that was committed
   * @throws StorageException TRANSACTION_ABORTED when the retries are used up; what the work throws
   *     comes out as it is
   */
  <R> R transaction(Function<Transaction<T>, R> work, TransactionOptions options);

  /**
   * As {@link #transaction(Function, TransactionOptions)} with {@link
   * TransactionOptions#defaults()}.
   */
  default <R> R transaction(Function<Transaction<T>, R> work) {
    return transaction(work, TransactionOptions.defaults());
  }

  /**
   * Begins a transaction that the caller commits, rolls back or closes.
   *
   * @throws StorageException UNSUPPORTED if the isolation asked for is not offered, naming those
   *     that are
   */
  Transaction<T> beginTransaction(TransactionOptions options);

  /**
   * As {@link #beginTransaction(TransactionOptions)} with {@link TransactionOptions#defaults()}.
   */
  default Transaction<T> beginTransaction() {
    return beginTransaction(TransactionOptions.defaults());
  }
}
