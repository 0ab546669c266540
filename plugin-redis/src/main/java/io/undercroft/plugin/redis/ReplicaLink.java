package io.undercroft.plugin.redis;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * The way to a part that reads from the replicas of its primary, from one after the other, as far
 * as they follow and are reached; everything else goes to the primary, as do reads when no replica
 * answers.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class ReplicaLink implements Link {
  private static final Logger LOG = System.getLogger(ReplicaLink.class.getPackageName());

  /** What is said of a replica that the primary may be asked instead of. */
  private static final Set<ErrorCode> AWAY =
      EnumSet.of(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST, ErrorCode.CLOSED);

  private final Link primary;
  private final Topology topology;
  private final Replicas replicas;
  private final AtomicInteger turn = new AtomicInteger();

  ReplicaLink(Link primary, Topology topology, Replicas replicas) {
    this.primary = primary;
    this.topology = topology;
    this.replicas = replicas;
  }

  @Override
  public <R> R read(Words<R> words) {
    List<HostAndPort> places = replicas.reachable(topology.followingOfLate());
    if (places.isEmpty()) {
      return primary.read(words);
    }
    HostAndPort place = places.get(Math.floorMod(turn.getAndIncrement(), places.size()));
    try {
      return replicas.at(place).talk(false, words);
    } catch (JedisDataException e) {
      LOG.log(Level.DEBUG, "a node of the cluster is no replica of this part any more", e);
    } catch (StorageException e) {
      if (!AWAY.contains(e.code()) || primary.isClosed()) {
        throw e;
      }
      LOG.log(Level.DEBUG, "a replica cannot be read; the primary is asked", e);
    }
    replicas.shun(place);
    return primary.read(words);
  }

  @Override
  public <R> R write(Words<R> words) {
    return primary.write(words);
  }

  @Override
  public Connection dial() {
    return primary.dial();
  }

  @Override
  public void doubt() {
    primary.doubt();
  }

  @Override
  public String primary() {
    return primary.primary();
  }

  @Override
  public List<Told> told() {
    return primary.told();
  }

  @Override
  public boolean remembers() {
    return primary.remembers();
  }

  @Override
  public RedisSettings settings() {
    return primary.settings();
  }

  @Override
  public boolean isClosed() {
    return primary.isClosed();
  }
}
