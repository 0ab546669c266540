package io.undercroft.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import site.ycsb.DBException;

/**
 * Records in a table of eleven columns, written after what YCSB's own binding to JDBC does: the key
 * and each field in a column, one connection for each thread with its statements kept, every
 * statement a transaction. An update writes one column.
 */
final class JdbcDb extends RecordDb {
  private static final String TABLE = "usertable";
  private static final String KEY = "YCSB_KEY";

  private final Connection connection;
  private final Map<String, PreparedStatement> kept = new HashMap<>();

  /** Takes a connection over. */
  JdbcDb(Connection connection) {
    this.connection = connection;
  }

  /** Makes the table, empty. */
  static void createTable(Connection connection) throws SQLException {
    String fields =
        IntStream.range(0, YcsbRecord.FIELDS)
            .mapToObj(i -> "FIELD" + i + " TEXT")
            .collect(Collectors.joining(", "));
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + TABLE);
      statement.execute(
          "CREATE TABLE " + TABLE + " (" + KEY + " VARCHAR(255) PRIMARY KEY, " + fields + ")");
    }
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = kept.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      kept.put(sql, statement);
    }
    return statement;
  }

  @Override
  @Nullable Map<String, String> find(String key) throws SQLException {
    PreparedStatement statement = statement("SELECT * FROM " + TABLE + " WHERE " + KEY + " = ?");
    statement.setString(1, key);
    List<Map<String, String>> found = rows(statement);
    return found.isEmpty() ? null : found.get(0);
  }

  private static List<Map<String, String>> rows(PreparedStatement statement) throws SQLException {
    List<Map<String, String>> found = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < YcsbRecord.FIELDS; i++) {
          fields.put("field" + i, rows.getString(i + 2));
        }
        found.add(fields);
      }
    }
    return found;
  }

  @Override
  void put(String key, Map<String, String> fields) throws SQLException {
    Map<String, String> sorted = new TreeMap<>(fields);
    PreparedStatement statement =
        statement(
            "INSERT INTO "
                + TABLE
                + " ("
                + KEY
                + ", "
                + sorted.keySet().stream().map(JdbcDb::column).collect(Collectors.joining(", "))
                + ") VALUES (?"
                + ", ?".repeat(sorted.size())
                + ")");
    statement.setString(1, key);
    bind(statement, 2, sorted);
    statement.executeUpdate();
  }

  @Override
  boolean change(String key, Map<String, String> fields) throws SQLException {
    Map<String, String> sorted = new TreeMap<>(fields);
    PreparedStatement statement =
        statement(
            "UPDATE "
                + TABLE
                + " SET "
                + sorted.keySet().stream()
                    .map(name -> column(name) + " = ?")
                    .collect(Collectors.joining(", "))
                + " WHERE "
                + KEY
                + " = ?");
    bind(statement, 1, sorted);
    statement.setString(sorted.size() + 1, key);
    return statement.executeUpdate() > 0;
  }

  private static void bind(PreparedStatement statement, int first, Map<String, String> fields)
      throws SQLException {
    int at = first;
    for (String value : fields.values()) {
      statement.setString(at, value);
      at++;
    }
  }

  private static String column(String field) {
    return field.toUpperCase(Locale.ROOT);
  }

  @Override
  boolean remove(String key) throws SQLException {
    PreparedStatement statement = statement("DELETE FROM " + TABLE + " WHERE " + KEY + " = ?");
    statement.setString(1, key);
    return statement.executeUpdate() > 0;
  }

  @Override
  List<Map<String, String>> from(String key, int count) throws SQLException {
    PreparedStatement statement =
        statement(
            "SELECT * FROM " + TABLE + " WHERE " + KEY + " >= ? ORDER BY " + KEY + " LIMIT ?");
    statement.setString(1, key);
    statement.setInt(2, count);
    return rows(statement);
  }

  @Override
  public void cleanup() throws DBException {
    try {
      for (PreparedStatement statement : kept.values()) {
        statement.close();
      }
      connection.close();
    } catch (SQLException e) {
      throw new DBException(e);
    }
  }
}
