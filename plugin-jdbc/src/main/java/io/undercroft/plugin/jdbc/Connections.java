package io.undercroft.plugin.jdbc;

import java.sql.SQLException;

/**
 * Connections to one database.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
interface Connections extends AutoCloseable {
  /** Returns a session for one call or transaction. */
  Session take() throws SQLException;

  /**
   * Takes a session back.
   *
   * @param broken whether nobody is to get its connection again
   */
  void giveBack(Session session, boolean broken);

  /** Returns whether a transaction of somebody else, which spans more than this, is under way. */
  default boolean isJoined() {
    return false;
  }

  @Override
  void close();
}
