package io.undercroft.plugin.redis;

/**
 * The servers that hold storages: one, or all of a cluster.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Servers extends AutoCloseable {
  /** Returns the way to who holds this name, now and later. */
  Link holding(byte[] name);

  /** Returns the figures of the pools, as text. */
  String figures();

  /** Ends; what is under way may finish within its own time limit. */
  @Override
  void close();
}
