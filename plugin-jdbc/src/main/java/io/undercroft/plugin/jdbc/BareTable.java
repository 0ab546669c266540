package io.undercroft.plugin.jdbc;

import io.undercroft.spi.BareDriver;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * By hand: a table of two columns, key and bytes, over the storage's own connections. Its name is
 * among those that are for the plugin itself, so that no storage has it.
 */
final class BareTable implements BareDriver {
  private static final String PREFIX = "undercroft_raw_";

  private final Calls calls;
  private final Dialect dialect;
  private final String table;
  private final String get;
  private final String getMany;
  private final String set;
  private volatile boolean closed;

  private BareTable(Calls calls, Dialect dialect, String table) {
    this.calls = calls;
    this.dialect = dialect;
    this.table = table;
    this.get = "SELECT bytes FROM " + table + " WHERE entry_key = ?";
    this.getMany =
        "SELECT entry_key, bytes FROM " + table + " WHERE entry_key " + dialect.amongKeys();
    this.set = dialect.bareUpsert(table);
  }

  /**
   * Makes the table anew.
   *
   * @param calls where statements run, each on a connection of the pool
   * @param storageTable the table of the storage
   */
  static BareTable open(Calls calls, Dialect dialect, String storageTable) {
    String table = dialect.quoted(PREFIX + storageTable);
    BareTable bare = new BareTable(calls, dialect, table);
    bare.drop();
    calls.write(
        session -> {
          session.runOnce(
              "CREATE TABLE "
                  + table
                  + " ("
                  + dialect.bareColumns()
                  + ")"
                  + dialect.tableOptions());
          return true;
        });
    return bare;
  }

  private void drop() {
    calls.write(
        session -> {
          session.runOnce("DROP TABLE IF EXISTS " + table);
          return true;
        });
  }

  @Override
  public String description() {
    return "JDBC: a table of key and bytes in " + dialect.engine() + ", over the same pool";
  }

  @Override
  public Optional<byte[]> get(String key) {
    checkOpen();
    return calls.read(
        session -> {
          PreparedStatement statement = session.statement(get);
          dialect.bindKey(statement, 1, key);
          try (ResultSet row = statement.executeQuery()) {
            return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
          }
        });
  }

  @Override
  public void set(String key, byte[] value) {
    checkOpen();
    calls.write(
        session -> {
          PreparedStatement statement = session.statement(set);
          bind(statement, key, value);
          return statement.executeUpdate();
        });
  }

  private void bind(PreparedStatement statement, String key, byte[] value) throws SQLException {
    dialect.bindKey(statement, 1, key);
    statement.setBytes(2, value);
  }

  @Override
  public Map<String, byte[]> getMany(Collection<String> keys) {
    checkOpen();
    List<String> all = List.copyOf(new LinkedHashSet<>(keys));
    return calls.read(
        session -> {
          PreparedStatement statement = session.statement(getMany);
          dialect.bindKeys(session, statement, 1, all);
          Map<String, byte[]> found = new LinkedHashMap<>();
          try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              found.put(dialect.key(row, 1), row.getBytes(2));
            }
          }
          return found;
        });
  }

  /** One batch of statements in one transaction. */
  @Override
  public void setMany(Map<String, byte[]> values) {
    checkOpen();
    if (values.isEmpty()) {
      return;
    }
    calls.atomically(
        session -> {
          PreparedStatement statement = session.statement(set);
          try {
            for (Map.Entry<String, byte[]> each : values.entrySet()) {
              bind(statement, each.getKey(), each.getValue());
              statement.addBatch();
            }
            return statement.executeBatch();
          } finally {
            statement.clearBatch();
          }
        },
        done -> true);
  }

  private void checkOpen() {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the driver was closed");
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      drop();
    }
  }
}
