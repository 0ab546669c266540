package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the engines: words of their SQL, how values are bound and read, how a
 * transaction begins and what a failure means.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
abstract sealed class Dialect permits Sqlite, H2, Postgres, MariaDb {
  // ---- the engine

  /** Returns its name, as its makers write it. */
  abstract String engine();

  /** Returns what to hand to the driver beside the URL, where the URL does not say it itself. */
  Properties properties(JdbcSettings settings) {
    return new Properties();
  }

  /** Prepares a fresh connection. */
  abstract void prepare(Connection connection, JdbcSettings settings) throws SQLException;

  /**
   * Looks at the database when the storage opens.
   *
   * @return what to tell about it in the storage's info
   * @throws io.undercroft.storage.StorageException INVALID_CONFIG if keys would not be told apart
   */
  abstract Map<String, String> examine(Session session, JdbcSettings settings) throws SQLException;

  /** Returns the levels that pass the anomaly tests. */
  abstract Set<Isolation> levels();

  /** Returns the largest value in bytes that this database takes. */
  long largestValue(Session session) throws SQLException {
    return 64L << 20;
  }

  /** Returns whether the writers of this process are to write one after the other. */
  boolean writersTakeTurns() {
    return false;
  }

  /** Returns whether a transaction that writes keeps every other one from writing. */
  boolean writerHasWholeDatabase() {
    return false;
  }

  /** Returns whether a writer cannot commit while others read. */
  boolean readersHoldUpWriters() {
    return false;
  }

  /** Returns whether its threads must not be interrupted. */
  boolean needsShield(JdbcSettings settings) {
    return false;
  }

  /** Returns what a failure means. */
  abstract Trouble trouble(SQLException e);

  // ---- words

  /** Returns a checked name as an identifier. */
  String quoted(String identifier) {
    return '"' + identifier + '"';
  }

  /** Returns the name as the engine keeps it. */
  String stored(String identifier) {
    return identifier;
  }

  /** Returns whether one process can keep others from changing the schema. */
  boolean hasSchemaLock() {
    return true;
  }

  /** Keeps other processes from changing the schema, where the engine can. */
  void lockSchema(Session session) throws SQLException {}

  /** Lets them, and keeps or forgets what was done. */
  void unlockSchema(Session session, boolean keep) throws SQLException {}

  /** Returns the statements that make the table and its indexes, and may be repeated. */
  abstract List<String> schema(String table);

  /** Returns what is said at the end of a table of ours that holds texts. */
  String tableOptions() {
    return "";
  }

  /** Returns the columns of a table of nothing but keys and bytes. */
  abstract String bareColumns();

  /** Returns the statement that writes into such a table over what is there. */
  String bareUpsert(String table) {
    return "INSERT INTO "
        + table
        + " (entry_key, bytes) VALUES (?, ?) ON CONFLICT (entry_key) DO UPDATE SET bytes ="
        + " excluded.bytes";
  }

  /** Returns the statement that makes an index over some rows, where the engine has such. */
  final String partialIndex(String table, String suffix, String column, String where) {
    return "CREATE INDEX IF NOT EXISTS "
        + quoted(table + suffix)
        + " ON "
        + quoted(table)
        + " ("
        + column
        + ") WHERE "
        + where;
  }

  /** Returns the test of a key against those that {@link #bindKeys} binds. */
  abstract String amongKeys();

  /** Returns whether rows must be written to, unchanged, before a look at them is the last word. */
  boolean locksByTouch() {
    return false;
  }

  /** Returns what locks the rows of a query. */
  String forUpdate() {
    return " FOR UPDATE";
  }

  /** Returns the alias of the table that is written into, where upserts need one. */
  String alias() {
    return "";
  }

  /** Returns what makes an insert leave alone what is there; empty where it fails instead. */
  String unlessThere() {
    return "";
  }

  /** Returns the parameter for a document. */
  String document() {
    return "?";
  }

  /** Returns the parameter for metadata. */
  String metadata() {
    return "?";
  }

  String deleteMany(String table, String live) {
    return "DELETE FROM " + table + " WHERE entry_key " + amongKeys() + " AND " + live;
  }

  /** Returns the statement that removes some of what is past its deadline. */
  String sweep(String table) {
    return "DELETE FROM "
        + table
        + " WHERE entry_key IN (SELECT entry_key FROM "
        + table
        + " WHERE expires_millis <= ? LIMIT ?)";
  }

  /** Returns the insert of many rows as arrays; empty where there is none. */
  String insertMany(String into) {
    return "";
  }

  /** Returns the upsert of many rows as arrays; empty where there is none. */
  String upsertMany(String into, String over) {
    return "";
  }

  /** Returns the update of many rows as arrays; empty where there is none. */
  String replaceMany(String table) {
    return "";
  }

  /** Returns whether a write can return what it wrote; then one statement does a put. */
  boolean returnsWhatItWrites() {
    return false;
  }

