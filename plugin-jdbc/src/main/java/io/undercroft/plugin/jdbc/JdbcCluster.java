package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.Facets;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A primary and its replicas. Reads come from the server that the storage is opened on, at every
 * level. A write is on the primary's disk in any case, and at a level
 *
 * <ul>
 *   <li>{@code ONE} that is all, whatever the server waits for otherwise;
 *   <li>{@code QUORUM} a majority of the copies has it on its disk;
 *   <li>{@code ALL} every replica has it on its disk.
 * </ul>
 *
 * <p>Which of them there are follows from the number of replicas that the server itself waits for
 * ({@code synchronous_standby_names}): it cannot be told by who writes. A write that is not
 * confirmed in time is UNKNOWN_OUTCOME: it stands on the primary. {@code LOCAL} and {@code EACH}
 * are not offered, because PostgreSQL knows no sites.
 */
final class JdbcCluster implements Cluster {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private final Calls calls;
  private final Replication replication;
  private final Clock clock;
  private final Function<ConsistencyLevel, Facets> working;

  /**
   * Takes the parts.
   *
   * @param working the facets of the backend at a level, all but this one
   */
  JdbcCluster(
      Calls calls,
      Replication replication,
      Clock clock,
      Function<ConsistencyLevel, Facets> working) {
    this.calls = calls;
    this.replication = replication;
    this.clock = clock;
    this.working = working;
  }

  private Replication.State state() {
    return calls.read(session -> replication.state(session, clock.instant()));
  }

  @Override
  public List<Node> nodes() {
    return state().nodes();
  }

  @Override
  public ReplicationStatus replicationStatus() {
    return state().status();
  }

  @Override
  public Set<ConsistencyLevel> levels() {
    return state().levels();
  }

  @Override
  public Facets withConsistency(ConsistencyLevel level) {
    Set<ConsistencyLevel> levels = levels();
    if (!levels.contains(level)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the server, as it is set up, does not confirm writes at "
              + level
              + "; it does at "
              + new TreeSet<>(levels)
              + ". How many replicas it waits for is its setting synchronous_standby_names");
    }
    return working.apply(level).with(Cluster.class, this);
  }

  @Override
  public void sync(Duration limit) {
    long begin = System.nanoTime();
    String position = calls.read(replication::position);
    int behind = calls.read(session -> replication.behind(session, position));
    while (behind > 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw StorageException.of(
            ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for the replicas");
      }
      if (System.nanoTime() - begin >= limit.toNanos()) {
        throw StorageException.of(
            ErrorCode.TIMEOUT,
            behind
                + (behind == 1 ? " replica has" : " replicas have")
                + " not got what was written before, after "
                + limit.toMillis()
                + " ms; look at the nodes, or wait longer");
      }
      LockSupport.parkNanos(PAUSE);
      behind = calls.read(session -> replication.behind(session, position));
    }
  }
}
