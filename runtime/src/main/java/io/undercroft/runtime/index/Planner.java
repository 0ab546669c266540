package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.index.Plan.Sorting;
import io.undercroft.runtime.query.Area;
import io.undercroft.runtime.query.Evaluation;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the best way through the indexes: the one by which the fewest entries are looked at. An
 * index counts exactly what lies in a range, so that nothing about the data has to be guessed but
 * how many of the entries found match what the index cannot tell.
 */
final class Planner {
  private static final int MOST_SPANS = 1_000;
  private static final int MOST_WAYS = 100;
  private static final long MOST_SORTED = 1_000;
  private static final long MOST_SORTED_IN_SPANS = 10_000;

  /** Of so many entries, one is taken to match what an index cannot tell. */
  private static final long GUESS = 10;

  private static final Comparator<Plan> BEST =
      Comparator.comparingLong(Plan::examined)
          .thenComparing(plan -> plan.sorting() == null)
          .thenComparing(plan -> plan.rest().size())
          .thenComparing(plan -> plan.kept().shape.width())
          .thenComparing(plan -> plan.kept().name());

  private Planner() {}

  /**
   * What came of planning.
   *
   * @param best the way to take; empty if a scan is no worse
   * @param considered the indexes that were of use
   */
  record Choice(Optional<Plan> best, List<Kept> considered) {
    private static final Choice NONE = new Choice(Optional.empty(), List.of());
  }

  static Choice choose(Query query, List<Kept> indexes) {
    List<Condition> parts = query.where().map(Wish::parts).orElse(List.of());
    if (parts.stream().anyMatch(Planner::searches)) {
      return Choice.NONE;
    }
    List<Wish> wishes = Wish.of(parts);
    List<Plan> plans = new ArrayList<>();
    for (Kept kept : indexes) {
      if (kept.isReady()) {
        Plan plan = plan(kept, query, parts, wishes);
        if (plan != null) {
          plans.add(plan);
        }
      }
    }
    Optional<Plan> best =
        plans.stream()
            .min(BEST)
            // An entry that is looked up takes longer than one that a scan comes across.
            .filter(plan -> 3 * plan.examined() < 2L * plan.kept().known())
            .or(() -> plans.stream().filter(plan -> plan.area() != null).min(BEST));
    return new Choice(best, plans.stream().map(Plan::kept).toList());
  }

  /**
   * Returns the way by a part of the condition that is a choice between several, if there is an
   * index for each of these and a scan is worse: the one by which the fewest entries are looked at.
   * The indexes must not change meanwhile.
   */
  static Optional<Union> union(Query query, List<Kept> indexes) {
    List<Condition> parts = query.where().map(Wish::parts).orElse(List.of());
    if (parts.stream().anyMatch(Planner::searches)) {
      return Optional.empty();
    }
    List<Union> unions = new ArrayList<>();
    for (Condition part : parts) {
      if (part instanceof Condition.Any any && any.conditions().size() <= MOST_WAYS) {
        union(any, query, indexes).ifPresent(unions::add);
      }
    }
    return unions.stream()
        .min(Comparator.comparingLong(Union::examined))
        .filter(union -> 3 * union.examined() < 2L * union.plans().get(0).kept().known());
  }

  private static Optional<Union> union(Condition.Any any, Query query, List<Kept> indexes) {
    List<Plan> plans = new ArrayList<>();
    for (Condition one : any.conditions()) {
      Query alone = Query.where(one);
      List<Condition> parts = Wish.parts(one);
      List<Wish> wishes = Wish.of(parts);
      Plan best = null;
      for (Kept kept : indexes) {
        Plan plan = kept.isReady() ? plan(kept, alone, parts, wishes) : null;
        if (plan != null && (best == null || BEST.compare(plan, best) < 0)) {
          best = plan;
        }
      }
      if (best == null) {
        return Optional.empty();
      }
      plans.add(best);
    }
    if (plans.isEmpty()) {
      return Optional.empty();
    }
    boolean exact = plans.stream().allMatch(Plan::isExact);
    List<Condition> rest = new ArrayList<>(Wish.parts(query.where().orElseThrow()));
    if (exact) {
      rest.remove(any);
    }
    return Optional.of(
        new Union(plans, exact ? Optional.of(any) : Optional.empty(), Plan.joined(rest)));
  }

  /** Such a query is answered by a fulltext index, or not at all. */
  private static boolean searches(Condition condition) {
    if (condition instanceof Condition.Any any) {
      return any.conditions().stream().anyMatch(Planner::searches);
    } else if (condition instanceof Condition.All all) {
      return all.conditions().stream().anyMatch(Planner::searches);
    }
    return condition instanceof Condition.Comparison comparison
        && comparison.operator() == Operator.SEARCH;
  }

  private static @Nullable Plan plan(
      Kept kept, Query query, List<Condition> parts, List<Wish> wishes) {
    Shape shape = kept.shape;
    Kept.State state = kept.state();
    if (shape.isSpatial()) {
      return spatial(kept, state, parts);
    } else if (shape.isFulltext()) {
      return null;
    }
    boolean branched = state.branched() > state.loose().size();
    Set<Integer> used = new HashSet<>();
    boolean needsField = false;
    int points = 0;
    Range range = null;
    List<@Nullable Object[]> starts = new ArrayList<>();
    starts.add(new @Nullable Object[shape.width()]);
    while (points < shape.width()) {
      List<Wish> asked = wishesOf(wishes, shape.field(points));
      Wish equal = fewest(asked, MOST_SPANS / Math.max(1, starts.size()));
      if (equal != null) {
        starts = extended(starts, equal, points);
        needsField |= equal.needsField();
        take(equal, used);
        points++;
      } else {
        if (!shape.isHashed()) {
          for (Wish wish : asked) {
            Range next = wish.range();
            if (next != null && (range == null || (!branched && range.rank() == next.rank()))) {
              range = range == null ? next : range.and(next);
              needsField |= wish.needsField();
              take(wish, used);
            }
          }
        }
        break;
      }
    }
    if (shape.definition.sparse() && !needsField) {
      return null;
    }
    List<Span> spans = new ArrayList<>(starts.size());
    for (@Nullable Object[] start : starts) {
      spans.add(new Span(shape, shape.probe(start), points, range));
    }
    spans.sort(Span::compareTo);
    Sorting sorting = sorting(query, shape, branched, points, spans.size());
    boolean bounded = points > 0 || range != null;
    if (!bounded && sorting == null) {
      return null;
    }
    return plan(kept, state, spans, points, parts, used, sorting);
  }

