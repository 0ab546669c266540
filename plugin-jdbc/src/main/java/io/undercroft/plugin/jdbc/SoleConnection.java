package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The one connection to a database that is gone with it; those who want it queue. */
final class SoleConnection implements Connections {
  private final Session session;
  private final Duration limit;
  private final Semaphore free = new Semaphore(1, true);

  SoleConnection(Session session, Duration limit) {
    this.session = session;
    this.limit = limit;
  }

  @Override
  public Session take() throws SQLException {
    try {
      if (free.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        return session;
      }
    } catch (InterruptedException e) {
      throw new SQLException("interrupted", e);
    }
    throw new SQLTransientConnectionException("somebody else has the connection");
  }

  @Override
  public void giveBack(Session taken, boolean broken) {
    free.release();
  }

  @Override
  public void close() {
    try {
      session.connection().close();
    } catch (SQLException e) {
      throw StorageException.of(ErrorCode.CONNECTION_LOST, "the database could not be closed", e);
    }
  }
}
