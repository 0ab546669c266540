package io.undercroft.plugin.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.undercroft.spi.PluginContext;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import javax.sql.DataSource;

/** Connections of a pool; each keeps its prepared statements as long as it lives. */
final class PooledConnections implements Connections {
  private static final Logger LOG = System.getLogger(PooledConnections.class.getPackageName());

  private static final long LAST_WORK = 2_000;

  /** The SQLSTATE of a client that cannot establish a connection. */
  private static final String UNABLE_TO_CONNECT = "08001";

  private final ThreadFactory threads;
  private final Set<Thread> made = ConcurrentHashMap.newKeySet();
  private final HikariDataSource pool;

  /** By the driver's own connection. */
  private final Map<Connection, Session> sessions = new ConcurrentHashMap<>();

  PooledConnections(DataSource source, JdbcSettings.Pool settings, PluginContext context) {
    this.threads = context.threads();
    HikariConfig config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName("undercroft-" + context.storage());
    config.setThreadFactory(this::thread);
    config.setMaximumPoolSize(settings.size());
    config.setMinimumIdle(Math.min(1, settings.size()));
    config.setConnectionTimeout(settings.await().toMillis());
    config.setValidationTimeout(Math.min(5_000, settings.await().toMillis()));
    config.setMaxLifetime(settings.maxLifetime().toMillis());
    config.setIdleTimeout(settings.idleTimeout().toMillis());
    config.setInitializationFailTimeout(-1); // the first connection was tried before
    this.pool = new HikariDataSource(config);
  }

  private Thread thread(Runnable work) {
    Thread thread = threads.newThread(work);
    made.removeIf(former -> former.getState() == Thread.State.TERMINATED);
    made.add(thread);
    return thread;
  }

  @Override
  public Session take() throws SQLException {
    Connection lease = lease();
    Connection own = lease.unwrap(Connection.class);
    Session session = sessions.get(own);
    if (session == null) {
      session = new Session(own);
      forgetClosed();
      sessions.put(own, session);
    }
    session.lend(lease);
    return session;
  }

  /**
   * Waiting in vain is nobody's fault but the database's, if there could have been another
   * connection: it does not answer, or not in time.
   */
  private Connection lease() throws SQLException {
    try {
      return pool.getConnection();
    } catch (SQLTransientConnectionException e) {
      int there = pool.getHikariPoolMXBean().getTotalConnections();
      if (e.getCause() != null || there >= pool.getMaximumPoolSize()) {
        throw e;
      }
      throw new SQLException(
          "there are "
              + there
              + " of "
              + pool.getMaximumPoolSize()
              + " connections, and no other was made in time",
          UNABLE_TO_CONNECT,
          e);
    }
  }

  /** The pool closes connections by itself and tells nobody. */
  private void forgetClosed() {
    sessions
        .keySet()
        .removeIf(
            connection -> {
              try {
                return connection.isClosed();
              } catch (SQLException e) {
                return true;
              }
            });
  }

  @Override
  public void giveBack(Session session, boolean broken) {
    Connection lease = session.lease();
    if (broken) {
      sessions.remove(session.connection());
      pool.evictConnection(lease);
    }
    try {
      lease.close();
    } catch (SQLException e) {
      LOG.log(Level.DEBUG, "a connection could not be given back to its pool", e);
    }
  }

  @Override
  public void close() {
    pool.close();
    sessions.clear();
    boolean interrupted = false;
    for (Thread thread : made) { // the pool has told them to end, and does not wait for all
      try {
        thread.join(LAST_WORK);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
