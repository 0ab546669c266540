package io.undercroft.layer.encrypt;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.Facets;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** A cluster whose facets are mapped at every level; the rest is untouched. */
record EveryConsistency(Cluster below, UnaryOperator<Facets> mapped) implements Cluster {
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
    return mapped.apply(below.withConsistency(level));
  }
}
