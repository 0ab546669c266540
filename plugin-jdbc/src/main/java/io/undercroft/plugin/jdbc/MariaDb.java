package io.undercroft.plugin.jdbc;

import io.undercroft.storage.Isolation;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private static final int TABLE_CHANGED = 1412;
  private static final int LOCK_TIMEOUT = 1205;
  private static final int STATEMENT_TIMEOUT = 1969;
  private static final String INDEXES = "undercroft_indexes";
  private static final String FEEDS = "undercroft_feeds";
  private static final Set<Integer> TOO_MANY = Set.of(1069, 1117, 1118);
  private static final Set<Integer> FULL = Set.of(1021, 1114);
  private static final Set<Integer> LOST = Set.of(1053, 1317, 1927);

  /** Its JSON functions and descending indexes are all there since 10.8. */
  private boolean readsDocuments;

  /** In a cluster, numbers are drawn with gaps between them. */
  private boolean countsByOne;

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
    DatabaseMetaData database = session.connection().getMetaData();
    int major = database.getDatabaseMajorVersion();
    readsDocuments = major > 10 || (major == 10 && database.getDatabaseMinorVersion() >= 8);
    countsByOne = number(session, "SELECT @@auto_increment_increment") == 1;
    details.put("engineVersion", database.getDatabaseProductVersion());
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
    return PlainJson.holdsDecimal(document, 30);
  }

  @Override
  boolean answersQueries() {
    return readsDocuments;
  }

  @Override
  Notation notation() {
    return new MariaDbNotation();
  }

  @Override
  IndexWords indexWords() {
    return new IndexWords.OfMariaDb();
  }

  @Override
  GroupWords groupWords() {
    return new GroupWords.OfMariaDb(indexWords());
  }

  @Override
  boolean findsBeside() {
    return false;
  }

  /** Its plans are tables, of which the last column is no more than a remark. */
  @Override
  String explained(ResultSet row) throws SQLException {
    return row.getString("select_type")
        + " of "
        + row.getString("table")
        + ": "
        + row.getString("type")
        + " by "
        + row.getString("key")
        + " of about "
        + row.getString("rows")
        + " rows, "
        + row.getString("Extra");
  }

  // ---- one at a time

  private static void lock(Session session, String name) throws SQLException {
    PreparedStatement statement = session.statement("SELECT get_lock(?, 30)");
    statement.setString(1, name);
    try (ResultSet row = statement.executeQuery()) {
      if (!row.next() || row.getInt(1) != 1) {
        throw new SQLTimeoutException("no lock " + name, "HY000", LOCK_TIMEOUT);
      }
    }
  }

  private static void unlock(Session session, String name) throws SQLException {
    PreparedStatement statement = session.statement("SELECT release_lock(?)");
    statement.setString(1, name);
    statement.executeQuery().close();
  }

  @Override
  void lockIndexes(Session session) throws SQLException {
    lock(session, INDEXES);
    session.runOnce("SET @undercroft_time = @@SESSION.max_statement_time");
    session.runOnce("SET SESSION max_statement_time = 0");
  }

  /** Each of its statements that change a table commits: what is to stay is committed as well. */
  @Override
  void unlockIndexes(Session session, boolean keep, List<String> undoing) throws SQLException {
    try {
      if (keep) {
        session.connection().commit();
      } else {
        for (String statement : undoing) {
          session.runOnce(statement);
        }
      }
    } finally {
      session.runOnce("SET SESSION max_statement_time = @undercroft_time");
      unlock(session, INDEXES);
    }
  }

  @Override
  boolean hasTooMany(SQLException e) {
    return TOO_MANY.contains(e.getErrorCode());
  }

  @Override
  long indexBytes(Session session, String name) throws SQLException {
    PreparedStatement statement =
        session.statement(
            "SELECT sum(stat_value) * @@innodb_page_size FROM mysql.innodb_index_stats WHERE"
                + " database_name = database() AND index_name IN (?, ?) AND stat_name = 'size'");
    statement.setString(1, name);
    statement.setString(2, name + "_read");
    try (ResultSet row = statement.executeQuery()) {
      long bytes = row.next() ? row.getLong(1) : 0;
      return bytes > 0 ? bytes : -1;
    } catch (SQLException e) {
      if (trouble(e) != Trouble.REFUSED) {
        throw e;
      }
      return -1; // the user may not look there
    }
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
      case DUPLICATE, CHANGED_SINCE_READ, TABLE_CHANGED -> Trouble.CONFLICT;
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
            + " (expires_millis))"
            + tableOptions());
  }

  @Override
  String tableOptions() {
    return " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4";
  }

  @Override
  String bareColumns() {
    return "entry_key VARBINARY(1024) NOT NULL PRIMARY KEY, bytes LONGBLOB NOT NULL";
  }

  @Override
  String bareUpsert(String table) {
    return "INSERT INTO "
        + table
        + " (entry_key, bytes) VALUES (?, ?) ON DUPLICATE KEY UPDATE bytes = VALUES(bytes)";
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

  /**
   * An insert that did nothing has met its key, or else a unique index: then it is run so that the
   * engine says which.
   */
  @Override
  void insert(Session session, Sql sql, List<Row> rows) throws SQLException {
    try {
      super.insert(session, sql, rows);
    } catch (Overtaken e) {
      refuseDuplicates(session, sql, rows);
      throw e;
    }
  }

  private void refuseDuplicates(Session session, Sql sql, List<Row> rows) throws SQLException {
    String plain = sql.insert.substring(0, sql.insert.length() - unlessThere().length());
    for (Row row : rows) {
      PreparedStatement look = session.statement(sql.head);
      bindKey(look, 1, row.key);
      try (ResultSet there = look.executeQuery()) {
        if (there.next()) {
          continue;
        }
      }
      PreparedStatement insert = session.statement(plain);
      bindKey(insert, 1, row.key);
      bindContent(insert, 2, row);
      bindCounts(insert, 8, row);
      insert.executeUpdate();
    }
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

  // ---- transactions

  /** Each has a number, by which its changes are known to belong together. */
  private static final String BEGIN = "SET autocommit = 0, @undercroft_writer = UUID_SHORT()";

  @Override
  void begin(Session session) throws SQLException {
    session.run(BEGIN);
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
    session.run(BEGIN);
  }

  @Override
  void end(Session session) throws SQLException {
    session.run("SET autocommit = 1, @undercroft_writer = NULL");
  }

  // ---- changes

  /**
   * Ids are drawn when rows are written: those who commit need not take turns. That what was there
   * had expired is told beside what the same transaction has set.
   */
  @Override
  Optional<FeedWords> feed(String table) {
    if (!countsByOne) {
      return Optional.empty();
    }
    String changes = quoted(FeedWords.changes(table));
    String now = "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)";
    String note = "INSERT INTO " + changes + " (kind, entry_key, at_millis, writer) VALUES (";
    String gone = ", OLD.entry_key, " + now;
    String set =
        "INSERT INTO "
            + changes
            + " (kind, at_millis, writer, entry_key, document, bytes, content_type, version,"
            + " expires_millis, metadata, created_micros, updated_micros) VALUES ('SET', "
            + now
            + ", @undercroft_writer, NEW.entry_key, IF(LENGTH(NEW.document) <= "
            + FeedWords.LARGEST
            + ", NEW.document, NULL), IF(LENGTH(NEW.bytes) <= "
            + FeedWords.LARGEST
            + ", NEW.bytes, NULL), NEW.content_type, NEW.version, NEW.expires_millis,"
            + " NEW.metadata, NEW.created_micros, NEW.updated_micros); ";
    List<String> end =
        List.of(
            "DROP TRIGGER IF EXISTS " + quoted(table + "_inserted"),
            "DROP TRIGGER IF EXISTS " + quoted(table + "_updated"),
            "DROP TRIGGER IF EXISTS " + quoted(table + "_deleted"),
            "DROP TABLE IF EXISTS " + changes);
    List<String> create = new ArrayList<>(end); // one who was interrupted may have left some
    create.add(
        "CREATE TABLE "
            + changes
            + " (id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY, kind VARCHAR(8) NOT NULL, at_millis"
            + " BIGINT NOT NULL, writer BIGINT UNSIGNED, entry_key VARBINARY(1024) NOT NULL,"
            + " document LONGTEXT, bytes LONGBLOB, content_type TEXT, version VARCHAR(128) CHARACTER"
            + " SET ascii, expires_millis BIGINT, metadata LONGTEXT, created_micros BIGINT,"
            + " updated_micros BIGINT, INDEX (writer))"
            + tableOptions());
    create.add(
        trigger(table, "_inserted", "INSERT")
            + "IF NOT (NEW.expires_millis <=> 0) THEN "
            + set
            + "END IF; END");
    create.add(
        trigger(table, "_updated", "UPDATE")
            + "IF OLD.version <> NEW.version OR OLD.entry_key <> NEW.entry_key THEN"
            + " IF OLD.expires_millis <= NEW.updated_micros DIV 1000 THEN "
            + note
            + "'EXPIRE'"
            + gone
            + ", NULL); ELSEIF OLD.entry_key <> NEW.entry_key THEN "
            + note
            + "'DELETE'"
            + gone
            + ", @undercroft_writer); END IF; "
            + set
            + "END IF; END");
    create.add(
        trigger(table, "_deleted", "DELETE")
            + "IF NOT (OLD.expires_millis <=> 0) THEN "
            + note
            + "IF(OLD.expires_millis <= "
            + now
            + ", 'EXPIRE', 'DELETE')"
            + gone
            + ", @undercroft_writer); END IF; END");
    return Optional.of(new FeedWords(create, end, now, true));
  }

  private String trigger(String table, String suffix, String event) {
    return "CREATE TRIGGER "
        + quoted(table + suffix)
        + " AFTER "
        + event
        + " ON "
        + quoted(table)
        + " FOR EACH ROW BEGIN ";
  }

  @Override
  void lockFeeds(Session session) throws SQLException {
    lock(session, FEEDS);
  }

  /** Its statements that make tables and triggers commit. */
  @Override
  void unlockFeeds(Session session, boolean keep) throws SQLException {
    if (keep) {
      session.connection().commit();
    }
    unlock(session, FEEDS);
  }
}
