package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * How an engine tells of its copies, and how it is told to wait for them.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Replication {
  /**
   * What is known of the copies.
   *
   * @param levels those at which the server, as it is set up, confirms writes
   */
  record State(List<Node> nodes, ReplicationStatus status, Set<ConsistencyLevel> levels) {
    public State {
      nodes = List.copyOf(nodes);
      levels = Set.copyOf(levels);
    }
  }

  /**
   * Asks what is known now.
   *
   * @throws io.undercroft.storage.StorageException UNSUPPORTED if the user may not know
   */
  State state(Session session, Instant now) throws SQLException;

  /** Returns how far the primary's log is. */
  String position(Session session) throws SQLException;

  /** Returns how many of the copies have not got that far, on their disks. */
  int behind(Session session, String position) throws SQLException;

  /** Lets the transaction that has begun be confirmed at a level. */
  void confirm(Session session, ConsistencyLevel level) throws SQLException;
}
