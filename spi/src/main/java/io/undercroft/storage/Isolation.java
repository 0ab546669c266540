package io.undercroft.storage;

/**
 * How far a transaction is kept from the writes of others; the levels of the SQL standard, each
 * including those before it. A backend declares only the levels that it passes the anomaly tests
 * for.
 */
public enum Isolation {
  /** May see writes that are rolled back later. */
  READ_UNCOMMITTED,
  /** Sees committed writes only. */
  READ_COMMITTED,
  /** What was read once reads the same again, and no update is lost. */
  REPEATABLE_READ,
  /** The outcome is that of some order in which the transactions run one after the other. */
  SERIALIZABLE
}
