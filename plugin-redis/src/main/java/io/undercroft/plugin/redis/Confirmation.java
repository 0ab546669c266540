package io.undercroft.plugin.redis;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * That enough replicas have a write in their memory, by {@code WAIT}: asked for over the connection
 * that wrote, once the primary has answered.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Confirmation {
  private final Topology topology;
  private final ConsistencyLevel level;
  private final long limitMillis;
  private final byte[] limit;

  /**
   * Decides for a level.
   *
   * @param level QUORUM or ALL
   */
  Confirmation(Topology topology, ConsistencyLevel level, RedisSettings settings) {
    this.topology = topology;
    this.level = level;
    this.limitMillis = limitMillis(settings);
    this.limit = Writing.number(limitMillis);
  }

  /** Returns how long the server may wait before its answer would come too late. */
  static long limitMillis(RedisSettings settings) {
    return Math.max(1, settings.timeout().toMillis() / 2);
  }

  /** Returns how many of these replicas it takes, beside the primary; at least one. */
  static int replicas(ConsistencyLevel level, int all) {
    int copies = 1 + all;
    return Math.max(1, level == ConsistencyLevel.QUORUM ? copies / 2 : all);
  }

  /** What came of waiting. */
  record Outcome(int wanted, long confirmed, @Nullable JedisDataException refusal) {
    /** Where nothing was written, nothing is to be confirmed. */
    static final Outcome NOTHING = new Outcome(0, 0, null);
  }

  /** Waits until they have what this connection wrote last. */
  Outcome await(Connection connection) {
    int wanted = replicas(level, topology.replicasOfLate());
    connection.sendCommand(Command.WAIT, Writing.number(wanted), limit);
    try {
      return new Outcome(wanted, connection.getIntegerReply(), null);
    } catch (JedisDataException e) {
      return new Outcome(wanted, 0, e); // it is not the primary any more
    }
  }

  /**
   * Throws if too few have it.
   *
   * @throws StorageException UNKNOWN_OUTCOME: the primary has it, and a fail-over may lose it
   */
  void demand(Outcome outcome) {
    if (outcome.confirmed() >= outcome.wanted()) {
      return;
    }
    String message =
        "the primary has written, but "
            + outcome.confirmed()
            + " of the "
            + outcome.wanted()
            + (outcome.wanted() == 1 ? " replica" : " replicas")
            + " that "
            + level
            + " takes have confirmed it within "
            + limitMillis
            + " ms; a fail-over may lose it: read the entry again, or look at the nodes";
    throw outcome.refusal() == null
        ? StorageException.of(ErrorCode.UNKNOWN_OUTCOME, message)
        : StorageException.of(ErrorCode.UNKNOWN_OUTCOME, message, outcome.refusal());
  }
}
