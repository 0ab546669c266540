package io.undercroft.storage;

/**
 * How many replicas must have answered before an operation is done. What a backend makes of it is
 * in its info.
 */
public enum ConsistencyLevel {
  /** One replica. */
  ONE,
  /** A majority of the replicas. */
  QUORUM,
  /** Every replica. */
  ALL,
  /** A majority in the local site. */
  LOCAL,
  /** A majority in each site. */
  EACH
}
