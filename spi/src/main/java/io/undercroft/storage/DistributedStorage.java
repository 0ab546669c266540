package io.undercroft.storage;

import java.time.Duration;
import java.util.List;

/** A storage that is spread or copied over several nodes. */
public interface DistributedStorage<T> extends Storage<T> {
  /** Returns the nodes as they are known now. */
  List<Node> nodes();

  /** Returns how far the copies are. */
  ReplicationStatus replicationStatus();

  /**
   * Waits until every replica has what this storage has written before the call.
   *
   * @throws StorageException TIMEOUT if they are not there in time
   */
  void sync(Duration limit);

  /**
   * Returns the same storage with reads and writes at this level.
   *
   * @throws StorageException UNSUPPORTED for a level that is not offered, naming those that are
   */
  DistributedStorage<T> withConsistency(ConsistencyLevel level);
}
