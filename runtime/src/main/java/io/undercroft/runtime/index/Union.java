package io.undercroft.runtime.index;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.Support;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The way to what one of several conditions finds: a plan for each of them, all over what the
 * indexes held at one moment.
 *
 * @param plans the ways, one for each alternative
 * @param proven the alternatives as one condition, if the indexes prove it
 * @param rest what is left to be evaluated
 */
record Union(List<Plan> plans, Optional<Condition> proven, Optional<Condition> rest) {
  /** Returns how many entries will be looked at, at most. */
  long examined() {
    return plans.stream().mapToLong(Plan::examined).sum();
  }

  Set<Kept> indexes() {
    Set<Kept> indexes = new HashSet<>();
    plans.forEach(plan -> indexes.add(plan.kept()));
    return indexes;
  }

  /** Returns everything that the plans lead to, each entry once. */
  Cursor<Found> walk(Lookup lookup) {
    return new Walks(plans, lookup);
  }

  Explanation explanation(long all) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "one of %d ways, each entry once: at most %d of %d entries looked at; any order is made afterwards"
            .formatted(plans.size(), examined(), all));
    plans.forEach(plan -> lines.add(plan.line()));
    return new Explanation(
        Support.EMULATED,
        indexes().stream().map(Kept::name).sorted().toList(),
        proven,
        rest,
        false,
        OptionalLong.of(examined()),
        lines);
  }

  private static final class Walks implements Cursor<Found> {
    private final List<Plan> plans;
    private final Lookup lookup;
    private final Set<String> seen = new HashSet<>();
    private Cursor<Found> walk;
    private int next = 1;

    Walks(List<Plan> plans, Lookup lookup) {
      this.plans = plans;
      this.lookup = lookup;
      this.walk = new Walk(plans.get(0), lookup);
    }

    @Override
    public List<Found> next() {
      while (true) {
        List<Found> page = walk.next();
        if (page.isEmpty()) {
          if (next == plans.size()) {
            return page;
          }
          walk = new Walk(plans.get(next++), lookup);
        } else {
          List<Found> fresh = page.stream().filter(found -> seen.add(found.key())).toList();
          if (!fresh.isEmpty()) {
            return fresh;
          }
        }
      }
    }

    @Override
    public void close() {
      next = plans.size();
      walk.close();
    }
  }
}
