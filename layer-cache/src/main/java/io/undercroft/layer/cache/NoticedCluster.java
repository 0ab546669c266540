package io.undercroft.layer.cache;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.Facets;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * {@link Cluster} whose writes are noticed at every level; reads at a level go straight through.
 */
record NoticedCluster(Cluster below, Writes writes) implements Cluster {
  @Override
  public List<Node> nodes() {
    return below.nodes();
  }

  @Override
  public ReplicationStatus replicationStatus() {
    return below.replicationStatus();
  }

  @Override
  public void sync(Duration limit) {
    below.sync(limit);
  }

  @Override
  public Set<ConsistencyLevel> levels() {
    return below.levels();
  }

  @Override
  public Facets withConsistency(ConsistencyLevel level) {
    return CacheLayer.noticed(below.withConsistency(level), writes);
  }
}
