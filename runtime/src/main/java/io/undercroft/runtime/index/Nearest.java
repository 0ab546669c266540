package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.query.Area;
import io.undercroft.spi.Queries.Found;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The first entries by distance: looked for within a small circle, and as long as there are too few
 * within one four times as wide.
 */
final class Nearest {
  /** Circles smaller than this are not tried. */
  private static final double SMALLEST = 1;

  private static final double WIDER = 4;

  /** A circle with so many times as many points in its cells is likely to hold enough. */
  private static final long PLENTY = 2;

  /** Half the way round the earth, and a little more. */
  private static final double EVERYWHERE = 20_020_000;

  private final Plan plan;
  private final Area area;
  private final Lookup lookup;
  private final int needed;

  Nearest(Plan plan, Area area, Lookup lookup, int needed) {
    this.plan = plan;
    this.area = area;
    this.lookup = lookup;
    this.needed = needed;
  }

  /** Returns them in order, and perhaps some more. */
  List<Found> find() {
    double most = Math.min(area.metres(), EVERYWHERE);
    double metres = most;
    while (metres / WIDER >= SMALLEST && within(metres / WIDER).examined() >= PLENTY * needed) {
      metres /= WIDER;
    }
    while (true) {
      boolean last = metres >= most;
      List<Found> found = new ArrayList<>();
      int known = matching(last ? plan : within(metres), found);
      if (last || known >= needed) {
        return lookup.evaluation().inOrder(found, Optional.empty());
      }
      metres = Math.min(most, metres * WIDER);
    }
  }

  private Plan within(double metres) {
    return plan.within(area.upTo(metres));
  }

  /** Adds what matches, and returns how much of it lies where the index says. */
  private int matching(Plan nearer, List<Found> found) {
    Set<Held> seen = new LinkedHashSet<>();
    Tree<Held> loose = nearer.state().loose();
    for (int i = 0; i < loose.size(); i++) {
      seen.add(loose.get(i));
    }
    for (Span span : nearer.spans()) {
      int end = nearer.state().items().upTo(span);
      for (int i = nearer.state().items().before(span); i < end; i++) {
        Item item = nearer.state().items().get(i);
        if (nearer.accepts(item)) {
          seen.add(item.owner());
        }
      }
    }
    int known = 0;
    for (Held held : seen) {
      Found match = lookup.match(held);
      if (match != null) {
        found.add(match);
        known += lookup.isKnown() ? 1 : 0;
      }
    }
    return known;
  }
}
