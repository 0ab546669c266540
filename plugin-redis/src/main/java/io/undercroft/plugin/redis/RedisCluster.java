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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * A primary and its replicas, or several of them, each with a part of the storage.
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
 * <p>With {@code confirm=disk} a level means disks instead of memory, by {@code WAITAOF}: {@code
 * ONE} that of the primary, {@code QUORUM} those of a majority of the copies, the primary's among
 * them, {@code ALL} those of all. Without it no level promises that anybody has a write on a disk:
 * a power cut at all of them loses what the server's own setting lets it. None takes a write back
 * that was not confirmed in time: it stands on the primary, others see it, and it is
 * UNKNOWN_OUTCOME. Reads come from the primary, so they see what is written there, confirmed or
 * not; a former primary that does not know yet what it is answers with what it has. With {@code
 * reads=replica} entries that are read by their keys at {@code ONE} come from a replica that the
 * primary had heard of within three seconds, about a second ago, and is read in turn with the
 * others: they may be as old as that, and older than what the same caller has read or written
 * before. Where no replica follows they come from the primary, as do queries, counts and lists of
 * keys at every level. {@code LOCAL} and {@code EACH} are not offered: Redis knows no sites.
 * Without a replica there is {@code ONE} only.
 */
final class RedisCluster implements Cluster {
  /** How long the server waits at a time, so that an interruption is noticed. */
  private static final long SLICE_MILLIS = 100;

  private static final Set<ConsistencyLevel> ALONE =
      Collections.unmodifiableSet(EnumSet.of(ConsistencyLevel.ONE));
  private static final Set<ConsistencyLevel> COPIED =
      Collections.unmodifiableSet(
          EnumSet.of(ConsistencyLevel.ONE, ConsistencyLevel.QUORUM, ConsistencyLevel.ALL));

  private final Parts parts;
  private final Map<Space, Topology> topologies;
  private final Replicas replicas;
  private final BiFunction<Parts, Parts, Facets> working;

  /**
   * Takes what it works on.
   *
   * @param topologies the servers of each part
   * @param replicas those that are read
   * @param working the facets, all but this one, of parts and the same as entries are read there
   */
  RedisCluster(
      Parts parts,
      Map<Space, Topology> topologies,
      Replicas replicas,
      BiFunction<Parts, Parts, Facets> working) {
    this.parts = parts;
    this.topologies = topologies;
    this.replicas = replicas;
    this.working = working;
  }

  /** Returns one part of each primary: those of one have the same servers. */
  private List<Space> apart() {
    Map<String, Space> byPrimary = new LinkedHashMap<>();
    for (Space space : parts.all()) {
      byPrimary.putIfAbsent(parts.isSole() ? "" : space.server().primary(), space);
    }
    return List.copyOf(byPrimary.values());
  }

  private Topology of(Space space) {
    return Objects.requireNonNull(topologies.get(space));
  }

  @Override
  public List<Node> nodes() {
    Map<String, Node> nodes = new LinkedHashMap<>();
    for (Space space : apart()) {
      of(space).nodes().forEach(node -> nodes.putIfAbsent(node.id(), node));
    }
    return List.copyOf(nodes.values());
  }

  /** Of several primaries the fewest copies count, and the replicas of all. */
  @Override
  public ReplicationStatus replicationStatus() {
    int factor = Integer.MAX_VALUE;
    int synced = 0;
    int offline = 0;
    Map<String, Long> lagging = new HashMap<>();
    for (Space space : apart()) {
      ReplicationStatus status = of(space).status();
      factor = Math.min(factor, status.factor());
      synced += status.synced();
      offline += status.offline();
      lagging.putAll(status.lagging());
    }
    return new ReplicationStatus(factor, synced, lagging, offline);
  }

  @Override
  public Set<ConsistencyLevel> levels() {
    return apart().stream().anyMatch(space -> of(space).replicas() == 0) ? ALONE : COPIED;
  }

  @Override
  public Facets withConsistency(ConsistencyLevel level) {
    Set<ConsistencyLevel> levels = levels();
    if (!levels.contains(level)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the Redis server '"
              + parts.first().server().settings().address()
              + "' does not offer consistency "
              + level
              + (COPIED.contains(level) ? ": it has no replica" : ": Redis knows no sites")
              + "; it offers "
              + levels);
    }
    Parts at = parts;
    if (Confirmation.isNeeded(level, parts.first().server().settings())) {
      apart().forEach(space -> Confirmation.demandPossible(space.server()));
      at =
          parts.each(
              space ->
                  space.confirmed(new Confirmation(of(space), level, space.server().settings())));
    }
    Parts readers = at;
    if (level == ConsistencyLevel.ONE
        && parts.first().server().settings().reads() == Reads.REPLICA) {
      readers =
          parts.each(space -> space.reached(new ReplicaLink(space.server(), of(space), replicas)));
    }
    return working.apply(at, readers).with(Cluster.class, this);
  }

  /**
   * Writes the mark of the layout once more, as it is, and waits until every replica has that: what
   * was written before comes before it. After a fail-over it is about what the new primary has.
   */
  @Override
  public void sync(Duration limit) {
    long begin = System.nanoTime();
    for (Space space : apart()) {
      sync(space, begin, limit);
    }
  }

  private void sync(Space space, long begin, Duration limit) {
    int wanted = of(space).replicas();
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
    long slice =
        Math.min(SLICE_MILLIS, Confirmation.limitMillis(parts.first().server().settings()));
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
