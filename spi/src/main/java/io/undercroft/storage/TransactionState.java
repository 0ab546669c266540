package io.undercroft.storage;

/** Where a transaction stands. */
public enum TransactionState {
  /** Reads and writes are possible. */
  ACTIVE,
  /** The writes are visible and durable. */
  COMMITTED,
  /** The writes are forgotten. */
  ABORTED
}
