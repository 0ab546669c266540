package io.undercroft.plugin.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Follows a table of changes whose ids are drawn before the commit. Who reads waits for what is not
 * committed yet, and goes on from one id to the next. An id that is not there has been given back,
 * or whoever has drawn it is about to use it: so the reader takes it, and a writer that comes later
 * is refused and writes again.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class EarlyChanges {
  /** The kind of an id that no change has. */
  static final String NOTHING = "NOTHING";

  /** What makes a query wait for the rows that others are inserting. */
  static final String WAITING = " LOCK IN SHARE MODE";

  /** So many ids are taken at once. */
  private static final int MOST = 500;

  private final String ids;
  private final String take;
  private final String overwritten;

  /**
   * Takes the parts.
   *
   * @param changes the quoted table
   * @param now the engine's clock
   */
  EarlyChanges(String changes, String now) {
    this.ids = "SELECT id FROM " + changes + " WHERE id > ? AND id <= ? ORDER BY id" + WAITING;
    this.take =
        "INSERT IGNORE INTO "
            + changes
            + " (id, kind, at_millis, entry_key) VALUES (?, '"
            + NOTHING
            + "', "
            + now
            + ", '')";
    this.overwritten =
        "SELECT a.id FROM "
            + changes
            + " AS a WHERE a.id > ? AND a.id <= ? AND a.writer IS NOT NULL AND EXISTS (SELECT 1"
            + " FROM "
            + changes
            + " AS b WHERE b.writer = a.writer AND b.entry_key = a.entry_key AND b.id > a.id)";
  }

  /** Returns when every id after one and up to another is there. */
  void await(Session session, long after, long last) throws SQLException {
    List<Long> there = new ArrayList<>();
    PreparedStatement statement = session.statement(ids);
    statement.setLong(1, after);
    statement.setLong(2, last);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        there.add(row.getLong(1));
      }
    }
    long before = after;
    for (long id : there) {
      for (long from = before; from + 1 < id; from = Math.min(from + MOST, id - 1)) {
        fill(session, from, id);
      }
      before = id;
    }
  }

  /** Takes ids between two, if they are free, or waits for who is using them. */
  void fill(Session session, long after, long beyond) throws SQLException {
    PreparedStatement statement = session.statement(take);
    try {
      for (long id = after + 1; id < beyond && id <= after + MOST; id++) {
        statement.setLong(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    } finally {
      statement.clearBatch();
    }
  }

  /** Returns those of some changes that the same transaction has overwritten. */
  Set<Long> overwritten(Session session, long after, long last) throws SQLException {
    Set<Long> found = new HashSet<>();
    PreparedStatement statement = session.statement(overwritten);
    statement.setLong(1, after);
    statement.setLong(2, last);
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        found.add(row.getLong(1));
      }
    }
    return found;
  }
}
