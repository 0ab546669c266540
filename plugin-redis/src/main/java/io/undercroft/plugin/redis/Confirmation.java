package io.undercroft.plugin.redis;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * That enough replicas have a write in their memory, by {@code WAIT}, or the primary and enough
 * replicas on their disks, by {@code WAITAOF}: asked for over the connection that wrote, once the
 * primary has answered.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Confirmation {
  private static final byte[] ONE = {'1'};
  private static final byte[] NONE = {'0'};

  private final Topology topology;
  private final ConsistencyLevel level;
  private final boolean onDisk;
  private final long limitMillis;
  private final byte[] limit;

  /**
   * Decides for a level.
   *
   * @param level ONE, QUORUM or ALL
   */
  Confirmation(Topology topology, ConsistencyLevel level, RedisSettings settings) {
    this.topology = topology;
    this.level = level;
    this.onDisk = settings.confirm() == Confirm.DISK;
    this.limitMillis = limitMillis(settings);
    this.limit = Writing.number(limitMillis);
  }

  /** Returns whether a level waits for anybody beside the primary's answer. */
  static boolean isNeeded(ConsistencyLevel level, RedisSettings settings) {
    return level != ConsistencyLevel.ONE || settings.confirm() == Confirm.DISK;
  }

  /** Returns how long the server may wait before its answer would come too late. */
  static long limitMillis(RedisSettings settings) {
    return Math.max(1, settings.timeout().toMillis() / 2);
  }

  /** Returns how many of these replicas it takes, beside the primary. */
  static int replicas(ConsistencyLevel level, int all) {
    int copies = 1 + all;
    return level == ConsistencyLevel.ONE
        ? 0
        : Math.max(1, level == ConsistencyLevel.QUORUM ? copies / 2 : all);
  }

  /**
   * Waits for nobody, so that what stands against waiting is said before the first write.
   *
   * @throws StorageException UNSUPPORTED if the server has no {@code WAITAOF} or writes no log,
   *     INVALID_CONFIG if the user may not wait
   */
  static void demandPossible(Link server) {
    boolean onDisk = server.settings().confirm() == Confirm.DISK;
    Optional<String> refusal = server.read(connection -> refusal(connection, onDisk));
    if (refusal.isPresent()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "confirm=disk: the server '"
              + server.primary()
              + "' "
              + refusal.get()
              + "; or set confirm=memory");
    }
  }

  private static Optional<String> refusal(Connection connection, boolean onDisk) {
    if (!onDisk) {
      connection.sendCommand(Command.WAIT, NONE, ONE);
      connection.getIntegerReply();
      return Optional.empty();
    }
    connection.sendCommand(Command.WAITAOF, ONE, NONE, ONE);
    try {
      connection.getIntegerMultiBulkReply();
      return Optional.empty();
    } catch (JedisAccessControlException e) {
      throw e;
    } catch (JedisDataException e) {
      String text = String.valueOf(e.getMessage());
      if (text.contains("unknown command")) {
        return Optional.of("lacks WAITAOF; use Redis 7.2 or newer, or Valkey");
      }
      if (text.contains("appendonly")) {
        return Optional.of("has appendonly no, so nothing reaches its disk; set appendonly yes");
      }
      throw e;
    }
  }

  /** What came of waiting. */
  record Outcome(
      boolean primary, int wanted, long confirmed, @Nullable JedisDataException refusal) {
    /** Where nothing was written, nothing is to be confirmed. */
    static final Outcome NOTHING = new Outcome(true, 0, 0, null);

    private boolean isEnough() {
      return primary && confirmed >= wanted;
    }
  }

  /** Waits until they have what this connection wrote last. */
  Outcome await(Connection connection) {
    int wanted = replicas(level, topology.replicasOfLate());
    try {
      if (onDisk) {
        connection.sendCommand(Command.WAITAOF, ONE, Writing.number(wanted), limit);
        List<Long> disks = connection.getIntegerMultiBulkReply();
        return new Outcome(disks.get(0) > 0, wanted, disks.get(1), null);
      }
      connection.sendCommand(Command.WAIT, Writing.number(wanted), limit);
      return new Outcome(true, wanted, connection.getIntegerReply(), null);
    } catch (JedisDataException e) {
      return new Outcome(!onDisk, wanted, 0, e); // it is not the primary any more
    }
  }

  /**
   * Throws if too few have it.
   *
   * @throws StorageException UNKNOWN_OUTCOME: the primary has it, and a fail-over or, where it is
   *     about disks, a power cut may lose it
   */
  void demand(Outcome outcome) {
    if (outcome.isEnough()) {
      return;
    }
    String message =
        "the primary has written, but "
            + missing(outcome)
            + " within "
            + limitMillis
            + " ms; a fail-over"
            + (onDisk ? " or a power cut" : "")
            + " may lose it: read the entry again, or look at the nodes";
    throw outcome.refusal() == null
        ? StorageException.of(ErrorCode.UNKNOWN_OUTCOME, message)
        : StorageException.of(ErrorCode.UNKNOWN_OUTCOME, message, outcome.refusal());
  }

  private String missing(Outcome outcome) {
    String what = onDisk ? "confirmed it from disk" : "confirmed it";
    if (!outcome.primary() && outcome.confirmed() >= outcome.wanted()) {
      return "it has not " + what;
    }
    return outcome.confirmed()
        + " of the "
        + outcome.wanted()
        + (outcome.wanted() == 1 ? " replica" : " replicas")
        + " that "
        + level
        + " takes have "
        + what;
  }
}
