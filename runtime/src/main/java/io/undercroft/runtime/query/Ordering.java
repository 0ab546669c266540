package io.undercroft.runtime.query;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The order of a query's results: by the values of fields, or by score, and then by key.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Ordering {
  private static final String BY_SCORE = "score";

  private final List<Path> paths;
  private final boolean[] descending;
  private final boolean byScore;

  /** By key where nothing else decides. */
  final Comparator<Place> comparator =
      (left, right) -> {
        int compared = compareValues(left.values(), right.values());
        return compared != 0 ? compared : Values.compareTexts(left.key(), right.key());
      };

  private Ordering(List<Order> steps, boolean byScore) {
    this.paths = steps.stream().map(step -> Path.of(step.field())).toList();
    this.byScore = byScore;
    this.descending = new boolean[byScore ? 1 : steps.size()];
    for (int i = 0; i < descending.length; i++) {
      descending[i] = byScore || steps.get(i).descending();
    }
  }

  /** Returns the order of a query; by key if it has none and does not search. */
  static Ordering of(Query query) {
    boolean searches =
        query.order().isEmpty() && query.where().filter(Ordering::searches).isPresent();
    return new Ordering(query.order(), searches);
  }

  /** Returns the order of a stage. */
  static Ordering of(List<Order> steps) {
    return new Ordering(steps, false);
  }

  private static boolean searches(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().anyMatch(Ordering::searches);
    } else if (condition instanceof Condition.Any any) {
      return any.conditions().stream().anyMatch(Ordering::searches);
    }
    return condition instanceof Condition.Comparison comparison
        && comparison.operator() == Operator.SEARCH;
  }

  /** Returns whether it is by key alone. */
  boolean isByKey() {
    return descending.length == 0;
  }

  void addTo(Wanted wanted) {
    paths.forEach(wanted::add);
  }

  /** Returns the values that decide. */
  List<@Nullable Object> values(@Nullable Object document, OptionalDouble score) {
    if (isByKey()) {
      return List.of();
    }
    List<@Nullable Object> values = new ArrayList<>(descending.length);
    if (byScore) {
      values.add(Values.ofCondition(score.isPresent() ? score.getAsDouble() : null));
    }
    for (Path path : paths) {
      Object value = path.valueIn(document);
      values.add(value == Values.MISSING ? null : value);
    }
    return values;
  }

  private int compareValues(List<@Nullable Object> left, List<@Nullable Object> right) {
    for (int i = 0; i < descending.length; i++) {
      int compared = Values.compare(left.get(i), right.get(i));
      if (compared != 0) {
        return descending[i] ? -compared : compared;
      }
    }
    return 0;
  }

  /** Returns what tells this order from others: paths with signs. */
  List<String> signature() {
    if (byScore) {
      return List.of("-" + BY_SCORE + "()");
    }
    List<String> signature = new ArrayList<>();
    for (int i = 0; i < descending.length; i++) {
      signature.add((descending[i] ? "-" : "+") + paths.get(i).text());
    }
    return signature;
  }

  /** Where something stands in an order. */
  interface Place {
    /** Returns the values that decide, as many as the order has steps. */
    List<@Nullable Object> values();

    /** Returns the key, which decides last. */
    String key();
  }

  /** A place that nothing stands at any more, perhaps. */
  record Position(List<@Nullable Object> values, String key) implements Place {}
}
