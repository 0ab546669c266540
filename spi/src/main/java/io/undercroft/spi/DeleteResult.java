package io.undercroft.spi;

/** What became of a removal. */
public enum DeleteResult {
  /** A live entry was removed. */
  DELETED,
  /** There was no live entry, and the precondition did not ask for one. */
  ABSENT,
  /**
   * The entry has another version than the precondition asks for, or there is none; nothing was
   * changed.
   */
  CONFLICT
}
