package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scan in the order of keys. It holds no connection between its pages: each one is asked for by
 * the last key of the page before. What it holds in memory is bounded by the bytes of its values,
 * not only by their number.
 */
final class Scan<E> implements Cursor<E> {
  private static final int FIRST_PAGE = 32;
  private static final int LARGEST_PAGE = 1_000;
  private static final long PAGE_BYTES = 4L << 20;

  /** What a row of the result is. */
  interface Shape<E> {
    E read(ResultSet row) throws SQLException;

    String key(E element);

    /** Returns about how many bytes it takes. */
    long bytes(E element);
  }

  private final Calls calls;
  private final Dialect dialect;
  private final Clock clock;
  private final String open;
  private final String within;
  private final Shape<E> shape;
  private final @Nullable String end;
  private final int pageSize;
  private String from;
  private int limit;
  private boolean ended;

  /**
   * Takes the parts.
   *
   * @param open the statement without an upper bound
   * @param within the statement with one
   */
  Scan(
      Calls calls,
      Dialect dialect,
      Clock clock,
      String open,
      String within,
      Shape<E> shape,
      String prefix,
      int pageSize) {
    this.calls = calls;
    this.dialect = dialect;
    this.clock = clock;
    this.open = open;
    this.within = within;
    this.shape = shape;
    this.from = prefix;
    this.end = dialect.after(prefix);
    this.pageSize = Math.min(pageSize, LARGEST_PAGE);
    this.limit = Math.min(pageSize, FIRST_PAGE);
  }

  @Override
  public List<E> next() {
    if (ended) {
      return List.of();
    }
    List<E> page = calls.read(this::page);
    if (page.isEmpty()) {
      ended = true;
      return page;
    }
    long bytes = 0;
    for (E element : page) {
      bytes += shape.bytes(element);
    }
    from = Keys.next(shape.key(page.get(page.size() - 1)));
    long fits = PAGE_BYTES / Math.max(1, bytes / page.size());
    limit = (int) Math.max(1, Math.min(pageSize, Math.min(fits, limit * 8L)));
    return page;
  }

  private List<E> page(Session session) throws SQLException {
    PreparedStatement statement = session.statement(end == null ? open : within);
    int at = 1;
    dialect.bindKey(statement, at++, from);
    if (end != null) {
      dialect.bindKey(statement, at++, end);
    }
    statement.setLong(at++, clock.millis());
    statement.setInt(at, limit);
    List<E> page = new ArrayList<>(limit);
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        page.add(shape.read(rows));
      }
    }
    return page;
  }

  @Override
  public void close() {
    ended = true;
  }
}
