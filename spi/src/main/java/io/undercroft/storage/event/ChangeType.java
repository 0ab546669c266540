package io.undercroft.storage.event;

/** What happened to an entry, or to the consumer's view of the changes. */
public enum ChangeType {
  /** An entry was written. */
  SET,
  /** An entry was removed. */
  DELETE,
  /** An entry went past its deadline; reported when it is noticed. */
  EXPIRE,
  /** Every entry was removed at once; the change has no key. */
  CLEAR,
  /**
   * Changes were lost between the last one and the next: read again what you hold. The change has
   * no key.
   */
  RESYNC
}
