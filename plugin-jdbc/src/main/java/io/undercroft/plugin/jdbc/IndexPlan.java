package io.undercroft.plugin.jdbc;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A query by one index: the rows that it leads to, in order if it can, and those that are odd to
 * it.
 *
 * @param index the index
 * @param main what a row that is not odd must meet
 * @param order the order of these; empty if the index does not give it
 * @param pushedDown the part of the condition that this is
 * @param residual the rest
 */
record IndexPlan(
    JdbcIndexes.Kept index,
    Clause main,
    String order,
    Optional<Condition> pushedDown,
    Optional<Condition> residual) {
  private static final Map<Operator, String> SIGNS =
      Map.of(
          Operator.EQ,
          "=",
          Operator.GT,
          ">",
          Operator.GTE,
          ">=",
          Operator.LT,
          "<",
          Operator.LTE,
          "<=");

  /** Returns the best way by an index, if there is one. */
  static Optional<IndexPlan> of(
      Query query, List<JdbcIndexes.Kept> indexes, IndexWords words, Supplier<Notation> notations) {
    List<Condition> parts =
        query
            .where()
            .map(where -> where instanceof Condition.All all ? all.conditions() : List.of(where))
            .orElse(List.of());
    IndexPlan best = null;
    int most = 0;
    for (JdbcIndexes.Kept index : indexes) {
      int worth = worth(query, parts, index.definition());
      if (worth > most) {
        Optional<IndexPlan> plan = by(index, query, parts, words, notations);
        if (plan.isPresent()) {
          best = plan.get();
          most = worth;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static int worth(Query query, List<Condition> parts, IndexDefinition index) {
    List<String> fields = IndexWords.fields(index);
    int equal = 0;
    while (equal < fields.size() && asks(parts, fields.get(equal), true)) {
      equal++;
    }
    boolean more = equal < fields.size();
    boolean range = more && asks(parts, fields.get(equal), false);
    boolean ordered =
        more
            && !query.order().isEmpty()
            && query.limit().isPresent()
            && query.order().get(0).field().equals(fields.get(equal));
    boolean found =
        parts.stream().anyMatch(part -> single(part) != null && isNotNull(part, fields));
    return index.sparse() && !found ? 0 : equal * 10 + (range ? 5 : 0) + (ordered ? 3 : 0);
  }

  private static boolean asks(List<Condition> parts, String field, boolean equal) {
    for (Condition part : parts) {
      Condition.Comparison one = single(part);
      if (one != null && one.field().equals(field) && (one.operator() == Operator.EQ) == equal) {
        return true;
      }
    }
    return false;
  }

  /** A comparison whose value an index can be asked for. */
  private static Condition.@Nullable Comparison single(Condition part) {
    if (!(part instanceof Condition.Comparison one) || !SIGNS.containsKey(one.operator())) {
      return null;
    }
    Object value = one.value().orElse(null);
    boolean may =
        value == null
            ? one.operator() == Operator.EQ
            : value instanceof Number
                || value instanceof Boolean
                || (value instanceof String text && Notation.isPlain(text));
    return may ? one : null;
  }

  private static boolean isNotNull(Condition part, List<String> fields) {
    return part instanceof Condition.Comparison one
        && one.value().isPresent()
        && fields.contains(one.field());
  }

  private static Optional<IndexPlan> by(
      JdbcIndexes.Kept index,
      Query query,
      List<Condition> parts,
      IndexWords engine,
      Supplier<Notation> notations) {
    List<String> fields = IndexWords.fields(index.definition());
    IndexWords words = engine.by(index);
    Binds binds = new Binds();
    List<String> tests = new ArrayList<>();
    List<Condition> asked = new ArrayList<>();
    List<Condition> others = new ArrayList<>();
    for (Condition part : parts) {
      Condition.Comparison one = single(part);
      String test = one == null ? null : test(one, fields, words, binds);
      if (test == null) {
        others.add(part);
      } else {
        asked.add(part);
        tests.add(test);
      }
    }
    if (index.definition().sparse()) {
      tests.add(words.present(fields));
    }
    if (index.definition().unique()) {
      tests.add(words.sight().seen());
    }
    Clause said = tests.isEmpty() ? Clause.EVERYTHING : binds.clause(String.join(" AND ", tests));
    Translation more = Translation.of(all(others), notations);
    more.pushedDown().ifPresent(asked::add);
    return Optional.of(
        new IndexPlan(
            index,
            more.said().map(said::and).orElse(said),
            order(query, fields, words),
            more.residual().isEmpty() ? query.where() : all(asked),
            more.residual()));
  }

  private static Optional<Condition> all(List<Condition> parts) {
    return parts.isEmpty() ? Optional.empty() : Optional.of(new Condition.All(parts));
  }

  private static @Nullable String test(
      Condition.Comparison one, List<String> fields, IndexWords words, Binds binds) {
    String sign = SIGNS.get(one.operator());
    if (sign == null || !fields.contains(one.field())) {
      return null;
    }
    try {
      return words.test(one.field(), sign, one.value().orElse(null), binds);
    } catch (Notation.Unsayable e) {
      return null;
    }
  }

  /** Fields that are not odd have a value that the index compares as queries do. */
  private static String order(Query query, List<String> fields, IndexWords words) {
    boolean gives =
        !query.order().isEmpty()
            && query.order().stream().allMatch(step -> fields.contains(step.field()));
    return gives ? words.ordered(query.order()) + ", entry_key" : "";
  }

  /** Returns whether the rows that it leads to come in the order of the query. */
  boolean isOrdered() {
    return residual.isEmpty() && !order.isEmpty();
  }

  /** Returns what it leads to, to be counted or grouped. */
  Rows rows(String table, IndexWords words) {
    return new Rows(found(table, words), odd(table, words), main, Optional.of(index));
  }

  private String found(String table, IndexWords words) {
    return table + " WHERE " + main.sql() + " AND " + words.notOdd(fields()) + " AND " + Sql.LIVE;
  }

  private String odd(String table, IndexWords words) {
    return table + " WHERE " + words.odd(fields()) + " AND " + Sql.LIVE;
  }

  /** Returns the statement that counts what is odd: bound is now. */
  String countingOdd(String table, IndexWords words) {
    return "SELECT count(*) FROM " + odd(table, words);
  }

  private List<String> fields() {
    return IndexWords.fields(index.definition());
  }

  /**
   * Returns the statement: bound are main, now, now. Whether a row is odd stands in the last
   * column. The limits are not bound: PostgreSQL would make a plan for each anew, which takes
   * longer than to run it.
   */
  String sql(String table, IndexWords words, long most, int mostOdd) {
    return "SELECT * FROM (SELECT "
        + Sql.ENTRY
        + ", 1 = 0 AS odd FROM "
        + found(table, words)
        + (order.isEmpty() ? "" : " ORDER BY " + order)
        + " LIMIT "
        + most
        + ") AS m UNION ALL SELECT * FROM (SELECT "
        + Sql.ENTRY
        + ", 1 = 1 AS odd FROM "
        + odd(table, words)
        + words.oddOrder()
        + " LIMIT "
        + mostOdd
        + ") AS o";
  }
}
