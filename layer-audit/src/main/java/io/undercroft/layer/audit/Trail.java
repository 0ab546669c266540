package io.undercroft.layer.audit;

/**
 * Where records go, in the order of their numbers.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> {@link
 * io.undercroft.storage.StorageException} if a record cannot be written; it is not there then.
 * <b>Interruption:</b> changes nothing; the flag stays.
 */
interface Trail extends AutoCloseable {
  /** Writes a record; returns its number. What was written outlives the process. */
  long append(Draft draft);

  /** Lets the disk be asked for everything up to this record, and does not wait for it. */
  default void want(long sequence) {}

  /** Returns when the disk has everything up to this record, as far as that is configured. */
  void await(long sequence);

  /** Ends it in good order. Idempotent. */
  @Override
  void close();
}
