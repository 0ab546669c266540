package io.undercroft.testkit.history;

/** What became of a transaction. */
public enum Outcome {
  /** Its writes count, and its reads must be right. */
  COMMITTED,
  /** Its writes do not count, and nobody asks what it read. */
  ABORTED,
  /** The answer to its commit was lost: one of the two above. */
  UNKNOWN
}
