package io.undercroft.runtime.query;

import io.undercroft.storage.query.Pipeline;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one accumulator knows of one group. */
abstract class Accumulating {
  private static final int OVERHEAD = 64;

  /** Takes a document of the group. */
  abstract void take(Map<?, ?> document);

  /** Returns what came out. */
  abstract @Nullable Object result();

  static Accumulating of(Pipeline.Accumulator what, Bounds.Held held) {
    if (what.function() == Pipeline.Function.COUNT) {
      return new Counted();
    }
    Path path = Path.of(what.field().orElseThrow());
    return switch (what.function()) {
      case SUM -> new Summed(path, false);
      case AVG -> new Summed(path, true);
      case MIN -> new Extreme(path, -1);
      case MAX -> new Extreme(path, 1);
      case FIRST -> new Edge(path, true);
      case LAST -> new Edge(path, false);
      case PUSH -> new Pushed(path, held);
      case ADD_TO_SET -> new Distinct(path, held);
      case COUNT -> throw new IllegalStateException("a count was dealt with above");
    };
  }

  private static final class Counted extends Accumulating {
    private long count;

    @Override
    void take(Map<?, ?> document) {
      count++;
    }

    @Override
    Object result() {
      return count;
    }
  }

  /** Of the values at a path, without missing ones. */
  private abstract static class OfValues extends Accumulating {
    private final Path path;

    OfValues(Path path) {
      this.path = path;
    }

    @Override
    final void take(Map<?, ?> document) {
      Object value = path.valueIn(document);
      if (value != Values.MISSING) {
        takeValue(value);
      }
    }

    abstract void takeValue(@Nullable Object value);
  }

  /** Adds in 64 bits as long as that goes, and exactly ever after. */
  private static final class Summed extends OfValues {
    private final boolean mean;
    private long whole;
    private BigDecimal rest = BigDecimal.ZERO;
    private long count;

    Summed(Path path, boolean mean) {
      super(path);
      this.mean = mean;
    }

    @Override
    void takeValue(@Nullable Object value) {
      if (value instanceof Long number) {
        count++;
        long sum = whole + number;
        if (((whole ^ sum) & (number ^ sum)) < 0) {
          rest = rest.add(BigDecimal.valueOf(whole));
          sum = number;
        }
        whole = sum;
      } else if (value instanceof BigDecimal number) {
        count++;
        rest = rest.add(number);
      }
    }

    @Override
    @Nullable Object result() {
      BigDecimal sum = rest.add(BigDecimal.valueOf(whole));
      if (!mean) {
        return Values.canonical(sum);
      }
      return count == 0
          ? null
          : Values.canonical(sum.divide(BigDecimal.valueOf(count), MathContext.DECIMAL128));
    }
  }

  private static final class Extreme extends OfValues {
    private final int sign;
    private @Nullable Object most;

    Extreme(Path path, int sign) {
      super(path);
      this.sign = sign;
    }

    @Override
    void takeValue(@Nullable Object value) {
      if (value != null && (most == null || sign * Values.compare(value, most) > 0)) {
        most = value;
      }
    }

    @Override
    @Nullable Object result() {
      return Values.representative(most);
    }
  }

  private static final class Edge extends Accumulating {
    private final Path path;
    private final boolean first;
    private @Nullable Object value;
    private boolean taken;

    Edge(Path path, boolean first) {
      this.path = path;
      this.first = first;
    }

    @Override
    void take(Map<?, ?> document) {
      if (!taken || !first) {
        Object there = path.valueIn(document);
        value = there == Values.MISSING ? null : there;
        taken = true;
      }
    }

    @Override
    @Nullable Object result() {
      return value;
    }
  }

  private static final class Pushed extends OfValues {
    private final Bounds.Held held;
    private final List<@Nullable Object> all = new ArrayList<>();

    Pushed(Path path, Bounds.Held held) {
      super(path);
      this.held = held;
    }

    @Override
    void takeValue(@Nullable Object value) {
      held.addBytes(Aggregation.size(value) + OVERHEAD);
      all.add(value);
    }

    @Override
    Object result() {
      return all;
    }
  }

  private static final class Distinct extends OfValues {
    private final Bounds.Held held;
    private final Set<@Nullable Object> all = new TreeSet<>(Values::compare);

    Distinct(Path path, Bounds.Held held) {
      super(path);
      this.held = held;
    }

    @Override
    void takeValue(@Nullable Object value) {
      if (all.add(value)) {
        held.addBytes(Aggregation.size(value) + OVERHEAD);
      }
    }

    @Override
    Object result() {
      return new ArrayList<>(all);
    }
  }
}
