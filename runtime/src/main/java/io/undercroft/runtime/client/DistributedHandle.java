package io.undercroft.runtime.client;

import io.undercroft.spi.Cluster;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;

/** A handle with nodes and consistency levels. */
final class DistributedHandle<T> extends StorageHandle<T> implements DistributedStorage<T> {
  DistributedHandle(Operations<T> operations) {
    super(operations);
  }

  @Override
  public List<Node> nodes() {
    return operations().inside(current -> cluster(current).nodes());
  }

  @Override
  public ReplicationStatus replicationStatus() {
    return operations().inside(current -> cluster(current).replicationStatus());
  }

  @Override
  public void sync(Duration limit) {
    operations()
        .inside(
            current -> {
              cluster(current).sync(limit);
              return true;
            });
  }

  @Override
  public DistributedStorage<T> withConsistency(ConsistencyLevel level) {
    operations()
        .inside(
            current -> {
              Cluster cluster = cluster(current);
              if (!cluster.levels().contains(level)) {
                throw StorageException.of(
                    ErrorCode.UNSUPPORTED,
                    "plugin "
                        + current.mount.plugin()
                        + " does not offer consistency "
                        + level
                        + "; it offers "
                        + new TreeSet<>(cluster.levels()));
              }
              return true;
            });
    Operations<T> atLevel =
        new Operations<>(
            operations().point(),
            operations().valueType(),
            facets -> facets.require(Cluster.class).withConsistency(level));
    return new DistributedHandle<>(atLevel);
  }

  private Cluster cluster(Bound<T> current) {
    return operations().facet(current, Cluster.class, Capability.DISTRIBUTE);
  }
}