  /** Returns how an upsert makes one row of what is there, {@code e}, and what comes. */
  String takeOver() {
    String expired = "CASE WHEN e.expires_millis <= ? THEN ";
    return "document = excluded.document, bytes = excluded.bytes,"
        + " content_type = excluded.content_type, version = excluded.version,"
        + " expires_millis = excluded.expires_millis, metadata = excluded.metadata, revision = "
        + expired
        + "1 ELSE e.revision + 1 END, created_micros = "
        + expired
        + "excluded.created_micros ELSE e.created_micros END, updated_micros = "
        + "CASE WHEN e.created_micros > excluded.updated_micros AND (e.expires_millis IS NULL OR"
        + " e.expires_millis > ?) THEN e.created_micros ELSE excluded.updated_micros END";
  }

  // ---- queries

  /** Returns whether queries are answered in the engine. */
  boolean answersQueries() {
    return false;
  }

  /** Returns a fresh notation for one statement. */
  Notation notation() {
    throw new IllegalStateException(engine() + " is not asked");
  }

  /** Returns what to select from so that the notation finds the documents there. */
  String seeing(String table) {
    return table;
  }

  /** Returns how to tell which values the engine sees into. */
  Sight sight() {
    return Sight.PLAIN;
  }

  /** Returns the expressions of indexes. */
  IndexWords indexWords() {
    throw new IllegalStateException(engine() + " keeps no indexes");
  }

  /** Returns the expressions of statements that group. */
  GroupWords groupWords() {
    throw new IllegalStateException(engine() + " groups nothing");
  }

  /** Returns whether it keeps indexes beside the table, of words and places. */
  boolean findsBeside() {
    return true;
  }

  /** Returns the statements of indexes beside the table. */
  SideWords sideWords() {
    throw new IllegalStateException(engine() + " keeps no indexes");
  }

  /** Keeps others from changing indexes until the transaction ends, and lets it take its time. */
  void lockIndexes(Session session) throws SQLException {}

  /**
   * Lets them, where the end of the transaction does not.
   *
   * @param keep whether it was done; otherwise what has been done of it is undone
   * @param undoing the statements that remove the index
   */
  void unlockIndexes(Session session, boolean keep, List<String> undoing) throws SQLException {}

  /** Returns whether an index was refused because the table has as many as it can. */
  boolean hasTooMany(SQLException e) {
    return false;
  }

  /** Returns how large an index is, or -1 if that is not known. */
  long indexBytes(Session session, String name) throws SQLException {
    return -1;
  }

  final boolean hasTable(Session session, String table) throws SQLException {
    Connection connection = session.connection();
    try (ResultSet tables =
        connection
            .getMetaData()
            .getTables(connection.getCatalog(), connection.getSchema(), stored(table), null)) {
      while (tables.next()) {
        if (tables.getString("TABLE_NAME").equals(stored(table))) { // in a pattern, '_' is any
          return true;
        }
      }
    }
    return false;
  }

  /** Returns what stands before a statement that is to be explained, not run. */
  String explaining() {
    return "EXPLAIN ";
  }

  /** Returns one line of what explains a statement. */
  String explained(ResultSet row) throws SQLException {
    return row.getString(row.getMetaData().getColumnCount());
  }

  /** Returns whether the engine sees into a document as it is, so that it can be asked about it. */
  boolean sees(byte[] document) {
    return PlainJson.holds(document, PlainJson.DEEP);
  }

  // ---- values

  void bindKey(PreparedStatement statement, int at, String key) throws SQLException {
    statement.setString(at, key);
  }

  String key(ResultSet row, int at) throws SQLException {
    return row.getString(at);
  }

  /** Returns the first text after those with this prefix, if there is one. */
  @Nullable String after(String prefix) {
    return Keys.after(prefix);
  }

  /** Binds the keys for {@link #amongKeys}. */
  abstract void bindKeys(Session session, PreparedStatement statement, int at, List<String> keys)
      throws SQLException;

  abstract void bindDocument(PreparedStatement statement, int at, byte[] utf8) throws SQLException;

  abstract byte @Nullable [] document(ResultSet row, int at) throws SQLException;

  final void bindContent(PreparedStatement statement, int at, Row row) throws SQLException {
    if (row.isDocument) {
      bindDocument(statement, at, row.value);
      statement.setNull(at + 1, Types.VARBINARY);
    } else {
      statement.setNull(at, Types.VARCHAR);
      statement.setBytes(at + 1, row.value);
    }
    statement.setString(at + 2, row.contentType);
    statement.setString(at + 3, row.version);
    if (row.expiresMillis == null) {
      statement.setNull(at + 4, Types.BIGINT);
    } else {
      statement.setLong(at + 4, row.expiresMillis);
    }
    String metadata = Metadata.write(row.metadata);
    if (metadata == null) {
      statement.setNull(at + 5, Types.VARCHAR);
    } else {
      statement.setString(at + 5, metadata);
    }
  }

  static void bindCounts(PreparedStatement statement, int at, Row row) throws SQLException {
    statement.setLong(at, row.revision);
    statement.setLong(at + 1, row.createdMicros);
    statement.setLong(at + 2, row.updatedMicros);
  }

