package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.index.Plan.Sorting;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The first entries of a query's order. Each span is read in that order until it gave enough; what
 * comes from several spans, what was written meanwhile, and groups that the index has not by key,
 * are sorted.
 */
final class First {
  private final Plan plan;
  private final Sorting sorting;
  private final Lookup lookup;
  private final List<Found> found = new ArrayList<>();
  private boolean inOrder;
  private int enough;

  private First(Plan plan, Sorting sorting, Lookup lookup) {
    this.plan = plan;
    this.sorting = sorting;
    this.lookup = lookup;
    this.inOrder = sorting.covering() && plan.spans().size() == 1;
  }

  static Cursor<Found> of(Plan plan, Query query, Lookup lookup) {
    First first = new First(plan, Objects.requireNonNull(plan.sorting()), lookup);
    first.read();
    return page(first.inOrder ? first.found : lookup.evaluation().inOrder(first.found), query);
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

  private void read() {
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
      if (sorting.reversed()) {
        backwards(from, to);
      } else {
        forwards(from, to);
      }
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
}
