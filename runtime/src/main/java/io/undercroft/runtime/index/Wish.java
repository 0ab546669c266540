package io.undercroft.runtime.index;

import io.undercroft.runtime.query.Path;
import io.undercroft.runtime.query.Values;
import io.undercroft.storage.query.Condition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one part of a condition asks of one field, as far as an index can tell: one of some values,
 * or a value in a range.
 *
 * @param field the path
 * @param points the values, ascending and different; empty if it is a range
 * @param range the range, if it is one
 * @param part the number of the part
 * @param proves whether exactly the entries match the part that the index finds by it
 */
record Wish(
    String field, List<@Nullable Object> points, @Nullable Range range, int part, boolean proves) {
  /** Returns the parts that must all hold. */
  static List<Condition> parts(Condition where) {
    List<Condition> parts = new ArrayList<>();
    flatten(where, parts);
    return parts;
  }

  private static void flatten(Condition condition, List<Condition> into) {
    if (condition instanceof Condition.All all) {
      all.conditions().forEach(inner -> flatten(inner, into));
    } else {
      into.add(condition);
    }
  }

  /** Returns what these parts ask. */
  static List<Wish> of(List<Condition> parts) {
    List<Wish> wishes = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      add(parts.get(i), "", i, wishes);
    }
    return wishes;
  }

  private static void add(Condition condition, String prefix, int part, List<Wish> into) {
    if (condition instanceof Condition.Comparison comparison) {
      add(comparison, prefix, part, into);
    } else if (condition instanceof Condition.Nested nested
        && (prefix.isEmpty() || !isIndexed(nested.field()))) {
      for (Condition inner : parts(nested.inner())) {
        add(inner, prefix + nested.field() + ".", part, into);
      }
    }
  }

  private static void add(
      Condition.Comparison comparison, String prefix, int part, List<Wish> into) {
    boolean nested = !prefix.isEmpty();
    Object value = Values.ofCondition(comparison.value().orElse(null));
    String field = prefix + comparison.field();
    Wish wish =
        switch (comparison.operator()) {
          case EQ -> new Wish(field, points(Collections.singletonList(value)), null, part, !nested);
          case IN -> new Wish(field, points(value), null, part, !nested);
          case GT, GTE, LT, LTE ->
              new Wish(field, List.of(), Range.of(comparison.operator(), value), part, !nested);
          default -> null;
        };
    if (wish == null) {
      return;
    }
    // In an element that is an array itself, names mean other things than on the way through it.
    if (!nested || (wish.needsField() && !isIndexed(comparison.field()))) {
      into.add(wish);
    }
  }

  private static boolean isIndexed(String path) {
    int dot = path.indexOf('.');
    return Path.isIndex(dot < 0 ? path : path.substring(0, dot));
  }

  private static List<@Nullable Object> points(@Nullable Object values) {
    List<@Nullable Object> sorted = new ArrayList<>();
    if (values instanceof List<?> list) {
      sorted.addAll(list);
    }
    sorted.sort(Values::compare);
    List<@Nullable Object> points = new ArrayList<>(sorted.size());
    for (Object value : sorted) {
      if (points.isEmpty() || Values.compare(points.get(points.size() - 1), value) != 0) {
        points.add(value);
      }
    }
    return points;
  }

  boolean isRange() {
    return range != null;
  }

  /** Returns whether an entry without the field, or with null there, never grants it. */
  boolean needsField() {
    int none = Values.rank(null);
    return range != null
        ? range.rank() != none
        : points.stream().allMatch(point -> Values.rank(point) != none);
  }
}
