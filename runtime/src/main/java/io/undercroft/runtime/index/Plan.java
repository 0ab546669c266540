package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.query.Area;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One way to the entries that may match a query: some spans of one index, as it was at one moment.
 *
 * @param kept the index
 * @param state what it held
 * @param spans where to look, in the order of the index, none of them overlapping
 * @param points how many fields have one value in each span
 * @param proven what every entry in the spans is known to match
 * @param rest what is left to be evaluated
 * @param sorting how the order of the query is had from the index, if it is
 * @param area what a point in the spans must lie in, if the index is spatial
 * @param examined how many entries will be looked at, as far as can be told
 */
record Plan(
    Kept kept,
    Kept.State state,
    List<Span> spans,
    int points,
    List<Condition> proven,
    List<Condition> rest,
    @Nullable Sorting sorting,
    @Nullable Area area,
    long examined) {
  /**
   * How each span gives the first entries of an order.
   *
   * @param fields how many fields, from the first on, decide; what agrees in them is a group
   * @param reversed whether the last group of a span comes first
   * @param covering whether a group is sorted by key
   * @param needed how many entries of each span are enough
   */
  record Sorting(int fields, boolean reversed, boolean covering, int needed) {}

  /** Returns whether the spans and nothing else say what matches. */
  boolean isExact() {
    return rest.isEmpty();
  }

  /** Returns this plan for a part of its area. */
  Plan within(Area part) {
    return Planner.spatial(kept, state, proven, rest, part);
  }

  /** Returns how many items are found. */
  long count() {
    long count = 0;
    for (Span span : spans) {
      count += area == null ? count(span) : accepted(span);
    }
    return count;
  }

  private int accepted(Span span) {
    int count = 0;
    int end = state.items().upTo(span);
    for (int i = state.items().before(span); i < end; i++) {
      count += accepts(state.items().get(i)) ? 1 : 0;
    }
    return count;
  }

  /** Returns whether an item in the spans is one that is looked for. */
  boolean accepts(Item item) {
    return area == null || area.contains(Cells.point(item));
  }

  int count(Span span) {
    return state.items().upTo(span) - state.items().before(span);
  }

  /** Returns whether an item is the first of its entry's items that are found. */
  boolean isFirst(Item item) {
    if (!accepts(item)) {
      return false;
    }
    List<Item> all = item.owner().items;
    if (all.size() == 1) {
      return true;
    }
    for (Item other : all) {
      if (other == item) {
        return true;
      } else if (isInSpans(other) && accepts(other)) {
        return false;
      }
    }
    return true;
  }

  private boolean isInSpans(Item item) {
    int low = 0;
    int high = spans.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int place = spans.get(middle).applyAsInt(item);
      if (place == 0) {
        return true;
      } else if (place < 0) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return false;
  }

  /** Returns the span of all items that agree with one in its first fields. */
  Span group(Item item, int fields) {
    return new Span(kept.shape, item, fields, null);
  }

  /**
   * Explains.
   *
   * @param all how many entries there are
   * @param nearest whether the nearest are looked for first
   */
  Explanation explanation(long all, boolean nearest) {
    long looked = area == null ? examined : count() + state.loose().size();
    return new Explanation(
        Support.EMULATED,
        List.of(kept.name()),
        joined(proven),
        joined(rest),
        sorting != null || nearest,
        OptionalLong.of(looked),
        List.of(
            line(),
            "%d of %d entries looked at%s"
                .formatted(
                    looked,
                    all,
                    sorting != null
                        ? ", in the order asked for, until there are enough"
                        : nearest
                            ? " at most: in growing circles, until there are enough"
                            : "; any order is made afterwards")));
  }

  /** Returns what stands for it in a plan that is read. */
  String line() {
    return "%s '%s' (%s), kept by the runtime: %d of its %d items in %d %s"
        .formatted(
            area == null ? "index" : "spatial index",
            kept.name(),
            String.join(", ", kept.shape.definition.fields().stream().map(Plan::field).toList()),
            count(),
            state.items().size(),
            spans.size(),
            spans.size() == 1 ? "range" : "ranges");
  }

  private static String field(io.undercroft.storage.query.Order field) {
    return field.field() + (field.descending() ? " desc" : "");
  }

  static Optional<Condition> joined(List<Condition> parts) {
    if (parts.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(parts.size() == 1 ? parts.get(0) : new Condition.All(parts));
  }

  /** Returns what is left to be evaluated, as one condition. */
  Optional<Condition> residual() {
    return joined(rest);
  }
}
