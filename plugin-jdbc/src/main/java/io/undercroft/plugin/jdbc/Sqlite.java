package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * SQLite: one writer at a time, readers beside it see what was committed when they began. Every
 * transaction is serializable: one that has read before it writes is refused if anything was
 * written meanwhile.
 */
final class Sqlite extends Dialect {
  private static final int BUSY = 5;
  private static final int LOCKED = 6;
  private static final int INTERRUPTED = 9;
  private static final int IO_ERROR = 10;
  private static final int FULL = 13;
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

  private volatile boolean hasLog;

  /** Before 3.45 names with escapes were not found, in documents and in paths. */
  private static final String PROBE =
      "SELECT coalesce(json_type('{\"\\u00e4\":1}', '$.\"\u00e4\"'), '')"
          + " || coalesce(json_type('{\"a\\\"b\":1}', '$.\"a\\\"b\"'), '')";

  private boolean pathsSayAll;

  @Override
  String engine() {
    return "SQLite";
  }

  @Override
  void prepare(Connection connection, JdbcSettings settings) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("PRAGMA busy_timeout = " + settings.timeout().toMillis());
      statement.execute("PRAGMA foreign_keys = " + (settings.foreignKeys() ? "ON" : "OFF"));
      statement.execute("PRAGMA synchronous = " + synchronous(settings));
    }
  }

  private static String synchronous(JdbcSettings settings) {
    if (!settings.isDurable()) {
      return "NORMAL";
    }
    return settings.wal() ? "FULL" : "EXTRA"; // EXTRA forces the directory of the journal, too
  }

  @Override
  Map<String, String> examine(Session session, JdbcSettings settings) throws SQLException {
    String encoding = ask(session, "PRAGMA encoding");
    if (!encoding.equals("UTF-8")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the database is encoded in "
              + encoding
              + "; keys are told apart by their bytes in UTF-8: use a database that is");
    }
    pathsSayAll = ask(session, PROBE).equals("integerinteger");
    boolean memory = ask(session, "PRAGMA journal_mode").equals("memory");
    if (!memory) {
      keepJournal(session, settings);
    }
    String journal = ask(session, "PRAGMA journal_mode");
    hasLog = journal.equals("wal");
    Map<String, String> details = new LinkedHashMap<>();
    details.put("engineVersion", ask(session, "SELECT sqlite_version()"));
    details.put("journal", journal);
    details.put(
        "durability",
        memory
            ? "none: the database is in memory"
            : settings.isDurable()
                ? "full: synchronous " + synchronous(settings)
                : "relaxed: synchronous NORMAL");
    return details;
  }

  /** While another one does the same, SQLite refuses at once: its own waiting is for locks. */
  private static void keepJournal(Session session, JdbcSettings settings) throws SQLException {
    String keep = settings.wal() ? "PRAGMA journal_mode = WAL" : "PRAGMA journal_mode = DELETE";
    long end = System.nanoTime() + settings.timeout().toNanos();
    while (true) {
      try {
        ask(session, keep);
        return;
      } catch (SQLException e) {
        if (e.getErrorCode() != BUSY || System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE);
      }
    }
  }

  private static String ask(Session session, String sql) throws SQLException {
    try (ResultSet answer = session.statement(sql).executeQuery()) {
      return answer.next() ? answer.getString(1) : "";
    }
  }

  @Override
  Set<Isolation> levels() {
    return EnumSet.allOf(Isolation.class);
  }

  @Override
  boolean writersTakeTurns() {
    return true;
  }

  @Override
  boolean writerHasWholeDatabase() {
    return true;
  }

  @Override
  boolean readersHoldUpWriters() {
    return !hasLog;
  }

  @Override
  Trouble trouble(SQLException e) {
    return switch (e.getErrorCode()) {
      case BUSY ->
          String.valueOf(e.getMessage()).contains("SNAPSHOT") ? Trouble.CONFLICT : Trouble.TIMEOUT;
      case LOCKED -> Trouble.CONFLICT;
      case INTERRUPTED -> Trouble.TIMEOUT;
      case IO_ERROR -> Trouble.LOST;
      case FULL -> Trouble.FULL;
      default -> Trouble.REFUSED;
    };
  }

  @Override
  void lockSchema(Session session) throws SQLException {
    begin(session);
  }

  @Override
  void unlockSchema(Session session, boolean keep) throws SQLException {
    session.run(keep ? "COMMIT" : "ROLLBACK");
  }

  @Override
  List<String> schema(String table) {
    String t = quoted(table);
    return List.of(
        "CREATE TABLE IF NOT EXISTS "
            + t
            + " (id INTEGER PRIMARY KEY, entry_key TEXT NOT NULL UNIQUE, document TEXT, bytes BLOB,"
            + " content_type TEXT NOT NULL, version TEXT NOT NULL, expires_millis INTEGER,"
            + " metadata TEXT, revision INTEGER NOT NULL, created_micros INTEGER NOT NULL,"
            + " updated_micros INTEGER NOT NULL)",
        partialIndex(table, "_expires", "expires_millis", "expires_millis IS NOT NULL"),
        partialIndex(table, "_unseen", "entry_key", sight().unseen()));
  }

  @Override
  String bareColumns() {
    return "entry_key TEXT NOT NULL PRIMARY KEY, bytes BLOB NOT NULL";
  }

  @Override
  String amongKeys() {
    return "IN (SELECT value FROM json_each(?))";
  }

  @Override
  String forUpdate() {
    return "";
  }

  @Override
  String alias() {
    return " AS e";
  }

  @Override
  String unlessThere() {
    return " ON CONFLICT (entry_key) DO NOTHING";
  }

  @Override
  boolean returnsWhatItWrites() {
    return true;
  }

  @Override
  boolean answersQueries() {
    return pathsSayAll;
  }

  @Override
  IndexWords indexWords() {
    return new IndexWords.OfSqlite();
  }

  @Override
  GroupWords groupWords() {
    return new GroupWords.OfSqlite(indexWords());
  }

  @Override
  SideWords sideWords() {
    return new SideWords.OfSqlite();
  }

  @Override
  Notation notation() {
    return new SqliteNotation();
  }

  @Override
  String explaining() {
    return "EXPLAIN QUERY PLAN ";
  }

  @Override
  boolean sees(byte[] document) {
    return PlainJson.holdsBinary(document, PlainJson.DEEP);
  }

  @Override
  void bindKeys(Session session, PreparedStatement statement, int at, List<String> keys)
      throws SQLException {
    statement.setString(at, array(keys));
  }

  private static String array(List<String> keys) {
    StringBuilder out = new StringBuilder(keys.size() * 24).append('[');
    for (String key : keys) {
      out.append(out.length() == 1 ? "\"" : ",\"");
      for (int i = 0; i < key.length(); i++) {
        char c = key.charAt(i);
        if (c < ' ') {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          if (c == '"' || c == '\\') {
            out.append('\\');
          }
          out.append(c);
        }
      }
      out.append('"');
    }
    return out.append(']').toString();
  }

  @Override
  void bindDocument(PreparedStatement statement, int at, byte[] utf8) throws SQLException {
    statement.setString(at, new String(utf8, StandardCharsets.UTF_8));
  }

  @Override
  byte @Nullable [] document(ResultSet row, int at) throws SQLException {
    return row.getBytes(at);
  }

  @Override
  void begin(Session session) throws SQLException {
    session.run("BEGIN IMMEDIATE");
  }

  @Override
  void begin(Session session, Isolation level, boolean readOnly) throws SQLException {
    session.run("BEGIN");
  }

  /** So it waits for other writers now; what only wants to read at first might have to give up. */
  @Override
  void beginToWrite(Session session) throws SQLException {
    session.run("ROLLBACK");
    begin(session);
  }

  @Override
  void commit(Session session) throws SQLException {
    session.run("COMMIT");
  }

  @Override
  void rollback(Session session) throws SQLException {
    session.run("ROLLBACK");
  }

  @Override
  void end(Session session) {}

  // ---- changes

  @Override
  Optional<FeedWords> feed(String table) {
    String t = quoted(table);
    String changes = quoted(FeedWords.changes(table));
    String now = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";
    String note = "INSERT INTO " + changes + " (kind, entry_key, at_millis)";
    String gone = " OLD.entry_key, " + now;
    String set =
        "INSERT INTO "
            + changes
            + " (kind, at_millis, entry_key, document, bytes, content_type, version,"
            + " expires_millis, metadata, created_micros, updated_micros) VALUES ('SET', "
            + now
            + ", NEW.entry_key, CASE WHEN length(NEW.document) <= "
            + FeedWords.LARGEST
            + " THEN NEW.document END, CASE WHEN length(NEW.bytes) <= "
            + FeedWords.LARGEST
            + " THEN NEW.bytes END, NEW.content_type, NEW.version, NEW.expires_millis,"
            + " NEW.metadata, NEW.created_micros, NEW.updated_micros)";
    return Optional.of(
        new FeedWords(
            List.of(
                "CREATE TABLE "
                    + changes
                    + " (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, at_millis INTEGER NOT NULL,"
                    + " entry_key TEXT NOT NULL, document TEXT, bytes BLOB, content_type TEXT,"
                    + " version TEXT, expires_millis INTEGER, metadata TEXT, created_micros"
                    + " INTEGER, updated_micros INTEGER)",
                "CREATE TRIGGER "
                    + quoted(table + "_inserted")
                    + " AFTER INSERT ON "
                    + t
                    + " BEGIN "
                    + set
                    + "; END",
                "CREATE TRIGGER "
                    + quoted(table + "_updated")
                    + " AFTER UPDATE ON "
                    + t
                    + " WHEN OLD.version <> NEW.version OR OLD.entry_key <> NEW.entry_key BEGIN "
                    + note
                    + " SELECT 'EXPIRE',"
                    + gone
                    + " WHERE OLD.expires_millis <= NEW.updated_micros / 1000; "
                    + note
                    + " SELECT 'DELETE',"
                    + gone
                    + " WHERE OLD.entry_key <> NEW.entry_key; "
                    + set
                    + "; END",
                "CREATE TRIGGER "
                    + quoted(table + "_deleted")
                    + " AFTER DELETE ON "
                    + t
                    + " BEGIN "
                    + note
                    + " SELECT CASE WHEN OLD.expires_millis <= "
                    + now
                    + " THEN 'EXPIRE' ELSE 'DELETE' END,"
                    + gone
                    + "; END"),
            List.of(
                "DROP TRIGGER IF EXISTS " + quoted(table + "_inserted"),
                "DROP TRIGGER IF EXISTS " + quoted(table + "_updated"),
                "DROP TRIGGER IF EXISTS " + quoted(table + "_deleted"),
                "DROP TABLE IF EXISTS " + changes),
            now,
            false));
  }

  @Override
  long lastChange(Session session, String table) throws SQLException {
    PreparedStatement statement =
        session.statement("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?");
    statement.setString(1, FeedWords.changes(table));
    try (ResultSet there = statement.executeQuery()) {
      if (!there.next()) {
        return -1;
      }
    }
    try (ResultSet row =
        session
            .statement("SELECT coalesce(max(id), 0) FROM " + quoted(FeedWords.changes(table)))
            .executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  @Override
  void forgetOverwritten(Session session, String table, long lastChange) throws SQLException {
    if (lastChange < 0) {
      return;
    }
    String changes = quoted(FeedWords.changes(table));
    PreparedStatement statement =
        session.statement(
            "DELETE FROM "
                + changes
                + " WHERE id > ?1 AND id NOT IN (SELECT max(id) FROM "
                + changes
                + " WHERE id > ?1 GROUP BY entry_key)");
    statement.setLong(1, lastChange);
    statement.executeUpdate();
  }
}
