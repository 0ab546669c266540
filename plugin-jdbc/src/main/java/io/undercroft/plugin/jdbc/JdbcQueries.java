package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Order;
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
 * Queries in the engine. What it cannot say is left over; of what it cannot see into it is unsure.
 *
 * <p><b>Threads:</b> as safe as its calls.
 */
final class JdbcQueries implements Queries {
  /** So many are held at once. */
  private static final int MOST_FOUND = 1_000;

  /** So many may be odd to an index, or to an order. */
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

  private JdbcIndexes indexes() {
    return Objects.requireNonNull(place.indexes());
  }

  private Clause byIndex(IndexPlan plan, long most) {
    String sql = plan.sql(indexes().quotedTable(), indexes().words(), most, MOST_ODD);
    return new Clause(sql, plan.main().parameters());
  }

  /** Returns what an index leads to, unless that is too much or too much is odd to it. */
  private Optional<Answer> byIndex(Query query, IndexPlan plan) {
    boolean some = plan.isOrdered() && most(query) <= MOST_FOUND;
    long most = some ? most(query) : MOST_FOUND + 1;
    Clause clause = byIndex(plan, most);
    List<Found> found = calls.read(session -> byIndex(session, clause, most));
    long odd = found.stream().filter(Found::unsure).count();
    boolean all = some || found.size() - odd < most;
    if (!all || odd == MOST_ODD) {
      indexes().missed(plan.index());
      return Optional.empty();
    }
    indexes().hit(plan.index());
    return Optional.of(
        new Answer(new Once(found), plan.residual(), plan.isOrdered() && odd == 0, false));
  }

  private List<Found> byIndex(Session session, Clause clause, long most) throws SQLException {
    PreparedStatement statement = session.statement(clause.sql());
    bindByIndex(statement, clause);
    return read(statement, most);
  }

