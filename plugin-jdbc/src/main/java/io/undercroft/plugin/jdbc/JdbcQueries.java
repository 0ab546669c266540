package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexing;
import io.undercroft.spi.Queries;
import io.undercroft.storage.StorageException;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Supplier;

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

  private List<JdbcIndexes.Kept> kept() {
    return fresh ? indexes().current() : indexes().known();
  }

  private Optional<IndexPlan> plan(Query query) {
    List<JdbcIndexes.Kept> known =
        kept().stream().filter(index -> !SideWords.isBeside(index.definition())).toList();
    return known.isEmpty()
        ? Optional.empty()
        : IndexPlan.of(query, known, indexes().words(), place.dialect()::notation);
  }

  /**
   * Asks by an index of the table; empty if others have removed it meanwhile. A transaction, which
   * fails with what it asks, does not use it again.
   */
  private <R> Optional<R> ifThere(JdbcIndexes.Kept index, Supplier<Optional<R>> asking) {
    try {
      return asking.get();
    } catch (StorageException e) {
      indexes().forget(index);
      if (fresh && !indexes().refresh().contains(index)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private JdbcIndexes indexes() {
    return Objects.requireNonNull(place.indexes());
  }

  private IndexWords words(IndexPlan plan) {
    return indexes().words().by(plan.index());
  }

  private Clause byIndex(IndexPlan plan, long most) {
    String sql = plan.sql(indexes().quotedTable(), words(plan), most, MOST_ODD);
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

  // ---- by words and places

  /** What is asked of an index beside the table, and leads to it. */
  private record Beside(JdbcIndexes.Kept index, Asked asked) {}

  /** A way by an index beside the table. */
  private sealed interface Asked {}

  /** By words. */
  private record ByWords(WordSearch search, Indexing.Search part) implements Asked {}

  /** By places. */
  private record ByPlaces(AreaSearch search) implements Asked {}

  /** Returns the way by an index beside the table; others may have made it a moment ago. */
  private Optional<Beside> beside(Optional<Condition> where) {
    if (where.filter(JdbcQueries::needsBeside).isEmpty()) {
      return Optional.empty();
    }
    Optional<SideIndexes> side = indexes().side();
    Optional<Beside> way = side.flatMap(known -> beside(where, kept(), known));
    return way.isEmpty() && fresh
        ? side.flatMap(known -> beside(where, indexes().refresh(), known))
        : way;
  }

  private static boolean needsBeside(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().anyMatch(JdbcQueries::needsBeside);
    } else if (condition instanceof Condition.Any any) {
      return any.conditions().stream().anyMatch(JdbcQueries::needsBeside);
    }
    return condition instanceof Condition.Comparison one
        && switch (one.operator()) {
          case SEARCH, NEAR, WITHIN -> true;
          default -> false;
        };
  }

  private Optional<Beside> beside(
      Optional<Condition> where, List<JdbcIndexes.Kept> known, SideIndexes side) {
    Optional<Indexing.Search> search = side.indexing().search(where);
    if (search.isPresent()) {
      return known.stream()
          .filter(index -> SideWords.isFulltext(index.definition()))
          .filter(index -> IndexWords.fields(index.definition()).containsAll(search.get().fields()))
          .min(Comparator.comparingInt(index -> index.definition().fields().size()))
          .map(index -> new Beside(index, byWords(side, index, search.get())));
    }
    return AreaSearch.of(where, known, side)
        .map(area -> new Beside(area.index(), new ByPlaces(area)));
  }

  private Asked byWords(SideIndexes side, JdbcIndexes.Kept index, Indexing.Search search) {
    return new ByWords(new WordSearch(calls, table, place, side, index, search), search);
  }

  /** Asks an index; empty if others have removed it meanwhile. */
  private <R> Optional<R> ask(Beside way, Supplier<R> asking) {
    try {
      return Optional.of(asking.get());
    } catch (StorageException e) {
      if (fresh && !indexes().refresh().contains(way.index())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<Answer> byBeside(Query query) {
    return beside(query.where()).flatMap(way -> ask(way, () -> answer(query, way)));
  }

  private Answer answer(Query query, Beside way) {
    indexes().hit(way.index());
    if (way.asked() instanceof ByWords words) {
      Optional<Condition> rest = words.part().rest();
      boolean best = query.order().isEmpty();
      long most = best && rest.isEmpty() ? most(query) : Long.MAX_VALUE;
      return new Answer(words.search().found(most), rest, best, false);
    }
    AreaSearch area = ((ByPlaces) way.asked()).search();
    indexes().side().ifPresent(side -> side.catchUpIfPossible(calls, area.index()));
    return new Answer(
        new FoundRows(calls, table, place, among(area), Long.MAX_VALUE),
        query.where(),
        false,
        false);
  }

  private Clause among(AreaSearch area) {
    return new Clause(place.sql().foundAmong(area.clause().sql()), area.clause().parameters());
  }

  @Override
  public boolean isSpatial(String field) {
    return kept().stream().anyMatch(index -> AreaSearch.isOf(index, field));
  }

  // ---- by looking at all

  private Translation translation(Optional<Condition> where) {
    return Translation.of(where, place.dialect()::notation);
  }

  @Override
  public Answer query(Query query) {
    return byBeside(query)
        .or(() -> plan(query).flatMap(plan -> ifThere(plan.index(), () -> byIndex(query, plan))))
        .orElseGet(() -> all(query));
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
        new FoundRows(calls, table, place, found(translation), some ? most(query) : Long.MAX_VALUE),
        translation.residual(),
        inOrder,
        false);
  }

  private Clause found(Translation translation) {
    Clause said = translation.clause();
    return new Clause(place.sql().found(said.sql()), said.parameters());
  }

  /** The engine sorts where only a few are wanted; all of them are sorted by the runtime. */
  private boolean isSortedThere(Query query, Translation translation) {
    return !query.order().isEmpty()
        && translation.residual().isEmpty()
        && most(query) <= MOST_FOUND
        && query.order().stream().map(Order::field).allMatch(indexes().words()::finds);
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
    Optional<OptionalLong> words =
        beside(where)
            .filter(way -> way.asked() instanceof ByWords one && one.part().rest().isEmpty())
            .flatMap(way -> ask(way, () -> count(way)));
    if (words.isPresent()) {
      return words.get();
    }
    return where.isEmpty()
        ? OptionalLong.empty()
        : first(rows(where), rows -> calls.read(session -> count(session, rows)))
            .orElse(OptionalLong.empty());
  }

  /** Returns the rows that match, by an index and by looking at all, as far as that is exact. */
  private List<Rows> rows(Optional<Condition> where) {
    List<Rows> ways = new ArrayList<>();
    plan(where.map(Query::where).orElse(Query.all()))
        .filter(way -> way.residual().isEmpty())
        .map(way -> way.rows(indexes().quotedTable(), words(way)))
        .ifPresent(ways::add);
    Translation translation = translation(where);
    if (translation.residual().isEmpty()) {
      ways.add(place.sql().rows(translation.clause()));
    }
    return ways;
  }

  /** Returns what the first of several ways gives that gives anything. */
  private <R> Optional<R> first(List<Rows> ways, Function<Rows, Optional<R>> asking) {
    for (Rows rows : ways) {
      Optional<R> result =
          rows.index().isEmpty()
              ? asking.apply(rows)
              : ifThere(rows.index().get(), () -> asking.apply(rows));
      if (result.isPresent()) {
        rows.index().ifPresent(indexes()::hit);
        return result;
      }
    }
    return Optional.empty();
  }

  private OptionalLong count(Beside way) {
    indexes().hit(way.index());
    return OptionalLong.of(((ByWords) way.asked()).search().count());
  }

  /** Returns the number, unless there is what the engine could not tell. */
  private Optional<OptionalLong> count(Session session, Rows rows) throws SQLException {
    PreparedStatement statement = session.statement(rows.counting());
    long now = place.clock().millis();
    int at = rows.said().bind(statement, 1);
    statement.setLong(at++, now);
    statement.setLong(at, now);
    try (ResultSet row = statement.executeQuery()) {
      return row.next() && !row.getBoolean(2)
          ? Optional.of(OptionalLong.of(row.getLong(1)))
          : Optional.empty();
    }
  }

  /** Groups and counts are made there, of what the leading conditions find. */
  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    List<Pipeline.Stage> stages = pipeline.stages();
    List<Condition> leading = new ArrayList<>();
    while (leading.size() < stages.size()
        && stages.get(leading.size()) instanceof Pipeline.Match match) {
      leading.add(match.condition());
    }
    if (leading.size() == stages.size()) {
      return Optional.empty();
    }
    Optional<Condition> where =
        leading.size() < 2 ? leading.stream().findFirst() : Optional.of(new Condition.All(leading));
    Pipeline.Stage next = stages.get(leading.size());
    Optional<List<Map<String, Object>>> documents =
        next instanceof Pipeline.Group group
            ? grouped(where, group)
            : next instanceof Pipeline.Count count ? counted(where, count) : Optional.empty();
    return documents.map(all -> new Aggregated(all, leading.size() + 1));
  }

  private Optional<List<Map<String, Object>>> grouped(
      Optional<Condition> where, Pipeline.Group group) {
    return where.filter(JdbcQueries::needsBeside).isPresent()
        ? Optional.empty()
        : Groups.of(group, place.dialect().groupWords())
            .flatMap(
                groups ->
                    first(
                        rows(where),
                        rows -> calls.read(session -> groups.of(session, rows, place.clock()))));
  }

  private Optional<List<Map<String, Object>>> counted(
      Optional<Condition> where, Pipeline.Count count) {
    OptionalLong known = where.isEmpty() ? OptionalLong.of(table.size()) : count(where);
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(
            known.getAsLong() == 0 ? List.of() : List.of(Map.of(count.as(), known.getAsLong())));
  }

  // ---- explaining

  /** What binds the parameters of a statement that is explained. */
  @FunctionalInterface
  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  @Override
  public Explanation explain(Query query) {
    return beside(query.where())
        .flatMap(way -> ask(way, () -> explain(query, way)))
        .or(
            () ->
                plan(query)
                    .flatMap(plan -> ifThere(plan.index(), () -> Optional.of(explainIndex(plan)))))
        .orElseGet(() -> explainAll(query));
  }

  private Explanation explain(Query query, Beside way) {
    List<String> lines = new ArrayList<>();
    Optional<Condition> pushed;
    Optional<Condition> rest;
    Optional<Clause> clause;
    Binding binding;
    if (way.asked() instanceof ByWords words) {
      clause = words.search().clause();
      binding = statement -> words.search().bind(statement, clause.orElseThrow(), MOST_FOUND);
      pushed = Optional.of(words.part().searched());
      rest = words.part().rest();
    } else {
      AreaSearch area = ((ByPlaces) way.asked()).search();
      Clause among = among(area);
      clause = Optional.of(among);
      binding = statement -> FoundRows.bind(statement, place, among, "", MOST_FOUND);
      pushed = Optional.of(area.area());
      rest = query.where();
    }
    clause.ifPresentOrElse(
        asked -> lines.addAll(calls.read(session -> explained(session, asked, binding))),
        () -> lines.add("there is no word to find"));
    return new Explanation(
        Support.NATIVE,
        List.of(way.index().definition().name()),
        pushed,
        rest,
        way.asked() instanceof ByWords && query.order().isEmpty(),
        OptionalLong.empty(),
        lines);
  }

  private Explanation explainIndex(IndexPlan plan) {
    Clause clause = byIndex(plan, MOST_FOUND);
    List<String> lines = new ArrayList<>();
    long odd =
        calls.read(
            session -> {
              lines.clear(); // it may be run again
              lines.addAll(explained(session, clause, statement -> bindByIndex(statement, clause)));
              return counted(session, plan.countingOdd(indexes().quotedTable(), words(plan)));
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
    Clause clause = sorted ? sorting(query, translation) : found(translation);
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
        while (rows.next()) {
          lines.add(place.dialect().explained(rows));
        }
      }
    }
    return lines;
  }
}
