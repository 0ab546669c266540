package io.undercroft.spi;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A cluster whose facets are mapped at every level, and the rest untouched: for a layer that does
 * the same at every consistency.
 *
 * @param below the cluster
 * @param mapped maps the facets at a level, each time that they are asked for
 */
public record EveryConsistency(Cluster below, UnaryOperator<Facets> mapped) implements Cluster {
  /** Refuses nulls. */
  public EveryConsistency {
    Objects.requireNonNull(below, "below");
    Objects.requireNonNull(mapped, "mapped");
  }

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