  // ---- many rows

  /**
   * Inserts rows whose keys are not there.
   *
   * @throws Overtaken if one of them is, or came meanwhile
   */
  void insert(Session session, Sql sql, List<Row> rows) throws SQLException {
    PreparedStatement statement = session.statement(sql.insert);
    try {
      for (Row row : rows) {
        bindKey(statement, 1, row.key);
        bindContent(statement, 2, row);
        bindCounts(statement, 8, row);
        statement.addBatch();
      }
      for (int count : statement.executeBatch()) {
        if (count == 0) {
          throw new Overtaken();
        }
      }
    } finally {
      statement.clearBatch();
    }
  }

  /** Writes rows over those that are there and locked. */
  void replace(Session session, Sql sql, List<Row> rows) throws SQLException {
    PreparedStatement statement = session.statement(sql.replace);
    try {
      for (Row row : rows) {
        bindContent(statement, 1, row);
        bindCounts(statement, 7, row);
        bindKey(statement, 10, row.key);
        statement.addBatch();
      }
      statement.executeBatch();
    } finally {
      statement.clearBatch();
    }
  }

  // ---- transactions

  /** Begins a short transaction that writes, at READ COMMITTED or above. */
  void begin(Session session) throws SQLException {
    session.connection().setAutoCommit(false);
  }

  /** Begins a transaction at this level. */
  abstract void begin(Session session, Isolation level, boolean readOnly) throws SQLException;

  /** Before the first statement of a transaction, which writes. */
  void beginToWrite(Session session) throws SQLException {}

  /** Limits every statement of the transaction that has begun, where the engine can. */
  void limit(Session session, Duration limit) throws SQLException {}

  void commit(Session session) throws SQLException {
    session.connection().commit();
  }

  void rollback(Session session) throws SQLException {
    session.connection().rollback();
  }

  /** Puts the connection back to where every statement is a transaction of its own. */
  void end(Session session) throws SQLException {
    session.connection().setAutoCommit(true);
  }

  /** Makes sure that what was committed on this connection is on the disk. */
  void force(Session session) throws SQLException {}

  /** Returns how it tells of its copies, where it does. */
  Optional<Replication> replication() {
    return Optional.empty();
  }

  // ---- changes

  /** Returns how changes are noted, where the engine's triggers can note them in their order. */
  Optional<FeedWords> feed(String table) {
    return Optional.empty();
  }

  /**
   * Returns the last change of all, when a transaction begins to write; -1 where changes are not
   * noted, or in the end only.
   */
  long lastChange(Session session, String table) throws SQLException {
    return -1;
  }

  /** Before a transaction commits: forgets the changes after this that others of its own undo. */
  void forgetOverwritten(Session session, String table, long lastChange) throws SQLException {}

  /**
   * Returns what says that there are changes.
   *
   * @param source where to connect; empty if no connection of one's own can be had
   */
  Bell bell(Optional<? extends DataSource> source, String table) {
    return Bell.every(50);
  }

  /** Keeps others from beginning or ending a feed until the transaction ends. */
  void lockFeeds(Session session) throws SQLException {}

  /**
   * Lets them, where the end of the transaction does not.
   *
   * @param keep whether what was done is to stay
   */
  void unlockFeeds(Session session, boolean keep) throws SQLException {}

  // ---- which one

  /**
   * Returns the dialect of a database, by its URL.
   *
   * @throws StorageException INVALID_CONFIG for any other engine
   */
  static Dialect ofUrl(String url) {
    String[] parts = url.split(":", 3);
    return switch (parts.length < 3 ? "" : parts[1]) {
      case "sqlite" -> new Sqlite();
      case "h2" -> new H2();
      case "postgresql" -> new Postgres();
      case "mariadb" -> new MariaDb();
      default ->
          throw StorageException.of(
              ErrorCode.INVALID_CONFIG,
              "the url begins with "
                  + StorageException.quote(parts.length < 2 ? "" : "jdbc:" + parts[1] + ":")
                  + "; this plugin knows jdbc:sqlite:, jdbc:h2:, jdbc:postgresql: and"
                  + " jdbc:mariadb:");
    };
  }

  /** Returns the dialect of a database, by what its driver says of it. */
  static Dialect of(DatabaseMetaData database) throws SQLException {
    String product = database.getDatabaseProductName();
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "sqlite" -> new Sqlite();
      case "h2" -> new H2();
      case "postgresql" -> new Postgres();
      case "mariadb" -> new MariaDb();
      default -> throw new UnknownEngine(product);
    };
  }

  /** A database that this plugin does not know. */
  static final class UnknownEngine extends SQLException {
    private static final long serialVersionUID = 1L;

    private final String product;

    UnknownEngine(String product) {
      super("unknown engine " + product);
      this.product = product;
    }

    String product() {
      return product;
    }
  }

  /** Somebody else wrote under a key between a look at it and the write. */
  static final class Overtaken extends SQLException {
    private static final long serialVersionUID = 1L;

    Overtaken() {
      super("somebody else wrote in between");
    }
  }
}
