package io.undercroft.plugin.redis;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A query by one index: the ranges in which all entries lie that match what is pushed down, but for
 * those that are odd to the index.
 *
 * @param index the index
 * @param bounds the lower and the upper bound of each range, one after the other
 * @param pushedDown the part of the condition that the ranges are
 * @param residual the rest
 * @param ordered whether the range has the order of the query
 */
record RangePlan(
    KnownIndexes.Kept index,
    List<byte[]> bounds,
    Optional<Condition> pushedDown,
    Optional<Condition> residual,
    boolean ordered) {
  private static final int MOST_RANGES = 100;
  private static final Set<Operator> RANGES =
      Set.of(Operator.GT, Operator.GTE, Operator.LT, Operator.LTE);

  /** Returns the best way by an index, if there is one. */
  static Optional<RangePlan> of(Query query, KnownIndexes known) {
    List<Condition> parts =
        query
            .where()
            .map(where -> where instanceof Condition.All all ? all.conditions() : List.of(where))
            .orElse(List.of());
    RangePlan best = null;
    int most = 0;
    for (KnownIndexes.Kept index : known.all()) {
      Drawing drawing = new Drawing(index, query, parts);
      if (index.ready() && drawing.worth > most) {
        best = drawing.plan();
        most = drawing.worth;
      }
    }
    return Optional.ofNullable(best);
  }

  /** How one index would do. */
  private static final class Drawing {
    private final KnownIndexes.Kept index;
    private final Query query;
    private final List<Condition> parts;
    private final List<Condition> asked = new ArrayList<>();
    private final List<byte[]> bounds = new ArrayList<>();
    private int worth;
    private boolean ordered;

    Drawing(KnownIndexes.Kept index, Query query, List<Condition> parts) {
      this.index = index;
      this.query = query;
      this.parts = parts;
      draw();
    }

    private void draw() {
      List<Order> fields = index.definition().fields();
      byte[] prefix = {};
      int equal = 0;
      while (equal < fields.size()) {
        Condition.Comparison one = find(fields.get(equal).field(), Set.of(Operator.EQ));
        if (one == null) {
          break;
        }
        asked.add(one);
        prefix = join(prefix, Cell.of(one.value().orElse(null), index.isDescending(equal)));
        equal++;
      }
      worth = 10 * equal;
      boolean hash = index.definition().type() == IndexDefinition.Type.HASH;
      ordered = !hash && hasOrderFrom(equal);
      if (equal < fields.size() && ranges(prefix, equal, hash)) {
        worth += 5;
      } else {
        add(prefix, prefix);
      }
      if (ordered && query.limit().isPresent()) {
        worth += 3;
      } else if (equal < fields.size() && hash && asked.isEmpty()) {
        worth = 0;
      }
      if (index.definition().sparse() && asked.stream().noneMatch(Drawing::isOfSomething)) {
        worth = 0; // what it leaves out may be wanted
      }
    }

    private static boolean isOfSomething(Condition part) {
      return part instanceof Condition.Comparison one && one.value().isPresent();
    }

    /** Returns whether the order of the query is that of the fields from this one to the last. */
    private boolean hasOrderFrom(int equal) {
      List<Order> fields = index.definition().fields();
      List<String> fixed = fields.subList(0, equal).stream().map(Order::field).toList();
      List<Order> wanted =
          query.order().stream().filter(step -> !fixed.contains(step.field())).toList();
      return wanted.equals(fields.subList(equal, fields.size()))
          && !(wanted.isEmpty() && query.order().isEmpty() && equal == 0);
    }

    /** Adds the ranges of the first field that is not asked to be equal, if it is asked at all. */
    private boolean ranges(byte[] prefix, int field, boolean hash) {
      String name = index.definition().fields().get(field).field();
      boolean descending = index.isDescending(field);
      Condition.Comparison in = find(name, Set.of(Operator.IN));
      if (in != null && in.value().orElse(null) instanceof List<?> values) {
        asked.add(in);
        Set<byte[]> cells = new TreeSet<>(Arrays::compareUnsigned);
        values.forEach(value -> cells.add(Cell.of(value, descending)));
        cells.forEach(cell -> add(join(prefix, cell), join(prefix, cell)));
        ordered &= cells.size() == 1 && hasOrderFrom(field + 1);
        return true;
      }
      Condition.Comparison low = find(name, Set.of(Operator.GT, Operator.GTE));
      Condition.Comparison high = find(name, Set.of(Operator.LT, Operator.LTE));
      if (hash || (low == null && high == null)) {
        return false;
      }
      if (low != null && high != null && !isSameKind(low, high)) {
        high = null;
      }
      Condition.Comparison any = Objects.requireNonNull(low == null ? high : low);
      Object value = any.value().orElse(null);
      byte[] from = bound('[', join(prefix, Cell.kind(value, descending)), false);
      byte[] to = bound('(', join(prefix, Cell.behind(value, descending)), false);
      for (Condition.Comparison one : new Condition.Comparison[] {low, high}) {
        if (one != null) {
          asked.add(one);
          byte[] cell = join(prefix, Cell.of(one.value().orElse(null), descending));
          boolean itself = one.operator() == Operator.GTE || one.operator() == Operator.LTE;
          if (isLower(one) != descending) {
            from = itself ? bound('[', cell, false) : bound('(', cell, true);
          } else {
            to = itself ? bound('(', cell, true) : bound('(', cell, false);
          }
        }
      }
      bounds.add(from);
      bounds.add(to);
      return true;
    }

    private static boolean isLower(Condition.Comparison one) {
      return one.operator() == Operator.GT || one.operator() == Operator.GTE;
    }

    private static boolean isSameKind(Condition.Comparison one, Condition.Comparison other) {
      return ByteBuffer.wrap(Cell.kind(one.value().orElse(null), false))
          .equals(ByteBuffer.wrap(Cell.kind(other.value().orElse(null), false)));
    }

    private Condition.@Nullable Comparison find(String field, Set<Operator> operators) {
      for (Condition part : parts) {
        if (part instanceof Condition.Comparison one
            && one.field().equals(field)
            && operators.contains(one.operator())
            && mayBeAsked(one)) {
          return one;
        }
      }
      return null;
    }

    private static boolean mayBeAsked(Condition.Comparison one) {
      Object value = one.value().orElse(null);
      if (one.operator() == Operator.IN) {
        return value instanceof List<?> values
            && !values.isEmpty()
            && values.size() <= MOST_RANGES
            && values.stream().allMatch(each -> each != null && Cell.has(each));
      }
      return Cell.has(value) && (value != null || !RANGES.contains(one.operator()));
    }

    private void add(byte[] first, byte[] last) {
      bounds.add(first.length == 0 ? new byte[] {'-'} : bound('[', first, false));
      bounds.add(bound('(', last, true)); // no cell and no key begins with 255
    }

    RangePlan plan() {
      List<Condition> rest = new ArrayList<>(parts);
      rest.removeAll(asked);
      return new RangePlan(
          index,
          List.copyOf(bounds),
          rest.isEmpty() ? query.where() : all(asked),
          all(rest),
          ordered && rest.isEmpty());
    }

    private static Optional<Condition> all(List<Condition> conditions) {
      return conditions.isEmpty()
          ? Optional.empty()
          : Optional.of(conditions.size() == 1 ? conditions.get(0) : new Condition.All(conditions));
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static byte[] bound(char kind, byte[] bytes, boolean beyond) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(kind);
    out.writeBytes(bytes);
    if (beyond) {
      out.write(Cell.ODD);
    }
    return out.toByteArray();
  }
}
