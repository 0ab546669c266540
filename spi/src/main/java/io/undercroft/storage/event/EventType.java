package io.undercroft.storage.event;

/** The moments at which a handler may be called. */
public enum EventType {
  /** Before an entry is read; may veto. */
  BEFORE_GET,
  /** After an entry was read. */
  AFTER_GET,
  /** Before an entry is written; may veto. */
  BEFORE_SET,
  /** After an entry was written. */
  AFTER_SET,
  /** Before an entry is removed; may veto. */
  BEFORE_DELETE,
  /** After an entry was removed. */
  AFTER_DELETE,
  /** A change was seen, whoever made it. */
  CHANGE,
  /** An operation failed. */
  ERROR
}
