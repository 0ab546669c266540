package io.undercroft.storage.event;

/** A running subscription. */
public interface Subscription extends AutoCloseable {
  /** Returns whether calls may still come. */
  boolean isActive();

  /**
   * Ends it: no call begins after this method has returned, but one that is under way on another
   * thread may still be ending. Idempotent.
   */
  @Override
  void close();
}
