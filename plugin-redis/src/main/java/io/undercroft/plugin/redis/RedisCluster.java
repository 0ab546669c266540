package io.undercroft.plugin.redis;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.Facets;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * A primary and its replicas.
 *
 * <p>Copies are the primary's and those of its replicas. A write is done on the primary in any
 * case, and at a level
 *
 * <ul>
 *   <li>{@code ONE} that is all, as without a level. A fail-over loses what no replica has yet, and
 *       what a former primary still takes.
 *   <li>{@code QUORUM} a majority of the copies has it in memory. It is lost if the replica that
 *       becomes the primary is not among them: Redis chooses the one that is furthest as a rule and
 *       not by a vote, and in a planned hand-over a replica may still confirm what the new primary
 *       does not get any more.
 *   <li>{@code ALL} every replica has it in memory, so whichever takes over. No write is confirmed
 *       while one of them is away.
 * </ul>
 *
 * <p>No level promises that a replica has a write on its disk: a power cut at all of them loses
 * what the server's own setting lets it. None takes a write back that was not confirmed in time: it
 * stands on the primary, others see it, and it is UNKNOWN_OUTCOME. Reads come from the primary at
 * every level, so they see what is written there, confirmed or not; a former primary that does not
 * know yet what it is answers with what it has. {@code LOCAL} and {@code EACH} are not offered:
 * Redis knows no sites. Without a replica there is {@code ONE} only.
 */
final class RedisCluster implements Cluster {
  /** How long the server waits at a time, so that an interruption is noticed. */
  private static final long SLICE_MILLIS = 100;

  private static final Set<ConsistencyLevel> ALONE =
      Collections.unmodifiableSet(EnumSet.of(ConsistencyLevel.ONE));
  private static final Set<ConsistencyLevel> COPIED =
      Collections.unmodifiableSet(
          EnumSet.of(ConsistencyLevel.ONE, ConsistencyLevel.QUORUM, ConsistencyLevel.ALL));

  private final Space space;
  private final Topology topology;
  private final Function<Space, Facets> working;

  /**
   * Takes what it works on.
   *
   * @param working the facets of a space, all but this one
   */
  RedisCluster(Space space, Topology topology, Function<Space, Facets> working) {
    this.space = space;
    this.topology = topology;
    this.working = working;
  }

  @Override
  public List<Node> nodes() {
    return topology.nodes();
  }

  @Override
  public ReplicationStatus replicationStatus() {
    return topology.status();
  }

  @Override
  public Set<ConsistencyLevel> levels() {
    return topology.replicas() == 0 ? ALONE : COPIED;
  }

  @Override
  public Facets withConsistency(ConsistencyLevel level) {
    Set<ConsistencyLevel> levels = levels();
    if (!levels.contains(level)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the Redis server '"
              + space.server().settings().address()
              + "' does not offer consistency "
              + level
              + (COPIED.contains(level) ? ": it has no replica" : ": Redis knows no sites")
              + "; it offers "
              + levels);
    }
    Space at = space;
    if (level != ConsistencyLevel.ONE) {
      space.server().read(RedisCluster::mayWait);
      at = space.confirmed(new Confirmation(topology, level, space.server().settings()));
    }
    return working.apply(at).with(Cluster.class, this);
  }

  /** Waits for nobody, so that a user who may not wait is told so now. */
  private static Long mayWait(Connection connection) {
    connection.sendCommand(Command.WAIT, "0", "1");
    return connection.getIntegerReply();
  }

  /**
   * Writes the mark of the layout once more, as it is, and waits until every replica has that: what
   * was written before comes before it. After a fail-over it is about what the new primary has.
   */
  @Override
  public void sync(Duration limit) {
    int wanted = topology.replicas();
    long begin = System.nanoTime();
    long confirmed =
        space
            .server()
            .read( // may be repeated
                connection -> {
                  connection.sendCommand(
                      Command.SET, space.names().layout(), Names.bytes(RedisBackend.LAYOUT));
                  connection.getOne();
                  return wait(connection, wanted, begin, limit);
                });
    if (confirmed >= wanted) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for the replicas");
    }
    throw StorageException.of(
        ErrorCode.TIMEOUT,
        confirmed
            + " of "
            + wanted
            + (wanted == 1 ? " replica has" : " replicas have")
            + " what was written before, after "
            + limit.toMillis()
            + " ms; look at the nodes, or wait longer");
  }

  private long wait(Connection connection, int wanted, long begin, Duration limit) {
    long slice = Math.min(SLICE_MILLIS, Confirmation.limitMillis(space.server().settings()));
    long confirmed;
    long left;
    do {
      left = limit.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
      connection.sendCommand(
          Command.WAIT,
          Writing.number(wanted),
          Writing.number(Math.max(1, Math.min(left, slice)))); // 0 would be for ever
      confirmed = connection.getIntegerReply();
    } while (confirmed < wanted && left > slice && !Thread.currentThread().isInterrupted());
    return confirmed;
  }
}
