package io.undercroft.it.layers;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * What a PostgreSQL server has really written into a table, told by a trigger: whoever writes, a
 * row of the log for each write that was committed, with the document's member {@code id}.
 */
final class WriteLog implements AutoCloseable {
  private final Connection connection;

  /**
   * Begins to log.
   *
   * @param url past every proxy
   * @param table one that is there
   */
  WriteLog(String url, String table) throws SQLException {
    this.connection = DriverManager.getConnection(url);
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE write_log (id TEXT NOT NULL)");
      statement.execute(
          "CREATE FUNCTION log_write() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
              + " INSERT INTO write_log VALUES (NEW.document ->> 'id'); RETURN NEW; END $$");
      statement.execute(
          "CREATE TRIGGER log_write AFTER INSERT OR UPDATE ON "
              + table
              + " FOR EACH ROW EXECUTE FUNCTION log_write()");
    }
  }

  /** Returns how often each id was written. */
  Map<String, Integer> writes() throws SQLException {
    Map<String, Integer> writes = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, count(*) FROM write_log GROUP BY id")) {
      while (rows.next()) {
        writes.put(rows.getString(1), rows.getInt(2));
      }
    }
    return writes;
  }

  /** Returns how many statements of other clients are under way. */
  long underWay() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND"
                    + " state <> 'idle' AND pid <> pg_backend_pid()")) {
      row.next();
      return row.getLong(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
