package io.undercroft.storage;

/** Why an operation failed: the part of a {@link StorageException} that code may branch on. */
public enum ErrorCode {
  /** The backend could not be reached at all; nothing was written. */
  CONNECTION_FAILED(true),
  /** The connection broke while an operation that writes nothing was under way. */
  CONNECTION_LOST(true),
  /** The operation took longer than its limit and is known not to have written anything. */
  TIMEOUT(true),
  /** The calling thread was interrupted; its interrupt flag is set again. */
  INTERRUPTED(false),
  /** The operation needs an entry, index or savepoint that does not exist. */
  KEY_NOT_FOUND(false),
  /** A unique index already holds the value. */
  DUPLICATE_KEY(false),
  /** The transaction is over, or was rolled back because it could not be serialized. */
  TRANSACTION_ABORTED(true),
  /** The backend broke a deadlock by aborting this transaction. */
  DEADLOCK_DETECTED(true),
  /** The asked consistency level could not be reached. */
  CONSISTENCY_VIOLATION(true),
  /**
   * Somebody else wrote the entry first: its version is not the expected one, or it exists although
   * it must not.
   */
  VERSION_CONFLICT(true),
  /** The backend has no room left; the old value is untouched. */
  STORAGE_FULL(false),
  /** A configured limit of entries or bytes is reached; the old value is untouched. */
  QUOTA_EXCEEDED(false),
  /** The key breaks the rules for keys. */
  INVALID_KEY(false),
  /** The value, its metadata or its deadline breaks a rule or a limit. */
  INVALID_VALUE(false),
  /** A value could not be turned into bytes, or stored bytes could not be turned into a value. */
  SERIALIZATION_FAILED(false),
  /** The query, pattern, pipeline or index definition is wrong. */
  INVALID_QUERY(false),
  /** The configuration is wrong. */
  INVALID_CONFIG(false),
  /** The storage, its plugin or its configuration does not offer this. */
  UNSUPPORTED(false),
  /** The storage, transaction or runtime is closed. */
  CLOSED(false),
  /** A write was sent and its answer was lost: it may or may not have happened. */
  UNKNOWN_OUTCOME(false);

  private final boolean retryable;

  ErrorCode(boolean retryable) {
    this.retryable = retryable;
  }

  /** Returns whether repeating the same call, unchanged, may succeed and can do no harm. */
  public boolean isRetryable() {
    return retryable;
  }
}
