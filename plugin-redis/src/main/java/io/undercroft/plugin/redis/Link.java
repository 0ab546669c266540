package io.undercroft.plugin.redis;

import io.undercroft.storage.StorageException;
import java.util.List;
import redis.clients.jedis.Connection;

/**
 * The way to the primary that holds one part of a storage, whichever server that is.
 *
 * <p>What only reads is asked a second time if the connection broke; what may have written is not.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Link {
  /** Words with the server over one connection, with every answer read. */
  @FunctionalInterface
  interface Words<R> {
    R exchange(Connection connection);
  }

  /** Asks for something that changes nothing. */
  <R> R read(Words<R> words);

  /** Asks for a change. */
  <R> R write(Words<R> words);

  /** Returns a connection of one's own to the primary, which the caller closes. */
  Connection dial();

  /** Takes in that a connection of one's own failed, so that the next one may lead elsewhere. */
  void doubt();

  /**
   * Returns the host and port of the primary.
   *
   * @throws StorageException CONNECTION_FAILED if nobody tells
   */
  String primary();

  /**
   * Returns the servers that others than the primary tell of: the primary first, then its replicas,
   * also those that are down; empty if nobody tells.
   */
  List<Told> told();

  /** Returns whether those who tell also tell of servers that have gone for good. */
  boolean remembers();

  /** Returns what the configuration says. */
  RedisSettings settings();

  /** Returns whether this is over. */
  boolean isClosed();
}
