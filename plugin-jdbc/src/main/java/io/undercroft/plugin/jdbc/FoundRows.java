package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

  private final Calls calls;
  private final Table table;
  private final Table.Place place;
  private final Clause clause;
  private List<Found> page;
  private String from = "";
  private int limit;
  private boolean ended;

  /**
   * Reads the first page.
   *
   * @param clause {@link Sql#found}, or what is bound as that is
   * @param wanted how many are wanted to begin with
   */
  FoundRows(Calls calls, Table table, Table.Place place, Clause clause, long wanted) {
    this.calls = calls;
    this.table = table;
    this.place = place;
    this.clause = clause;
    this.limit = (int) Math.max(1, Math.min(FIRST_PAGE, wanted));
    this.page = calls.read(this::read);
    this.ended = page.size() < limit;
  }

  @Override
  public List<Found> next() {
    List<Found> next = page;
    if (next.isEmpty() && !ended) {
      next = calls.read(this::read);
      ended = next.size() < limit;
    }
    if (!next.isEmpty()) {
      from = next.get(next.size() - 1).key();
      limit = nextLimit(next);
    }
    page = List.of();
    return next;
  }

  private int nextLimit(List<Found> last) {
    long bytes = last.stream().mapToLong(found -> 256L + found.entry().value().length).sum();
    long fits = PAGE_BYTES / Math.max(1, bytes / last.size());
    return (int) Math.max(1, Math.min(LARGEST_PAGE, Math.min(fits, limit * 8L)));
  }

  private List<Found> read(Session session) throws SQLException {
    PreparedStatement statement = session.statement(clause.sql());
    bind(statement, place, clause, from, limit);
    List<Found> found = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(table.found(rows));
      }
    }
    return found;
  }

  /** Binds a page of {@link Sql#found}. */
  static void bind(
      PreparedStatement statement, Table.Place place, Clause clause, String from, int limit)
      throws SQLException {
    place.dialect().bindKey(statement, 1, from);
    int at = clause.bind(statement, 2);
    statement.setLong(at++, place.clock().millis());
    statement.setInt(at, limit);
  }

  @Override
  public void close() {
    ended = true;
    page = List.of();
  }
}
