package io.undercroft.plugin.jdbc;

import io.undercroft.storage.query.Pipeline;
import java.math.BigDecimal;
import java.math.MathContext;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One group stage in the words of an engine. */
final class Groups {
  /** More groups are made by the runtime, which bounds what it holds. */
  private static final int MOST = 10_000;

  private static final int MOST_FIELDS = 20;
  private static final int FIRST = 4;

  private final GroupWords words;
  private final Pipeline.Group group;
  private final List<String> by;
  private final List<String> columns = new ArrayList<>();
  private final List<String> fields = new ArrayList<>();
  private final int keys;

  private Groups(GroupWords words, Pipeline.Group group) {
    this.words = words;
    this.group = group;
    this.by =
        group.by() instanceof Pipeline.ByField one
            ? List.of(one.field())
            : group.by() instanceof Pipeline.ByFields several
                ? List.copyOf(several.fields().values())
                : List.of();
    for (String field : by) {
      fields.add(field);
      columns.addAll(words.columns(field));
    }
    keys = columns.size();
    for (Pipeline.Accumulator each : group.accumulators().values()) {
      each.field().ifPresent(fields::add);
      columns.addAll(columns(each));
    }
  }

  /** Returns the words for a stage, if it can be said exactly. */
  static Optional<Groups> of(Pipeline.Group group, GroupWords words) {
    try {
      Groups groups = new Groups(words, group);
      return Optional.of(groups)
          .filter(each -> each.fields.size() <= MOST_FIELDS)
          .filter(each -> each.fields.stream().allMatch(Notation::isPlain));
    } catch (Notation.Unsayable e) {
      return Optional.empty();
    }
  }

  private List<String> columns(Pipeline.Accumulator each) {
    String field = each.field().orElse("");
    return switch (each.function()) {
      case COUNT -> List.of();
      case SUM, AVG -> words.sum(field);
      case MIN -> words.extreme(field, false);
      case MAX -> words.extreme(field, true);
      case FIRST, LAST, PUSH, ADD_TO_SET -> throw new Notation.Unsayable();
    };
  }

  /**
   * Returns the statement: bound are now, said, now. There is one row without a group if there are
   * none.
   */
  private String sql(Rows rows) {
    StringBuilder names = new StringBuilder();
    StringBuilder select = new StringBuilder("SELECT count(*) AS n, ");
    select.append(fields.isEmpty() ? "0" : words.odd(fields)).append(" AS odd");
    for (int i = 0; i < columns.size(); i++) {
      select.append(", ").append(columns.get(i)).append(" AS c").append(i);
      names.append(", g.c").append(i);
    }
    select.append(" FROM ").append(rows.from());
    if (keys > 0) {
      select.append(" GROUP BY ").append(places(keys, 3, ""));
    }
    return "SELECT u.unsure, g.n, g.odd"
        + names
        + " FROM (SELECT "
        + rows.isAnyBesides()
        + " AS unsure) AS u LEFT JOIN ("
        + select
        + " HAVING count(*) > 0) AS g ON 1 = 1"
        + (keys > 0 ? " ORDER BY " + places(keys, FIRST, "") : "")
        + " LIMIT "
        + (MOST + 1);
  }

  private static String places(int count, int first, String prefix) {
    return String.join(
        ", ", IntStream.range(first, first + count).mapToObj(at -> prefix + at).toList());
  }

  /** Groups; empty if that is too much, or not exact. */
  Optional<List<Map<String, Object>>> of(Session session, Rows rows, Clock clock)
      throws SQLException {
    PreparedStatement statement = session.statement(sql(rows));
    long now = clock.millis();
    statement.setLong(1, now);
    int at = rows.said().bind(statement, 2);
    statement.setLong(at, now);
    List<Map<String, Object>> documents = new ArrayList<>();
    try (ResultSet row = statement.executeQuery()) {
      while (row.next()) {
        if (row.getBoolean(1) || row.getLong(3) > 0 || documents.size() == MOST) {
          return Optional.empty();
        }
        if (row.getLong(2) > 0) {
          documents.add(document(row));
        }
      }
      return Optional.of(documents);
    } catch (Notation.Unsayable e) {
      return Optional.empty();
    }
  }

  private Map<String, Object> document(ResultSet row) throws SQLException {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put(Pipeline.ID, id(row));
    int at = FIRST + keys;
    for (Map.Entry<String, Pipeline.Accumulator> each : group.accumulators().entrySet()) {
      document.put(each.getKey(), result(row, at, each.getValue()));
      at += columns(each.getValue()).size();
    }
    return document;
  }

  private @Nullable Object id(ResultSet row) throws SQLException {
    List<@Nullable Object> values = new ArrayList<>();
    int at = FIRST;
    for (String field : by) {
      values.add(words.value(row, at));
      at += words.columns(field).size();
    }
    if (!(group.by() instanceof Pipeline.ByFields several)) {
      return values.isEmpty() ? null : values.get(0);
    }
    Map<String, @Nullable Object> id = new LinkedHashMap<>();
    several.fields().keySet().forEach(name -> id.put(name, values.get(id.size())));
    return id;
  }

  private @Nullable Object result(ResultSet row, int at, Pipeline.Accumulator what)
      throws SQLException {
    return switch (what.function()) {
      case COUNT -> row.getLong(2);
      case SUM -> GroupWords.canonical(words.sum(row, at).sum());
      case AVG -> mean(words.sum(row, at));
      case MIN -> words.extreme(row, at, false);
      case MAX -> words.extreme(row, at, true);
      case FIRST, LAST, PUSH, ADD_TO_SET -> throw new Notation.Unsayable();
    };
  }

  private static @Nullable Object mean(GroupWords.Sum of) {
    return of.count() == 0
        ? null
        : GroupWords.canonical(
            of.sum().divide(BigDecimal.valueOf(of.count()), MathContext.DECIMAL128));
  }
}
