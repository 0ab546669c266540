package io.undercroft.runtime.query;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The order of a query's results: by the values of fields, or by score, or by distance, and then by
 * key.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Ordering {
  private static final String BY_SCORE = "score";

  private final List<Path> paths;
  private final boolean[] descending;
  private final boolean byScore;
  private final @Nullable Distance distance;

  /** How far the nearest point at a path is from a place. */
  private record Distance(Path path, Point from) {
    private @Nullable Object of(@Nullable Object document) {
      double[] least = {Double.NaN};
      path.leadsTo(
          document,
          true,
          found -> {
            Point point = Point.of(found);
            if (point != null) {
              double metres = from.metresTo(point);
              least[0] = least[0] <= metres ? least[0] : metres;
            }
            return false;
          });
      return Double.isNaN(least[0]) ? null : Values.ofCondition(least[0]);
    }

    @Override
    public String toString() {
      return path.text() + " from " + from.longitude() + "," + from.latitude();
    }
  }

  /** By key where nothing else decides. */
  final Comparator<Place> comparator =
      (left, right) -> {
        int compared = compareValues(left.values(), right.values());
        return compared != 0 ? compared : Values.compareTexts(left.key(), right.key());
      };

  private Ordering(List<Order> steps, boolean byScore, @Nullable Distance distance) {
    this.paths = steps.stream().map(step -> Path.of(step.field())).toList();
    this.byScore = byScore;
    this.distance = distance;
    this.descending = new boolean[byScore || distance != null ? 1 : steps.size()];
    for (int i = 0; i < descending.length; i++) {
      descending[i] = byScore || (distance == null && steps.get(i).descending());
    }
  }

  /**
   * Returns the order of a query: its own; else, if it searches, by score; else, if it asks what is
   * near, by distance; else by key.
   */
  static Ordering of(Query query) {
    boolean searches =
        query.order().isEmpty() && query.where().filter(Ordering::searches).isPresent();
    Distance distance =
        distance(query)
            .map(near -> new Distance(Path.of(near.field()), Area.of(near).requireCentre()))
            .orElse(null);
    return new Ordering(query.order(), searches, distance);
  }

  /** Returns the order of a stage. */
  static Ordering of(List<Order> steps) {
    return new Ordering(steps, false, null);
  }

  /** Returns the {@code near} by whose distance a query is ordered: the first that must hold. */
  static Optional<Condition.Comparison> distance(Query query) {
    return query
        .where()
        .filter(where -> query.order().isEmpty() && !searches(where))
        .flatMap(Ordering::near);
  }

  private static Optional<Condition.Comparison> near(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().flatMap(inner -> near(inner).stream()).findFirst();
    }
    return condition instanceof Condition.Comparison comparison
            && comparison.operator() == Operator.NEAR
        ? Optional.of(comparison)
        : Optional.empty();
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
    if (distance != null) {
      wanted.add(distance.path());
    }
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
    if (distance != null) {
      values.add(distance.of(document));
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
    if (distance != null) {
      return List.of("+distance(" + distance + ")");
    }
    List<String> signature = new ArrayList<>();
    for (int i = 0; i < descending.length; i++) {
      signature.add((descending[i] ? "-" : "+") + paths.get(i).text());
    }
    return signature;
  }

  /** A place that nothing stands at any more, perhaps. */
  record Position(List<@Nullable Object> values, String key) implements Place {}
}
