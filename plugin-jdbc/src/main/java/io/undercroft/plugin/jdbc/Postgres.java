package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL: documents are {@code json}, which keeps their text, many rows travel as arrays in one
 * statement.
 */
final class Postgres extends Dialect {
  private static final String SETTING = "SELECT set_config(?, ?, ?)";

  @Override
  String engine() {
    return "PostgreSQL";
  }

  @Override
  Properties properties(JdbcSettings settings) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "undercroft");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("prepareThreshold", "1"); // statements are kept
    properties.setProperty("logServerErrorDetail", "false"); // it quotes values
    properties.setProperty("connectTimeout", seconds(settings, 0));
    properties.setProperty("socketTimeout", seconds(settings, 5)); // the server's limit comes first
    if (settings.isRemote()) {
      properties.setProperty("sslmode", "verify-full");
      if (settings.url().filter(url -> url.contains("sslrootcert=")).isEmpty()) {
        properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
      }
    }
    return properties;
  }

  private static String seconds(JdbcSettings settings, int more) {
    return String.valueOf(Math.max(1, settings.timeout().plusMillis(999).toSeconds()) + more);
  }

  @Override
  void prepare(Connection connection, JdbcSettings settings) throws SQLException {
    try (PreparedStatement set = connection.prepareStatement(SETTING)) {
      set(set, "statement_timeout", settings.timeout().toMillis() + "ms");
      set(set, "default_transaction_isolation", "read committed");
      if (!settings.isDurable()) {
        set(set, "synchronous_commit", "off");
      } else if (show(connection, "synchronous_commit").equals("off")) {
        set(set, "synchronous_commit", "on");
      }
    }
  }

  private static void set(PreparedStatement statement, String name, String value)
      throws SQLException {
    statement.setString(1, name);
    statement.setString(2, value);
    statement.setBoolean(3, false);
    statement.execute();
  }

  private static String show(Connection connection, String name) throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement("SELECT current_setting(?)")) {
      ask.setString(1, name);
      try (ResultSet answer = ask.executeQuery()) {
        return answer.next() ? answer.getString(1) : "";
      }
    }
  }

  @Override
  Map<String, String> examine(Session session, JdbcSettings settings) throws SQLException {
    Connection connection = session.connection();
    String encoding = show(connection, "server_encoding");
    if (!encoding.equals("UTF8")) {
      throw StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the database is encoded in "
              + encoding
              + "; it would not take every key: use a database with the encoding UTF8");
    }
    Map<String, String> details = new LinkedHashMap<>();
    details.put("engineVersion", show(connection, "server_version"));
    String synchronous = show(connection, "synchronous_commit");
    boolean forces = show(connection, "fsync").equals("on");
    details.put(
        "durability",
        !forces
            ? "relaxed: the server runs with fsync off"
            : synchronous.equals("off")
                ? "relaxed: a crash of the server may take the last writes away"
                : "full: synchronous_commit " + synchronous);
    return details;
  }

  @Override
  Set<Isolation> levels() {
    return EnumSet.allOf(Isolation.class);
  }

  @Override
  Trouble trouble(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.startsWith("08")) {
      return Trouble.LOST;
    }
    return switch (state) {
      case "57P01", "57P02", "57P03", "57P05", "25P03", "25P04" -> Trouble.LOST;
      case "40001" -> Trouble.CONFLICT;
      case "23505" -> Trouble.DUPLICATE; // of an index: keys are inserted ON CONFLICT
      case "40P01" -> Trouble.DEADLOCK;
      case "55P03", "57014" -> Trouble.TIMEOUT;
      case "53100" -> Trouble.FULL;
      default -> Trouble.REFUSED;
    };
  }

  /** Two that create a table at once would fail in its catalog, IF NOT EXISTS or not. */
  @Override
  void lockSchema(Session session) throws SQLException {
    begin(session);
    alone(session, "8463107201");
  }

  /**
   * Lets nobody else make or drop anything until the transaction ends. Where writes are relaxed
   * this is not: an open storage whose table a crash took away would serve nobody any more.
   */
  private static void alone(Session session, String lock) throws SQLException {
    session.runOnce(
        "SELECT set_config('synchronous_commit', 'on', true) WHERE"
            + " current_setting('synchronous_commit') = 'off'");
    session.runOnce("SELECT pg_advisory_xact_lock(" + lock + ")");
  }

  @Override
  void unlockSchema(Session session, boolean keep) throws SQLException {
    if (keep) {
      commit(session);
    } else {
      rollback(session);
    }
    end(session);
  }

  @Override
  List<String> schema(String table) {
    String t = quoted(table);
    return List.of(
        "CREATE TABLE IF NOT EXISTS "
            + t
            + " (entry_key text COLLATE \"C\" NOT NULL PRIMARY KEY, document json, bytes bytea,"
            + " content_type text NOT NULL, version text COLLATE \"C\" NOT NULL, expires_millis"
            + " bigint, metadata json, revision bigint NOT NULL, created_micros bigint NOT NULL,"
            + " updated_micros bigint NOT NULL) WITH (toast_tuple_target = 4080)",
        partialIndex(table, "_expires", "expires_millis", "expires_millis IS NOT NULL"),
        partialIndex(table, "_unseen", "entry_key", sight().unseen()));
  }

  @Override
  Sight sight() {
    return Sight.OF_POSTGRES;
  }

  @Override
  String bareColumns() {
    return "entry_key text COLLATE \"C\" NOT NULL PRIMARY KEY, bytes bytea NOT NULL";
  }

  @Override
  String amongKeys() {
    return "= ANY(?)";
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
  String document() {
    return "CAST(? AS json)";
  }

  @Override
  String metadata() {
    return "CAST(? AS json)";
  }

  /** Locks in the order of keys, so that two who delete do not wait for each other. */
  @Override
  String deleteMany(String table, String live) {
    return "DELETE FROM "
        + table
        + " WHERE entry_key IN (SELECT entry_key FROM "
        + table
        + " WHERE entry_key = ANY(?) AND "
        + live
        + " ORDER BY entry_key FOR UPDATE)";
  }

  @Override
  String sweep(String table) {
    return "DELETE FROM "
        + table
        + " WHERE entry_key IN (SELECT entry_key FROM "
        + table
        + " WHERE expires_millis <= ? LIMIT ? FOR UPDATE SKIP LOCKED)";
  }

  @Override
  boolean returnsWhatItWrites() {
    return true;
  }

  @Override
  boolean answersQueries() {
    return true;
  }

  @Override
  IndexWords indexWords() {
    return new IndexWords.OfPostgres();
  }

  @Override
  GroupWords groupWords() {
    return new GroupWords.OfPostgres(indexWords());
  }

  @Override
  SideWords sideWords() {
    return new SideWords.OfPostgres();
  }

  @Override
  void lockIndexes(Session session) throws SQLException {
    session.runOnce("SET LOCAL statement_timeout = 0");
    alone(session, "8463107202");
  }

  @Override
  long indexBytes(Session session, String name) throws SQLException {
    PreparedStatement statement =
        session.statement("SELECT pg_relation_size(to_regclass(quote_ident(?)))");
    statement.setString(1, name);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : -1;
    }
  }

  @Override
  Notation notation() {
    return new PostgresNotation();
  }

  /**
   * Reads each document once, however much is asked of it: an OFFSET is not merged away. Where
   * there are indexes the table itself has such a column, which is not looked at.
   */
  @Override
  String seeing(String table) {
    return "(SELECT "
        + Sql.ENTRY
        + " FROM "
        + table
        + ") AS e CROSS JOIN LATERAL (SELECT CAST(document AS jsonb) AS "
        + PostgresNotation.SEEN
        + " OFFSET 0) AS d";
  }

  @Override
  void bindKeys(Session session, PreparedStatement statement, int at, List<String> keys)
      throws SQLException {
    statement.setArray(at, session.connection().createArrayOf("text", keys.toArray()));
  }

  @Override
  void bindDocument(PreparedStatement statement, int at, byte[] utf8) throws SQLException {
    statement.setString(at, new String(utf8, StandardCharsets.UTF_8));
  }

  /** The driver hands out the text as it has come, which is in UTF-8 whatever the server keeps. */
  @Override
  byte @Nullable [] document(ResultSet row, int at) throws SQLException {
    return row.getBytes(at);
  }

  // ---- many rows

  private static final String ROWS =
      " FROM unnest(CAST(? AS text[]), CAST(? AS text[]), CAST(? AS bytea[]), CAST(? AS text[]),"
          + " CAST(? AS text[]), CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS bigint[]),"
          + " CAST(? AS bigint[]), CAST(? AS bigint[])) AS n (k, d, b, c, v, x, m, r, t, u)";

  @Override
  String insertMany(String into) {
    return into
        + ") SELECT k, CAST(d AS json), b, c, v, x, CAST(m AS json), r, t, u"
        + ROWS
        + unlessThere();
  }

  @Override
  String upsertMany(String into, String over) {
    return into
        + ") SELECT k, CAST(d AS json), b, c, v, x, CAST(m AS json), r, t, u"
        + ROWS
        + over
        + " RETURNING entry_key, created_micros, updated_micros, revision";
  }

  @Override
  String replaceMany(String table) {
    return "UPDATE "
        + table
        + " SET document = CAST(d AS json), bytes = b, content_type = c, version = v,"
        + " expires_millis = x, metadata = CAST(m AS json), revision = r, created_micros = t,"
        + " updated_micros = u"
        + ROWS
        + " WHERE entry_key = k";
  }

  @Override
  void insert(Session session, Sql sql, List<Row> rows) throws SQLException {
    PreparedStatement statement = session.statement(sql.insertMany);
    bindRows(session.connection(), statement, rows);
    if (statement.executeUpdate() < rows.size()) {
      throw new Overtaken();
    }
  }

  @Override
  void replace(Session session, Sql sql, List<Row> rows) throws SQLException {
    PreparedStatement statement = session.statement(sql.replaceMany);
    bindRows(session.connection(), statement, rows);
    statement.executeUpdate();
  }

  /** Binds the ten arrays of the rows; of their own types, they travel as they are. */
  static void bindRows(Connection connection, PreparedStatement statement, List<Row> rows)
      throws SQLException {
    int count = rows.size();
    @Nullable String[] keys = new String[count];
    @Nullable String[] documents = new String[count];
    byte[][] bytes = new byte[count][];
    @Nullable String[] contentTypes = new String[count];
    @Nullable String[] versions = new String[count];
    @Nullable Long[] deadlines = new Long[count];
    @Nullable String[] metadata = new String[count];
    @Nullable Long[] revisions = new Long[count];
    @Nullable Long[] created = new Long[count];
    @Nullable Long[] updated = new Long[count];
    for (int i = 0; i < count; i++) {
      Row row = rows.get(i);
      keys[i] = row.key;
      if (row.isDocument) {
        documents[i] = new String(row.value, StandardCharsets.UTF_8);
      } else {
        bytes[i] = row.value;
      }
      contentTypes[i] = row.contentType;
      versions[i] = row.version;
      deadlines[i] = row.expiresMillis;
      metadata[i] = Metadata.write(row.metadata);
      revisions[i] = row.revision;
      created[i] = row.createdMicros;
      updated[i] = row.updatedMicros;
    }
    statement.setArray(1, connection.createArrayOf("text", keys));
    statement.setArray(2, connection.createArrayOf("text", documents));
    statement.setArray(3, connection.createArrayOf("bytea", bytes));
    statement.setArray(4, connection.createArrayOf("text", contentTypes));
    statement.setArray(5, connection.createArrayOf("text", versions));
    statement.setArray(6, connection.createArrayOf("bigint", deadlines));
    statement.setArray(7, connection.createArrayOf("text", metadata));
    statement.setArray(8, connection.createArrayOf("bigint", revisions));
    statement.setArray(9, connection.createArrayOf("bigint", created));
    statement.setArray(10, connection.createArrayOf("bigint", updated));
  }

  // ---- transactions

  @Override
  void begin(Session session, Isolation level, boolean readOnly) throws SQLException {
    session.connection().setAutoCommit(false);
    session.run(readOnly ? reading(level) : writing(level));
  }

  private static String writing(Isolation level) {
    return switch (level) {
      case READ_UNCOMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED READ WRITE";
      case READ_COMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE";
      case REPEATABLE_READ -> "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ WRITE";
      case SERIALIZABLE -> "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ WRITE";
    };
  }

  private static String reading(Isolation level) {
    return switch (level) {
      case READ_UNCOMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED READ ONLY";
      case READ_COMMITTED -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY";
      case REPEATABLE_READ -> "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY";
      case SERIALIZABLE -> "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE READ ONLY";
    };
  }

  @Override
  void limit(Session session, Duration limit) throws SQLException {
    PreparedStatement statement = session.statement(SETTING);
    statement.setString(1, "statement_timeout");
    statement.setString(2, Math.max(1, limit.toMillis()) + "ms");
    statement.setBoolean(3, true);
    statement.execute();
  }

  /** Somebody may end the server's waiting for its replicas; it warns of that, and no more. */
  @Override
  void commit(Session session) throws SQLException {
    Connection connection = session.connection();
    connection.clearWarnings();
    connection.commit();
    SQLWarning warning = connection.getWarnings();
    if (warning != null && String.valueOf(warning.getSQLState()).startsWith("01")) {
      throw new SQLException("committed, and not confirmed by the replicas", "08007", warning);
    }
  }

  @Override
  Optional<Replication> replication() {
    return Optional.of(new PostgresReplication());
  }

  // ---- changes

  /**
   * The trigger runs when a transaction commits, and those who commit take turns: so the numbers
   * are in the order of the commits, and who waits has all the locks that it needs. What the same
   * transaction has overwritten is not noted.
   */
  @Override
  Optional<FeedWords> feed(String table) {
    String t = quoted(table);
    String changes = quoted(FeedWords.changes(table));
    String function = quoted(table + "_changed");
    String now = "CAST(floor(extract(epoch FROM clock_timestamp()) * 1000) AS bigint)";
    String note = "INSERT INTO " + changes + " (kind, entry_key, at_millis) VALUES (";
    String gone = ", OLD.entry_key, moment); ";
    String set =
        "INSERT INTO "
            + changes
            + " (kind, at_millis, entry_key, document, bytes, content_type, version,"
            + " expires_millis, metadata, created_micros, updated_micros) VALUES ('SET', moment,"
            + " NEW.entry_key, CASE WHEN octet_length(CAST(NEW.document AS text)) <= "
            + FeedWords.LARGEST
            + " THEN NEW.document END, CASE WHEN octet_length(NEW.bytes) <= "
            + FeedWords.LARGEST
            + " THEN NEW.bytes END, NEW.content_type, NEW.version, NEW.expires_millis,"
            + " NEW.metadata, NEW.created_micros, NEW.updated_micros); ";
    return Optional.of(
        new FeedWords(
            List.of(
                "CREATE TABLE "
                    + changes
                    + " (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL,"
                    + " at_millis bigint NOT NULL, entry_key text NOT NULL, document json, bytes"
                    + " bytea, content_type text, version text, expires_millis bigint, metadata"
                    + " json, created_micros bigint, updated_micros bigint)",
                "CREATE OR REPLACE FUNCTION "
                    + function
                    + "() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS"
                    + " $change$ DECLARE moment bigint := "
                    + now
                    + "; BEGIN PERFORM pg_advisory_xact_lock(CAST(846310720 AS bigint) << 32 |"
                    + " CAST(TG_RELID AS bigint)); IF TG_OP = 'DELETE' THEN IF OLD.expires_millis IS"
                    + " DISTINCT FROM 0 AND NOT EXISTS (SELECT 1 FROM "
                    + t
                    + " WHERE entry_key = OLD.entry_key) THEN "
                    + note
                    + "CASE WHEN OLD.expires_millis <= moment THEN 'EXPIRE' ELSE 'DELETE' END"
                    + gone
                    + "END IF; ELSIF EXISTS (SELECT 1 FROM "
                    + t
                    + " WHERE entry_key = NEW.entry_key AND version = NEW.version AND"
                    + " expires_millis IS DISTINCT FROM 0) THEN IF TG_OP = 'UPDATE'"
                    + " THEN IF OLD.version = NEW.version AND OLD.entry_key = NEW.entry_key THEN"
                    + " RETURN NULL; END IF; IF OLD.expires_millis <= NEW.updated_micros / 1000 THEN "
                    + note
                    + "'EXPIRE'"
                    + gone
                    + "ELSIF OLD.entry_key <> NEW.entry_key THEN "
                    + note
                    + "'DELETE'"
                    + gone
                    + "END IF; END IF; "
                    + set
                    + "END IF; PERFORM pg_notify('"
                    + FeedWords.changes(table)
                    + "', ''); RETURN NULL; END $change$",
                "CREATE CONSTRAINT TRIGGER "
                    + function
                    + " AFTER INSERT OR UPDATE OR DELETE ON "
                    + t
                    + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "
                    + function
                    + "()"),
            List.of(
                "DROP TRIGGER IF EXISTS " + function + " ON " + t,
                "DROP FUNCTION IF EXISTS " + function + "()",
                "DROP TABLE IF EXISTS " + changes),
            now,
            false));
  }

  @Override
  Bell bell(Optional<? extends DataSource> source, String table) {
    return source
        .<Bell>map(there -> new PostgresBell(there, FeedWords.changes(table)))
        .orElseGet(() -> Bell.every(200));
  }

  @Override
  void lockFeeds(Session session) throws SQLException {
    alone(session, "8463107203");
  }
}
