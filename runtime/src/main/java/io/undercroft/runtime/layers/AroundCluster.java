package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Facets;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** {@link Cluster} through a chain, with the facets of every level. */
record AroundCluster(Chain chain, Cluster below) implements Cluster {
  static Cluster over(Chain chain, Cluster below) {
    return below instanceof AroundCluster inner
        ? new AroundCluster(chain.then(inner.chain), inner.below)
        : new AroundCluster(chain, below);
  }

  @Override
  public List<Node> nodes() {
    return chain.run(Kind.NODES, below::nodes);
  }

  @Override
  public ReplicationStatus replicationStatus() {
    return chain.run(Kind.REPLICATION_STATUS, below::replicationStatus);
  }

  @Override
  public void sync(Duration limit) {
    chain.doing(Kind.SYNC, () -> below.sync(limit));
  }

  @Override
  public Set<ConsistencyLevel> levels() {
    return below.levels();
  }

  @Override
  public Facets withConsistency(ConsistencyLevel level) {
    return chain.over(below.withConsistency(level));
  }
}
