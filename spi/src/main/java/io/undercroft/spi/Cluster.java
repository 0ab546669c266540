package io.undercroft.spi;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** The nodes behind a backend and how sure its reads and writes are. */
public interface Cluster extends Facet {
  /** Returns the nodes as they are known now. */
  List<Node> nodes();

  /** Returns how far the copies are. */
  ReplicationStatus replicationStatus();

  /** Waits until every replica has what was written before the call, or throws TIMEOUT. */
  void sync(Duration limit);

  /** Returns the levels that it offers. */
  Set<ConsistencyLevel> levels();

  /** Returns the backend's facets working at this level, one of {@link #levels}. */
  Facets withConsistency(ConsistencyLevel level);
}
