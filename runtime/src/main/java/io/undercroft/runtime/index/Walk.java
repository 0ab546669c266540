package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import java.util.ArrayList;
import java.util.List;

/** Everything that a plan leads to, span after span, each entry once, one page in memory. */
final class Walk implements Cursor<Found> {
  private static final int PAGE = 200;

  private final Plan plan;
  private final Lookup lookup;
  private int loose;
  private int span;
  private int next;
  private int end;
  private boolean closed;

  Walk(Plan plan, Lookup lookup) {
    this.plan = plan;
    this.lookup = lookup;
  }

  @Override
  public List<Found> next() {
    List<Found> page = new ArrayList<>();
    while (!closed && page.size() < PAGE) {
      if (loose < plan.state().loose().size()) {
        add(plan.state().loose().get(loose++), page);
      } else if (next < end) {
        Item item = plan.state().items().get(next++);
        if (plan.isFirst(item)) {
          add(item.owner(), page);
        }
      } else if (span < plan.spans().size()) {
        Span following = plan.spans().get(span++);
        next = plan.state().items().before(following);
        end = plan.state().items().upTo(following);
      } else {
        closed = true;
      }
    }
    return page;
  }

  private void add(Held held, List<Found> page) {
    Found found = lookup.candidate(held);
    if (found != null) {
      page.add(found);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
