package io.undercroft.plugin.redis;

/** What the levels of a cluster wait for. */
enum Confirm {
  /** That replicas have a write in their memory, by {@code WAIT}. */
  MEMORY,
  /**
   * That the primary and replicas have it on their disks, by {@code WAITAOF}: in the log that each
   * of them appends to, after an fsync.
   */
  DISK
}
