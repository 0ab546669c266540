package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.index.Plan.Sorting;
import io.undercroft.runtime.query.Place;
import io.undercroft.runtime.query.Values;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * The first entries of a query's order, or the first behind a place in it. Each span is read in
 * that order until it gave enough; what comes from several spans, what was written meanwhile, and
 * groups that the index has not by key, are sorted.
 */
final class First {
  private final Plan plan;
  private final Sorting sorting;
  private final Lookup lookup;
  private final List<Found> found = new ArrayList<>();
  private boolean inOrder;
  private int enough;

  private First(Plan plan, Lookup lookup) {
    this.plan = plan;
    this.sorting = Objects.requireNonNull(plan.sorting());
    this.lookup = lookup;
    this.inOrder = sorting.covering() && plan.spans().size() == 1;
  }

  static Cursor<Found> of(Plan plan, Query query, Lookup lookup) {
    First first = new First(plan, lookup);
    first.read(Optional.empty());
    return page(first.sorted(Optional.empty()), query);
  }

  static Cursor<Found> behind(Plan plan, Query query, Place place, Lookup lookup) {
    First first = new First(plan, lookup);
    first.read(Optional.of(new Start(plan, query, place)));
    return page(first.sorted(Optional.of(place)), query);
  }

  private List<Found> sorted(Optional<Place> behind) {
    return inOrder ? found : lookup.evaluation().inOrder(found, behind);
  }

  /** Returns that part of a list in the query's order which its limit and offset leave. */
  static Cursor<Found> page(List<Found> all, Query query) {
    int from = (int) Math.min(query.offset(), all.size());
    int to = (int) Math.min(query.offset() + query.limit().orElse(0), all.size());
    return new Cursor<>() {
      private List<Found> rest = all.subList(from, to);

      @Override
      public List<Found> next() {
        List<Found> page = rest;
        rest = List.of();
        return page;
      }

      @Override
      public void close() {
        rest = List.of();
      }
    };
  }

  private void read(Optional<Start> start) {
    Tree<Held> loose = plan.state().loose();
    for (int i = 0; i < loose.size(); i++) {
      add(loose.get(i));
    }
    if (sorting.needed() == 0) {
      return;
    }
    for (Span span : plan.spans()) {
      enough = sorting.needed();
      int from = plan.state().items().before(span);
      int to = plan.state().items().upTo(span);
      if (start.isPresent()) {
        readBehind(start.get(), span, from, to);
      } else {
        read(from, to);
      }
    }
  }

  private void read(int from, int to) {
    if (sorting.reversed()) {
      backwards(from, to);
    } else {
      forwards(from, to);
    }
  }

  /** First what agrees with the place in all but the key, then what stands behind that. */
  private void readBehind(Start start, Span span, int from, int to) {
    Tree<Item> items = plan.state().items();
    ToIntFunction<Item> group = start.group(span);
    int first = items.before(group);
    int end = items.upTo(group);
    for (int i = sorting.covering() ? items.upTo(start.exactly(span)) : first; i < end; i++) {
      Item item = items.get(i);
      if (start.isBehindByKey(item) && add(item) && enough == 0 && sorting.covering()) {
        return;
      }
    }
    if (enough > 0) {
      read(sorting.reversed() ? from : end, sorting.reversed() ? first : to);
    }
  }

  private void forwards(int from, int to) {
    Tree<Item> items = plan.state().items();
    int end = to;
    for (int i = from; i < end; i++) {
      Item item = items.get(i);
      if (add(item) && enough == 0) {
        if (sorting.covering()) {
          return;
        }
        end = Math.min(end, items.upTo(plan.group(item, sorting.fields())));
      }
    }
  }

  /** The last group first, but within a group as the index has it: by key. */
  private void backwards(int from, int to) {
    Tree<Item> items = plan.state().items();
    int end = to;
    while (end > from && enough > 0) {
      int start = Math.max(from, items.before(plan.group(items.get(end - 1), sorting.fields())));
      for (int i = start; i < end; i++) {
        if (add(items.get(i)) && enough == 0 && sorting.covering()) {
          return;
        }
      }
      end = start;
    }
  }

  private boolean add(Item item) {
    return plan.isFirst(item) && add(item.owner());
  }

  /** Returns whether it is one more of those that are enough. */
  private boolean add(Held held) {
    Found match = lookup.match(held);
    if (match == null) {
      return false;
    }
    found.add(match);
    if (!lookup.isKnown()) {
      inOrder = false;
      return false;
    }
    enough--;
    return true;
  }

  /** Where in the spans of a plan a place in the query's order is. */
  private static final class Start {
    private final Place place;
    private final boolean reversed;

    /** For each step of the order, the field of the index. */
    private final int[] fields;

    private final boolean[] descending;

    Start(Plan plan, Query query, Place place) {
      this.place = place;
      this.reversed = Objects.requireNonNull(plan.sorting()).reversed();
      this.fields =
          query.order().stream().mapToInt(step -> plan.kept().shape.find(step.field())).toArray();
      this.descending = new boolean[fields.length];
      for (int i = 0; i < fields.length; i++) {
        descending[i] = query.order().get(i).descending();
      }
    }

    private int compare(Item item) {
      for (int i = 0; i < fields.length; i++) {
        int compared = Values.compare(item.values[fields[i]], place.values().get(i));
        if (compared != 0) {
          return descending[i] != reversed ? -compared : compared;
        }
      }
      return 0;
    }

    private int compareKey(Item item) {
      return Values.compareTexts(item.owner().key, place.key());
    }

    boolean isBehindByKey(Item item) {
      return compareKey(item) > 0;
    }

    /** Returns where the items of a span are that differ from the place in nothing but the key. */
    ToIntFunction<Item> group(Span span) {
      return item -> {
        int compared = span.applyAsInt(item);
        return compared != 0 ? compared : compare(item);
      };
    }

    /** Returns where the place itself is, in an index that goes on by key. */
    ToIntFunction<Item> exactly(Span span) {
      ToIntFunction<Item> group = group(span);
      return item -> {
        int compared = group.applyAsInt(item);
        return compared != 0 ? compared : compareKey(item);
      };
    }
  }
}