  /** Returns the way by that area of several in which the fewest points lie. */
  private static @Nullable Plan spatial(Kept kept, Kept.State state, List<Condition> parts) {
    Plan best = null;
    for (Condition part : parts) {
      if (part instanceof Condition.Comparison comparison
          && Area.isAskedBy(comparison)
          && comparison.field().equals(kept.shape.field(0))) {
        List<Condition> rest = new ArrayList<>(parts);
        rest.remove(part);
        Plan plan = spatial(kept, state, List.of(part), rest, Area.of(comparison));
        if (best == null || plan.examined() < best.examined()) {
          best = plan;
        }
      }
    }
    return best;
  }

  static Plan spatial(
      Kept kept, Kept.State state, List<Condition> proven, List<Condition> rest, Area area) {
    List<Span> spans = new ArrayList<>();
    for (Range range : Cells.cover(area)) {
      spans.add(new Span(kept.shape, kept.shape.probe(), 0, range));
    }
    Plan draft = new Plan(kept, state, spans, 0, proven, rest, null, area, 0);
    long examined = state.loose().size();
    for (Span span : spans) {
      examined += draft.count(span);
    }
    return new Plan(kept, state, spans, 0, proven, rest, null, area, examined);
  }

  private static void take(Wish wish, Set<Integer> used) {
    if (wish.proves()) {
      used.add(wish.part());
    }
  }

  private static List<Wish> wishesOf(List<Wish> wishes, String field) {
    return wishes.stream().filter(wish -> wish.field().equals(field)).toList();
  }

  private static @Nullable Wish fewest(List<Wish> asked, int most) {
    return asked.stream()
        .filter(wish -> !wish.isRange() && wish.points().size() <= most)
        .min(
            Comparator.comparingInt((Wish wish) -> wish.points().size())
                .thenComparing(wish -> !wish.proves()))
        .orElse(null);
  }

  private static List<@Nullable Object[]> extended(
      List<@Nullable Object[]> starts, Wish equal, int at) {
    List<@Nullable Object[]> all = new ArrayList<>(starts.size() * equal.points().size());
    for (@Nullable Object[] start : starts) {
      for (Object point : equal.points()) {
        @Nullable Object[] longer = start.clone();
        longer[at] = point;
        all.add(longer);
      }
    }
    return all;
  }

  /** Returns how the index gives the query's order, or null if it does not. */
  private static @Nullable Sorting sorting(
      Query query, Shape shape, boolean branched, int points, int spans) {
    if (query.limit().isEmpty() || Evaluation.distance(query).isPresent()) {
      return null;
    }
    long limit = query.limit().getAsLong();
    if (limit > MOST_SORTED
        || query.offset() > MOST_SORTED - limit
        || (limit + query.offset()) * spans > MOST_SORTED_IN_SPANS
        || (branched && !query.order().isEmpty())) {
      return null;
    }
    Set<String> settled = new HashSet<>();
    for (int i = 0; i < points; i++) {
      settled.add(shape.field(i));
    }
    int at = points;
    boolean reversed = false;
    for (Order step : query.order()) {
      if (!settled.add(step.field())) {
        continue;
      }
      if (at == shape.width() || shape.isHashed() || !shape.field(at).equals(step.field())) {
        return null;
      }
      boolean against = step.descending() != shape.isDescending(at);
      if (at > points && against != reversed) {
        return null;
      }
      reversed = against;
      at++;
    }
    if (at == 0) {
      return null; // by key alone, from everything
    }
    return new Sorting(at, reversed, at == shape.width(), (int) (limit + query.offset()));
  }

  private static Plan plan(
      Kept kept,
      Kept.State state,
      List<Span> spans,
      int points,
      List<Condition> parts,
      Set<Integer> used,
      @Nullable Sorting sorting) {
    List<Condition> proven = new ArrayList<>();
    List<Condition> rest = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      (used.contains(i) ? proven : rest).add(parts.get(i));
    }
    Plan draft = new Plan(kept, state, spans, points, proven, rest, sorting, null, 0);
    long examined = state.loose().size();
    for (Span span : spans) {
      examined += sorting == null ? draft.count(span) : examined(draft, span, sorting);
    }
    return new Plan(kept, state, spans, points, proven, rest, sorting, null, examined);
  }

  private static long examined(Plan plan, Span span, Sorting sorting) {
    Tree<Item> items = plan.state().items();
    int from = items.before(span);
    int to = items.upTo(span);
    long wanted = plan.isExact() ? sorting.needed() : sorting.needed() * GUESS;
    int count = (int) Math.min(to - from, wanted);
    if (count == 0 || sorting.covering()) {
      return count;
    }
    return sorting.reversed()
        ? to - items.before(plan.group(items.get(to - count), sorting.fields()))
        : items.upTo(plan.group(items.get(from + count - 1), sorting.fields())) - from;
  }
}
