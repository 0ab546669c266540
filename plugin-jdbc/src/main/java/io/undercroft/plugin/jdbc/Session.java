package io.undercroft.plugin.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A connection with the statements that were prepared on it, which it keeps.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class Session {
  /** More than a storage has fixed ones, with room for the shapes of its queries. */
  private static final int MOST_KEPT = 128;

  private final Connection connection;
  private final Map<String, PreparedStatement> kept = new LinkedHashMap<>(64, 0.75f, true);
  private Connection lease;
  private int level = Connection.TRANSACTION_READ_COMMITTED;

  /** Takes the driver's own connection, not a pool's wrapper of it. */
  Session(Connection connection) {
    this.connection = connection;
    this.lease = connection;
  }

  /** Notes what is closed to give the connection back. */
  void lend(Connection pooled) {
    lease = pooled;
  }

  Connection lease() {
    return lease;
  }

  Connection connection() {
    return connection;
  }

  /** Returns the statement of this text, to be bound anew; its result is read before the next. */
  PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement known = kept.get(sql);
    if (known != null) {
      return known;
    }
    if (kept.size() >= MOST_KEPT) {
      PreparedStatement eldest = kept.remove(kept.keySet().iterator().next());
      if (eldest != null) {
        eldest.close();
      }
    }
    PreparedStatement fresh = connection.prepareStatement(sql);
    kept.put(sql, fresh);
    return fresh;
  }

  /** Sets the isolation of the transactions to come, if it is another one. */
  void level(int jdbcLevel) throws SQLException {
    if (level != jdbcLevel) {
      connection.setTransactionIsolation(jdbcLevel);
      level = jdbcLevel;
    }
  }

  /**
   * Says how long the driver waits for answers from now on, where it can; without limit if 0.
   *
   * @return how long it waited before, in milliseconds
   */
  int waitFor(int millis) throws SQLException {
    if (connection.isClosed()) {
      return millis;
    }
    try {
      int before = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, millis);
      return before;
    } catch (SQLFeatureNotSupportedException e) {
      return millis; // a server's wrapper of a connection may not pass it on
    }
  }

  /** Runs a statement that is fixed and has no parameters. */
  void run(String sql) throws SQLException {
    statement(sql).execute();
  }

  /** Runs a statement once, without keeping it. */
  void runOnce(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /**
   * After a failure that the engine's words do not explain, such as a table that others have made
   * anew: a statement that has failed so need not work again, though the same words would.
   */
  void forgetStatements(SQLException because) {
    try {
      closeStatements();
    } catch (SQLException e) {
      because.addSuppressed(e);
    } finally {
      kept.clear();
    }
  }

  void closeStatements() throws SQLException {
    for (PreparedStatement statement : kept.values()) {
      statement.close();
    }
    kept.clear();
  }
}
