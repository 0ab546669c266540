package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The rows for which a condition holds, in the order of their keys, and among them every row whose
 * value the engine cannot see into. It holds no connection between its pages.
 */
final class FoundRows implements Cursor<Found> {
  private static final int FIRST_PAGE = 128;
  private static final int LARGEST_PAGE = 1_000;
  private static final long PAGE_BYTES = 4L << 20;

  /** What reads a row. */
  @FunctionalInterface
  interface Reading {
    Found read(ResultSet row) throws SQLException;
  }

  private final Calls calls;
  private final Dialect dialect;
  private final Clock clock;
  private final Clause clause;
  private final String sql;
  private final Reading reading;
  private final boolean sees;
  private List<Found> page;
  private boolean blind;
  private String from = "";
  private long left;
  private int limit;
  private boolean ended;
  private long bytes;
  private int count = 1;

  /**
   * Reads the first page.
   *
   * @param clause what must hold
   * @param sees whether the engine looks into values at all
   * @param most how many are wanted at most
   */
  FoundRows(
      Calls calls, Table.Place place, Clause clause, boolean sees, long most, Reading reading) {
    this.calls = calls;
    this.dialect = place.dialect();
    this.clock = place.clock();
    this.clause = clause;
    this.sees = sees;
    this.sql = place.sql().found(clause.sql());
    this.reading = reading;
    this.left = most;
    this.limit = (int) Math.min(FIRST_PAGE, most);
    this.page = most == 0 ? List.of() : calls.read(this::read);
    this.ended = page.size() < limit || most == 0;
    this.left -= page.size();
  }

  /** Returns whether everything that is wanted has been read, and the engine saw all of it. */
  boolean isCertain() {
    return (ended || left == 0) && !(sees && blind);
  }

  /** Gives more than was wanted, if there is more: what is left over may not hold for all. */
  void goOn() {
    left = Long.MAX_VALUE;
  }

  @Override
  public List<Found> next() {
    List<Found> next = page;
    if (next.isEmpty() && !ended && left > 0) {
      limit = (int) Math.min(nextLimit(), left);
      next = calls.read(this::read);
      ended = next.size() < limit;
      left -= next.size();
    }
    if (!next.isEmpty()) {
      from = next.get(next.size() - 1).key();
      bytes = next.stream().mapToLong(found -> 256L + found.entry().value().length).sum();
      count = next.size();
    }
    page = List.of();
    return next;
  }

  private long nextLimit() {
    long fits = PAGE_BYTES / Math.max(1, bytes / count);
    return Math.max(1, Math.min(LARGEST_PAGE, Math.min(fits, limit * 8L)));
  }

  private List<Found> read(Session session) throws SQLException {
    PreparedStatement statement = session.statement(sql);
    dialect.bindKey(statement, 1, from);
    int at = clause.bind(statement, 2);
    statement.setLong(at++, clock.millis());
    statement.setInt(at, limit);
    List<Found> found = new ArrayList<>();
    boolean any = false;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(reading.read(rows));
        any |= rows.getBoolean(Sql.BLIND);
      }
    }
    blind |= any;
    return found;
  }

  @Override
  public void close() {
    ended = true;
    page = List.of();
  }
}
