package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * H2. By itself it acknowledges what is not on the disk yet: so it is told not to delay writes, and
 * every commit is followed by a checkpoint.
 */
final class H2 extends Dialect {
  private static final int DUPLICATE = 23505;
  private static final int DEADLOCK = 40001;
  private static final int LOCK_TIMEOUT = 50200;
  private static final int CANCELED = 57014;
  private static final int CONCURRENT_UPDATE = 90131;
  private static final int NO_SPACE = 90100;
  private static final Set<Integer> LOST = Set.of(90067, 90121, 90098, 90007, 90028, 90031, 90108);

  private boolean forces;

  @Override
  String engine() {
    return "H2";
  }

  @Override
  void prepare(Connection connection, JdbcSettings settings) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("SET LOCK_TIMEOUT " + settings.timeout().toMillis());
      statement.execute("SET QUERY_TIMEOUT " + settings.timeout().toMillis());
    }
  }

  @Override
  Map<String, String> examine(Session session, JdbcSettings settings) throws SQLException {
    DatabaseMetaData engine = session.connection().getMetaData();
    if (isBefore(engine, 3)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "H2 "
              + engine.getDatabaseProductVersion()
              + " takes JSON that is not there for the value null, so that bytes would be lost; use"
              + " H2 2.4");
    }
    String collation = ask(session, "COLLATION").orElse("OFF");
    if (!collation.startsWith("OFF")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the database has the collation "
              + collation
              + "; keys are told apart by their characters: use a database with COLLATION OFF");
    }
    boolean memory = settings.url().map(url -> url.startsWith("jdbc:h2:mem:")).orElse(false);
    Map<String, String> details = new LinkedHashMap<>();
    details.put("engineVersion", session.connection().getMetaData().getDatabaseProductVersion());
    details.put("durability", durability(session, settings, memory));
    return details;
  }

  private static Optional<String> ask(Session session, String setting) throws SQLException {
    PreparedStatement statement =
        session.statement(
            "SELECT setting_value FROM information_schema.settings WHERE setting_name = ?");
    statement.setString(1, setting);
    try (ResultSet answer = statement.executeQuery()) {
      return answer.next() ? Optional.of(answer.getString(1)) : Optional.empty();
    }
  }

  private String durability(Session session, JdbcSettings settings, boolean memory)
      throws SQLException {
    if (memory) {
      return "none: the database is in memory";
    }
    if (!settings.isDurable()) {
      return "relaxed: a crash may take the last writes away, a power cut more";
    }
    try {
      session.runOnce("SET WRITE_DELAY 0");
      session.runOnce("CHECKPOINT SYNC");
    } catch (SQLException e) {
      if (trouble(e) != Trouble.REFUSED) {
        throw e;
      }
      return "relaxed: the user may not set WRITE_DELAY, nor ask for a CHECKPOINT";
    }
    forces = true;
    return findsItsLastWrites(session.connection().getMetaData())
        ? "full: WRITE_DELAY 0, CHECKPOINT SYNC after every commit"
        : "relaxed: after a crash H2 2.5 does not find its last writes, though they are in the"
            + " file; use 2.4";
  }

  /**
   * Until 2.4 the head of H2's file names the newest piece of it, or one from which the newest can
   * be reached. Since 2.5 it names the one before, so that after a crash what follows is overlooked
   * once space is used again, 45 seconds after it became free (2.4.240 {@code RandomAccessStore},
   * 2.5.252 {@code FileStore}: when {@code lastChunk} is set).
   */
  private static boolean findsItsLastWrites(DatabaseMetaData engine) throws SQLException {
    return isBefore(engine, 5);
  }

  /** Returns whether it is older than 2 and this. */
  private static boolean isBefore(DatabaseMetaData engine, int minor) throws SQLException {
    int major = engine.getDatabaseMajorVersion();
    return major < 2 || (major == 2 && engine.getDatabaseMinorVersion() < minor);
  }

  @Override
  Set<Isolation> levels() {
    return EnumSet.of(
        Isolation.READ_UNCOMMITTED, Isolation.READ_COMMITTED, Isolation.REPEATABLE_READ);
  }

  /** What H2 does when writers of one process meet at a row is not relied on: they do not meet. */
  @Override
  boolean writersTakeTurns() {
    return true;
  }

  /** In a server, work stays with its thread, because a JTA transaction does. */
  @Override
  boolean needsShield(JdbcSettings settings) {
    return settings
        .url()
        .map(url -> !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:"))
        .orElse(false);
  }

  @Override
  Trouble trouble(SQLException e) {
    int code = e.getErrorCode();
    if (LOST.contains(code) || String.valueOf(e.getSQLState()).startsWith("08")) {
      return Trouble.LOST;
    }
    return switch (code) {
      case DUPLICATE, CONCURRENT_UPDATE -> Trouble.CONFLICT;
      case DEADLOCK -> Trouble.DEADLOCK;
      case LOCK_TIMEOUT, CANCELED -> Trouble.TIMEOUT;
      case NO_SPACE -> Trouble.FULL;
      default -> Trouble.REFUSED;
    };
  }

  /** Names are in capitals, so that a person need not quote them. */
  @Override
  String quoted(String identifier) {
    return super.quoted(stored(identifier));
  }

  @Override
  String stored(String identifier) {
    return identifier.toUpperCase(Locale.ROOT);
  }

  /** Its statements that change the schema commit, and so give back every lock. */
  @Override
  boolean hasSchemaLock() {
    return false;
  }

  @Override
  List<String> schema(String table) {
    String t = quoted(table);
    return List.of(
        "CREATE TABLE IF NOT EXISTS "
            + t
            + " (entry_key VARCHAR(1024) NOT NULL PRIMARY KEY, document JSON(67108864), bytes"
            + " VARBINARY(67108864), content_type VARCHAR NOT NULL, version VARCHAR(128) NOT NULL,"
            + " expires_millis BIGINT, metadata JSON(1048576), revision BIGINT NOT NULL,"
            + " created_micros BIGINT NOT NULL, updated_micros BIGINT NOT NULL)",
        "CREATE INDEX IF NOT EXISTS "
            + quoted(table + "_expires")
            + " ON "
            + t
            + " (expires_millis)");
  }

  @Override
  String bareColumns() {
    return "entry_key VARCHAR(1024) NOT NULL PRIMARY KEY, bytes VARBINARY(67108864) NOT NULL";
  }

  @Override
  String bareUpsert(String table) {
    return "MERGE INTO " + table + " (entry_key, bytes) KEY (entry_key) VALUES (?, ?)";
  }

  @Override
  String amongKeys() {
    return "= ANY(?)";
  }

  /** A row is written, and so locked, before it is looked at; FOR UPDATE is not relied on. */
  @Override
  boolean locksByTouch() {
    return true;
  }

  @Override
  String forUpdate() {
    return "";
  }

  @Override
  String document() {
    return "? FORMAT JSON";
  }

  @Override
  String metadata() {
    return "? FORMAT JSON";
  }

  /** H2 compares as Java does. */
  @Override
  @Nullable String after(String prefix) {
    return Keys.afterInUnits(prefix);
  }

  @Override
  void bindKeys(Session session, PreparedStatement statement, int at, List<String> keys)
      throws SQLException {
    statement.setArray(at, session.connection().createArrayOf("VARCHAR", keys.toArray()));
  }

  @Override
  void bindDocument(PreparedStatement statement, int at, byte[] utf8) throws SQLException {
    statement.setBytes(at, utf8);
  }

  @Override
  byte @Nullable [] document(ResultSet row, int at) throws SQLException {
    return row.getBytes(at);
  }

  @Override
  void begin(Session session, Isolation level, boolean readOnly) throws SQLException {
    session.connection().setAutoCommit(false);
    session.level(jdbc(level));
  }

  private static int jdbc(Isolation level) {
    return switch (level) {
      case READ_UNCOMMITTED -> Connection.TRANSACTION_READ_UNCOMMITTED;
      case READ_COMMITTED -> Connection.TRANSACTION_READ_COMMITTED;
      case REPEATABLE_READ -> Connection.TRANSACTION_REPEATABLE_READ;
      case SERIALIZABLE -> Connection.TRANSACTION_SERIALIZABLE;
    };
  }

  @Override
  void end(Session session) throws SQLException {
    session.connection().setAutoCommit(true);
    session.level(Connection.TRANSACTION_READ_COMMITTED);
  }

  @Override
  void force(Session session) throws SQLException {
    if (forces) {
      session.run("CHECKPOINT SYNC");
    }
  }
}