  private void bindByIndex(PreparedStatement statement, Clause clause) throws SQLException {
    long now = place.clock().millis();
    int at = clause.bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at, now);
  }

  /** Reads all that is odd, and so many of the others. */
  private List<Found> read(PreparedStatement statement, long most) throws SQLException {
    List<Found> found = new ArrayList<>();
    long left = most;
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        Found one = table.found(rows);
        if (one.unsure() || left-- > 0) {
          found.add(one);
        }
      }
    }
    return found;
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
    return plan(query).flatMap(plan -> byIndex(query, plan)).orElseGet(() -> all(query));
  }

  private Answer all(Query query) {
    Translation translation = translation(query.where());
    return isSortedThere(query, translation)
        ? sorted(query, translation).orElseGet(() -> byKey(query, translation))
        : byKey(query, translation);
  }

  private Answer byKey(Query query, Translation translation) {
    boolean inOrder = query.order().isEmpty();
    boolean some = inOrder && translation.residual().isEmpty();
    return new Answer(
        new FoundRows(
            calls, table, place, translation.clause(), some ? most(query) : Long.MAX_VALUE),
        translation.residual(),
        inOrder,
        false);
  }

  /** The engine sorts where only a few are wanted; all of them are sorted by the runtime. */
  private static boolean isSortedThere(Query query, Translation translation) {
    return !query.order().isEmpty()
        && translation.residual().isEmpty()
        && most(query) <= MOST_FOUND
        && query.order().stream().map(Order::field).allMatch(Notation::isPlain);
  }

  private Clause sorting(Query query, Translation translation) {
    Clause said = translation.clause();
    IndexWords words = place.dialect().indexWords().ofLongRows();
    return new Clause(place.sql().sorted(said.sql(), words, query.order()), said.parameters());
  }

  /** Returns the first in the order, unless too much is odd to it. */
  private Optional<Answer> sorted(Query query, Translation translation) {
    Clause clause = sorting(query, translation);
    List<Found> found = calls.read(session -> sorted(session, clause, most(query)));
    long odd = found.stream().filter(Found::unsure).count();
    return odd < MOST_ODD
        ? Optional.of(new Answer(new Once(found), Optional.empty(), odd == 0, false))
        : Optional.empty();
  }

  private List<Found> sorted(Session session, Clause clause, long most) throws SQLException {
    PreparedStatement statement = session.statement(clause.sql());
    bindSorting(statement, clause, most);
    return read(statement, most);
  }

  private void bindSorting(PreparedStatement statement, Clause clause, long most)
      throws SQLException {
    int at = clause.bind(statement, 1);
    statement.setLong(at++, place.clock().millis());
    statement.setLong(at, most + MOST_ODD);
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
        indexes().hit(plan.get().index());
        return count;
      }
    }
    Translation translation = translation(where);
    if (where.isEmpty() || translation.residual().isPresent()) {
      return OptionalLong.empty();
    }
    Clause said = translation.clause();
    Clause counting = new Clause(place.sql().count(said.sql()), said.parameters());
    return calls.read(session -> count(session, counting));
  }

  private Clause counting(IndexPlan plan) {
    String sql = plan.counting(indexes().quotedTable(), indexes().words());
    return new Clause(sql, plan.main().parameters());
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

  // ---- explaining

  /** What binds the parameters of a statement that is explained. */
  @FunctionalInterface
  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  @Override
  public Explanation explain(Query query) {
    return plan(query).map(this::explainIndex).orElseGet(() -> explainAll(query));
  }

  private Explanation explainIndex(IndexPlan plan) {
    Clause clause = byIndex(plan, MOST_FOUND);
    List<String> lines = new ArrayList<>();
    long odd =
        calls.read(
            session -> {
              lines.clear(); // it may be run again
              lines.addAll(explained(session, clause, statement -> bindByIndex(statement, clause)));
              return counted(session, plan.countingOdd(indexes().quotedTable(), indexes().words()));
            });
    boolean used = lines.stream().anyMatch(line -> line.contains(plan.index().name()));
    lines.add(besides(odd, "odd to the index"));
    return new Explanation(
        Support.NATIVE,
        used ? List.of(plan.index().definition().name()) : List.of(),
        plan.pushedDown(),
        plan.residual(),
        plan.isOrdered(),
        OptionalLong.empty(),
        lines);
  }

  private Explanation explainAll(Query query) {
    Translation translation = translation(query.where());
    boolean sorted = isSortedThere(query, translation);
    Clause said = translation.clause();
    Clause clause =
        sorted
            ? sorting(query, translation)
            : new Clause(place.sql().found(said.sql()), said.parameters());
    Binding binding =
        sorted
            ? statement -> bindSorting(statement, clause, MOST_FOUND)
            : statement -> FoundRows.bind(statement, place, clause, "", MOST_FOUND);
    List<String> lines = new ArrayList<>();
    long unseen =
        calls.read(
            session -> {
              lines.clear(); // it may be run again
              lines.addAll(explained(session, clause, binding));
              return counted(session, place.sql().countUnseen());
            });
    if (translation.pushedDown().isPresent()) {
      lines.add(besides(unseen, "out of the engine's sight"));
    }
    return new Explanation(
        translation.pushedDown().isPresent() || sorted ? Support.NATIVE : Support.EMULATED,
        List.of(),
        translation.pushedDown(),
        translation.residual(),
        query.order().isEmpty() || sorted,
        OptionalLong.empty(),
        lines);
  }

  /** Says what the runtime looks at besides. */
  private static String besides(long count, String what) {
    return count == 0
        ? "no row is " + what
        : count + (count == 1 ? " row is " : " rows are ") + what + ", and looked at besides";
  }

  private long counted(Session session, String sql) throws SQLException {
    PreparedStatement statement = session.statement(sql);
    statement.setLong(1, place.clock().millis());
    try (ResultSet row = statement.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private List<String> explained(Session session, Clause clause, Binding binding)
      throws SQLException {
    List<String> lines = new ArrayList<>();
    try (PreparedStatement statement =
        session.connection().prepareStatement(place.dialect().explaining() + clause.sql())) {
      binding.bind(statement);
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
