package io.undercroft.plugin.jdbc;

import io.undercroft.storage.Isolation;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * MariaDB. Keys are bytes, because none of its collations tells all texts apart that are 1,024
 * bytes long.
 */
final class MariaDb extends Dialect {
  private static final int DEADLOCK = 1213;
  private static final int DUPLICATE = 1062;
  private static final int CHANGED_SINCE_READ = 1020;
  private static final int LOCK_TIMEOUT = 1205;
  private static final int STATEMENT_TIMEOUT = 1969;
  private static final Set<Integer> FULL = Set.of(1021, 1114);
  private static final Set<Integer> LOST = Set.of(1053, 1317, 1927);

  @Override
  String engine() {
    return "MariaDB";
  }

  @Override
  Properties properties(JdbcSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", String.valueOf(settings.timeout().toMillis()));
    properties.setProperty(
        "socketTimeout", String.valueOf(settings.timeout().toMillis() + 5_000)); // the server first
    properties.setProperty("useAffectedRows", "true"); // an insert that did nothing says so
    properties.setProperty("useBulkStmts", "false"); // which do not say it
    properties.setProperty("dumpQueriesOnException", "false");
    if (settings.isRemote()) {
      properties.setProperty("sslMode", "verify-full");
    }
    return properties;
  }

  @Override
  void prepare(Connection connection, JdbcSettings settings) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET SESSION innodb_snapshot_isolation = ON");
      statement.execute(
          "SET SESSION max_statement_time = " + settings.timeout().toMillis() / 1000.0);
      statement.execute(
          "SET SESSION innodb_lock_wait_timeout = " + Math.max(1, settings.timeout().toSeconds()));
      statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
    }
  }

  @Override
  Map<String, String> examine(Session session, JdbcSettings settings) throws SQLException {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("engineVersion", session.connection().getMetaData().getDatabaseProductVersion());
    long flush = number(session, "SELECT @@innodb_flush_log_at_trx_commit");
    details.put(
        "durability",
        flush == 1
            ? "full: innodb_flush_log_at_trx_commit 1"
            : "relaxed: the server runs with innodb_flush_log_at_trx_commit " + flush);
    return details;
  }

  @Override
  long largestValue(Session session) throws SQLException {
    long packet = number(session, "SELECT @@max_allowed_packet");
    return Math.max(1L << 20, Math.min(super.largestValue(session), packet - (64L << 10)));
  }

  /** It reads 32 levels. */
  @Override
  boolean sees(byte[] document) {
    return PlainJson.holds(document, 30);
  }

  private static long number(Session session, String sql) throws SQLException {
    try (ResultSet answer = session.statement(sql).executeQuery()) {
      return answer.next() ? answer.getLong(1) : 0;
    }
  }

  @Override
  Set<Isolation> levels() {
    return EnumSet.allOf(Isolation.class);
  }

  @Override
  Trouble trouble(SQLException e) {
    int code = e.getErrorCode();
    if (LOST.contains(code) || String.valueOf(e.getSQLState()).startsWith("08")) {
      return Trouble.LOST;
    }
    if (FULL.contains(code)) {
      return Trouble.FULL;
    }
    return switch (code) {
      case DUPLICATE, CHANGED_SINCE_READ -> Trouble.CONFLICT;
      case DEADLOCK -> Trouble.DEADLOCK;
      case LOCK_TIMEOUT, STATEMENT_TIMEOUT -> Trouble.TIMEOUT;
      default -> Trouble.REFUSED;
    };
  }

  @Override
  String quoted(String identifier) {
    return '`' + identifier + '`';
  }

  @Override
  void lockSchema(Session session) throws SQLException {
    session.runOnce("DO get_lock('undercroft_schema', 30)");
  }

  @Override
  void unlockSchema(Session session, boolean keep) throws SQLException {
    session.runOnce("DO release_lock('undercroft_schema')");
  }

  @Override
  List<String> schema(String table) {
    return List.of(
        "CREATE TABLE IF NOT EXISTS "
            + quoted(table)
            + " (entry_key VARBINARY(1024) NOT NULL PRIMARY KEY, document JSON, bytes LONGBLOB,"
            + " content_type TEXT NOT NULL, version VARCHAR(128) CHARACTER SET ascii COLLATE"
            + " ascii_bin NOT NULL, expires_millis BIGINT, metadata JSON, revision BIGINT NOT NULL,"
            + " created_micros BIGINT NOT NULL, updated_micros BIGINT NOT NULL, INDEX "
            + quoted(table + "_expires")
            + " (expires_millis)) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4");
  }

  @Override
  String amongKeys() {
    return "IN (SELECT unhex(k.hex) FROM json_table(?, '$[*]' COLUMNS (hex VARCHAR(2048) PATH"
        + " '$')) k)";
  }

  @Override
  String unlessThere() {
    return " ON DUPLICATE KEY UPDATE entry_key = entry_key";
  }

  @Override
  String sweep(String table) {
    return "DELETE FROM " + table + " WHERE expires_millis <= ? LIMIT ?";
  }

  @Override
  void bindKey(PreparedStatement statement, int at, String key) throws SQLException {
    statement.setBytes(at, key.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  String key(ResultSet row, int at) throws SQLException {
    return new String(row.getBytes(at), StandardCharsets.UTF_8);
  }

  @Override
  void bindKeys(Session session, PreparedStatement statement, int at, List<String> keys)
      throws SQLException {
    HexFormat hex = HexFormat.of();
    statement.setString(
        at,
        keys.stream()
            .map(key -> hex.formatHex(key.getBytes(StandardCharsets.UTF_8)))
            .collect(
                Collectors.joining(
                    "\",\"", keys.isEmpty() ? "[" : "[\"", keys.isEmpty() ? "]" : "\"]")));
  }

  @Override
  void bindDocument(PreparedStatement statement, int at, byte[] utf8) throws SQLException {
    statement.setString(at, new String(utf8, StandardCharsets.UTF_8));
  }

  @Override
  byte @Nullable [] document(ResultSet row, int at) throws SQLException {
    String text = row.getString(at);
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  void begin(Session session, Isolation level, boolean readOnly) throws SQLException {
    session.run(
        switch (level) {
          case READ_UNCOMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED";
          case READ_COMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
          case REPEATABLE_READ -> "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
          case SERIALIZABLE -> "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";
        });
    session.connection().setAutoCommit(false);
  }
}
