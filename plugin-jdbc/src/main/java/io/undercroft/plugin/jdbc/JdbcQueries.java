package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Queries in the engine. What it cannot say, and what it cannot see into, is left over; what comes
 * in several pages is left over as well, because a value may be written meanwhile that it cannot
 * see into.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class JdbcQueries implements Queries {
  /** So many are held at once. */
  private static final int MOST_FOUND = 1_000;

  /** So many may be odd to an index that is used. */
  private static final int MOST_ODD = 100;

  private final Calls calls;
  private final Table table;
  private final Table.Place place;
  private final boolean fresh;

  /**
   * Takes the parts.
   *
   * @param fresh whether it may be looked which indexes there are; a transaction goes by what was
   *     known before
   */
  JdbcQueries(Calls calls, Table table, Table.Place place, boolean fresh) {
    this.calls = calls;
    this.table = table;
    this.place = place;
    this.fresh = fresh;
  }

  // ---- by an index

  private Optional<IndexPlan> plan(Query query) {
    JdbcIndexes indexes = place.indexes();
    if (indexes == null) {
      return Optional.empty();
    }
    List<JdbcIndexes.Kept> known = fresh ? indexes.current() : indexes.known();
    return known.isEmpty()
        ? Optional.empty()
        : IndexPlan.of(query, known, indexes.words(), place.dialect()::notation);
  }

  private Clause byIndex(IndexPlan plan) {
    JdbcIndexes indexes = Objects.requireNonNull(place.indexes());
    return new Clause(
        plan.sql(indexes.quotedTable(), indexes.words(), MOST_ODD), plan.main().parameters());
  }

  /** Returns what an index leads to, unless that is too much or too much is odd to it. */
  private Optional<Answer> byIndex(Query query, IndexPlan plan) {
    boolean ordered = plan.residual().isEmpty() && !plan.order().isEmpty();
    long most = ordered ? Math.min(most(query), MOST_FOUND + 1) : MOST_FOUND + 1;
    Clause clause = byIndex(plan);
    List<Found> found = new ArrayList<>();
    int odd = calls.read(session -> byIndex(session, clause, most, found));
    boolean all = found.size() - odd < most || (ordered && most <= MOST_FOUND);
    if (!all || odd == MOST_ODD) {
      return Optional.empty();
    }
    Objects.requireNonNull(place.indexes()).hit(plan.index());
    Cursor<Found> entries = new Once(found);
    return Optional.of(
        odd == 0
            ? new Answer(entries, plan.residual(), ordered, false)
            : new Answer(entries, query.where(), false, false));
  }

  /** Returns how many of what it finds are odd. */
  private int byIndex(Session session, Clause clause, long most, List<Found> found)
      throws SQLException {
    found.clear(); // it may be run again
    PreparedStatement statement = session.statement(clause.sql());
    bind(statement, clause, most);
    int odd = 0;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        found.add(table.found(rows));
        odd += rows.getBoolean(Sql.BLIND) ? 1 : 0;
      }
    }
    return odd;
  }

  private void bind(PreparedStatement statement, Clause clause, long most) throws SQLException {
    long now = place.clock().millis();
    int at = clause.bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at++, most);
    statement.setLong(at, now);
  }

  /** A list that is handed out in one page. */
  private static final class Once implements Cursor<Found> {
    private List<Found> left;

    Once(List<Found> all) {
      this.left = all;
    }

    @Override
    public List<Found> next() {
      List<Found> page = left;
      left = List.of();
      return page;
    }

    @Override
    public void close() {
      left = List.of();
    }
  }

  // ---- by looking at all

  private Translation translation(Optional<Condition> where) {
    return Translation.of(where, place.dialect()::notation);
  }

  @Override
  public Answer query(Query query) {
    return plan(query).flatMap(plan -> byIndex(query, plan)).orElseGet(() -> scan(query));
  }

  private Answer scan(Query query) {
    Translation translation = translation(query.where());
    boolean byKey = query.order().isEmpty();
    boolean pages = byKey && query.limit().isPresent() && translation.residual().isEmpty();
    FoundRows rows =
        new FoundRows(
            calls,
            place,
            translation.said().orElse(Clause.EVERYTHING),
            translation.said().isPresent(),
            pages ? most(query) : Long.MAX_VALUE,
            table::found);
    if (translation.said().isEmpty() || rows.isCertain()) {
      return new Answer(rows, translation.residual(), byKey, false);
    }
    rows.goOn();
    return new Answer(rows, query.where(), byKey, false);
  }

  /** Returns how many results the limit is about, with those that are left out. */
  private static long most(Query query) {
    long limit = query.limit().orElse(Long.MAX_VALUE);
    long most = limit + query.offset();
    return most < 0 ? Long.MAX_VALUE : most;
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    Optional<IndexPlan> plan =
        plan(where.map(Query::where).orElse(Query.all())).filter(way -> way.residual().isEmpty());
    if (plan.isPresent()) {
      Clause counting = counting(plan.get());
      OptionalLong count = calls.read(session -> count(session, counting));
      if (count.isPresent()) {
        Objects.requireNonNull(place.indexes()).hit(plan.get().index());
        return count;
      }
    }
    Translation translation = translation(where);
    if (translation.said().isEmpty() || translation.residual().isPresent()) {
      return OptionalLong.empty();
    }
    Clause said = translation.said().get();
    Clause counting = new Clause(place.sql().count(said.sql()), said.parameters());
    return calls.read(session -> count(session, counting));
  }

  private Clause counting(IndexPlan plan) {
    JdbcIndexes indexes = Objects.requireNonNull(place.indexes());
    return new Clause(
        plan.counting(indexes.quotedTable(), indexes.words()), plan.main().parameters());
  }

  /** Returns the number, unless there is what the engine could not tell. */
  private OptionalLong count(Session session, Clause counting) throws SQLException {
    PreparedStatement statement = session.statement(counting.sql());
    long now = place.clock().millis();
    int at = counting.bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at, now);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() && !row.getBoolean(2)
          ? OptionalLong.of(row.getLong(1))
          : OptionalLong.empty();
    }
  }

  /** Nothing yet: groups are made above, of what the leading conditions find. */
  @Override
  public Optional<List<Map<String, Object>>> aggregate(Pipeline pipeline) {
    return Optional.empty();
  }

  @Override
  public Explanation explain(Query query) {
    Optional<IndexPlan> plan = plan(query);
    if (plan.isPresent()) {
      IndexPlan way = plan.get();
      List<String> lines = calls.read(session -> explained(session, byIndex(way), false));
      String name = way.index().name();
      List<String> used =
          lines.stream().anyMatch(line -> line.contains(name))
              ? List.of(way.index().definition().name())
              : List.of();
      boolean ordered = way.residual().isEmpty() && !way.order().isEmpty();
      return new Explanation(
          Support.NATIVE,
          used,
          way.residual().isEmpty() ? query.where() : Optional.empty(),
          way.residual(),
          ordered,
          OptionalLong.empty(),
          lines);
    }
    Translation translation = translation(query.where());
    Clause said = translation.said().orElse(Clause.EVERYTHING);
    Clause found = new Clause(place.sql().found(said.sql()), said.parameters());
    return new Explanation(
        translation.pushedDown().isPresent() ? Support.NATIVE : Support.EMULATED,
        List.of(),
        translation.pushedDown(),
        translation.residual(),
        query.order().isEmpty(),
        OptionalLong.empty(),
        calls.read(session -> explained(session, found, true)));
  }

  private List<String> explained(Session session, Clause clause, boolean pages)
      throws SQLException {
    List<String> lines = new ArrayList<>();
    try (PreparedStatement statement =
        session.connection().prepareStatement(place.dialect().explaining() + clause.sql())) {
      if (pages) {
        place.dialect().bindKey(statement, 1, "");
        int at = clause.bind(statement, 2);
        statement.setLong(at++, place.clock().millis());
        statement.setInt(at, 1);
      } else {
        bind(statement, clause, MOST_FOUND);
      }
      try (ResultSet rows = statement.executeQuery()) {
        int last = rows.getMetaData().getColumnCount();
        while (rows.next()) {
          lines.add(rows.getString(last));
        }
      }
    }
    return lines;
  }
}
