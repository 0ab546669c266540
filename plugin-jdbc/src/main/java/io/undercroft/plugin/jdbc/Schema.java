package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes the table of a storage, or looks whether it is as it must be.
 *
 * <p>What tables there are and in which format stands in the table {@code undercroft_tables}. Two
 * processes may open a storage at once: one waits for the other where the engine has a lock for
 * that; and every step may be done twice.
 */
final class Schema {
  /** The format that this version reads and writes. */
  static final int FORMAT = 1;

  private static final String REGISTRY = "undercroft_tables";
  private static final int MOST_ATTEMPTS = 20;
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final Dialect dialect;
  private final String table;
  private final String storage;
  private final boolean named;
  private final String find;
  private final String add;

  /**
   * Takes the parts.
   *
   * @param storage whose table it is
   * @param named whether the configuration names the table, and the storage's name does not matter
   */
  Schema(Dialect dialect, String table, String storage, boolean named) {
    this.dialect = dialect;
    this.table = table;
    this.storage = storage;
    this.named = named;
    String registry = dialect.quoted(REGISTRY);
    this.find = "SELECT format, storage FROM " + registry + " WHERE table_name = ?";
    this.add =
        "INSERT INTO "
            + registry
            + " (table_name, format, storage, created_micros) VALUES (?, ?, ?, ?)";
  }

  /** Creates what is missing. */
  void create(Session session, Clock clock) throws SQLException {
    for (int attempt = 1; ; attempt++) {
      try {
        createOnce(session, clock);
        return;
      } catch (SQLException e) {
        if (dialect.hasSchemaLock() || attempt == MOST_ATTEMPTS) {
          throw e;
        } // another process may have been creating the same
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  private void createOnce(Session session, Clock clock) throws SQLException {
    dialect.lockSchema(session);
    boolean done = false;
    try {
      session.runOnce(
          "CREATE TABLE IF NOT EXISTS "
              + dialect.quoted(REGISTRY)
              + " (table_name VARCHAR(64) NOT NULL PRIMARY KEY, format INTEGER NOT NULL, storage"
              + " VARCHAR(64) NOT NULL, created_micros BIGINT NOT NULL)");
      if (!isRegistered(session)) {
        // Another process may be doing the same, and registers a table before it makes it.
        if (dialect.hasTable(session, table) && !isRegistered(session)) {
          throw invalid(
              "there is a table '"
                  + table
                  + "' that is none of Undercroft's; name another one with the option 'table'");
        }
        register(session, clock);
      }
      for (String statement : dialect.schema(table)) {
        session.runOnce(statement);
      }
      done = true;
    } finally {
      dialect.unlockSchema(session, done);
    }
  }

  private void register(Session session, Clock clock) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(add)) {
      statement.setString(1, table);
      statement.setInt(2, FORMAT);
      statement.setString(3, storage);
      statement.setLong(4, Moment.micros(clock.instant()));
      statement.executeUpdate();
    } catch (SQLException e) {
      if (dialect.trouble(e) != Trouble.CONFLICT || !isRegistered(session)) {
        throw e;
      } // else another process has done it meanwhile
    }
  }

  /** Looks whether everything is there. */
  void validate(Session session, Sql sql) throws SQLException {
    boolean registered;
    try {
      registered = isRegistered(session);
      try (PreparedStatement statement = session.connection().prepareStatement(sql.scan)) {
        dialect.bindKey(statement, 1, "a");
        statement.setLong(2, 0);
        statement.setInt(3, 1);
        statement.executeQuery().close();
      }
    } catch (SQLException e) {
      if (dialect.trouble(e) != Trouble.REFUSED) {
        throw e;
      }
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "there is no table '"
              + table
              + "' as it must be; create it with the statements of the documentation, or set"
              + " 'schema' to create",
          e);
    }
    if (!registered) {
      throw invalid(
          "the table '" + table + "' is not entered in '" + REGISTRY + "'; set 'schema' to create");
    }
  }

  /** Returns whether the registry has the table, in a format that can be read. */
  private boolean isRegistered(Session session) throws SQLException {
    try (PreparedStatement statement = session.connection().prepareStatement(find)) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        int format = row.getInt(1);
        if (format != FORMAT) {
          throw invalid(
              "the table '"
                  + table
                  + "' has the format "
                  + format
                  + ", and this plugin knows "
                  + FORMAT
                  + "; use a newer plugin");
        }
        String owner = row.getString(2);
        if (!named && !owner.equals(storage)) {
          throw invalid(
              "the table '"
                  + table
                  + "' belongs to the storage '"
                  + owner
                  + "'; name another one with the option 'table'");
        }
        return true;
      }
    }
  }

  private static StorageException invalid(String message) {
    return StorageException.of(ErrorCode.INVALID_CONFIG, message);
  }
}
