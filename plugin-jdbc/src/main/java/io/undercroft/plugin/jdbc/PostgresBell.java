package io.undercroft.plugin.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Listens to what PostgreSQL notifies, over a connection of its own. A notification that is lost
 * costs time and nothing else: the changes are in a table.
 */
final class PostgresBell implements Bell {
  private static final Logger LOG = System.getLogger(PostgresBell.class.getPackageName());
  private static final int LONGEST_WAIT_MILLIS = 500;

  private final DataSource source;
  private final String listen;
  private @Nullable Connection connection;

  /**
   * Takes the parts.
   *
   * @param channel what is notified: a checked name
   */
  PostgresBell(DataSource source, String channel) {
    this.source = source;
    this.listen = "LISTEN \"" + channel + "\"";
  }

  @Override
  public void await() {
    try {
      Connection there = connection;
      if (there == null) {
        begin(); // and look at once: what was before has not been heard
      } else {
        hear(there);
      }
    } catch (SQLException | ReflectiveOperationException e) {
      LOG.log(Level.DEBUG, "notifications cannot be heard; looking from time to time", e);
      rest();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS));
    }
  }

  private void begin() throws SQLException {
    Connection fresh = source.getConnection();
    connection = fresh;
    try (var statement = fresh.createStatement()) {
      statement.execute(listen);
    }
  }

  /** The driver's own method, which no standard interface has. */
  private static void hear(Connection connection)
      throws SQLException, ReflectiveOperationException {
    Class<?> driver =
        Class.forName("org.postgresql.PGConnection", false, connection.getClass().getClassLoader());
    Method hear = driver.getMethod("getNotifications", int.class);
    hear.invoke(connection.unwrap(driver), LONGEST_WAIT_MILLIS);
  }

  @Override
  public void rest() {
    Connection there = connection;
    connection = null;
    if (there != null) {
      try {
        there.close();
      } catch (SQLException e) {
        LOG.log(Level.DEBUG, "the connection that listens was broken already", e);
      }
    }
  }
}
