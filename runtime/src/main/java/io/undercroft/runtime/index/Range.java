package io.undercroft.runtime.index;

import io.undercroft.runtime.query.Values;
import io.undercroft.storage.query.Operator;
import org.jspecify.annotations.Nullable;

/**
 * The values of one JSON type between two bounds, either of which may be missing.
 *
 * @param rank the type
 * @param least the lower bound, if {@code hasLeast}
 * @param most the upper bound, if {@code hasMost}
 */
record Range(
    int rank,
    boolean hasLeast,
    @Nullable Object least,
    boolean withLeast,
    boolean hasMost,
    @Nullable Object most,
    boolean withMost) {
  static Range of(Operator operator, @Nullable Object value) {
    int rank = Values.rank(value);
    return switch (operator) {
      case GT -> new Range(rank, true, value, false, false, null, false);
      case GTE -> new Range(rank, true, value, true, false, null, false);
      case LT -> new Range(rank, false, null, false, true, value, false);
      default -> new Range(rank, false, null, false, true, value, true);
    };
  }

  /** Returns what lies in both, which are of one type. */
  Range and(Range other) {
    Range low = tighterBelow(other) ? other : this;
    Range high = tighterAbove(other) ? other : this;
    return new Range(
        rank, low.hasLeast, low.least, low.withLeast, high.hasMost, high.most, high.withMost);
  }

  private boolean tighterBelow(Range other) {
    if (!hasLeast || !other.hasLeast) {
      return other.hasLeast;
    }
    int compared = Values.compare(other.least, least);
    return compared > 0 || (compared == 0 && !other.withLeast);
  }

  private boolean tighterAbove(Range other) {
    if (!hasMost || !other.hasMost) {
      return other.hasMost;
    }
    int compared = Values.compare(other.most, most);
    return compared < 0 || (compared == 0 && !other.withMost);
  }

  /** Returns a negative number for a value before the range, 0 within, positive after it. */
  int place(@Nullable Object value) {
    int ranks = Integer.compare(Values.rank(value), rank);
    if (ranks != 0) {
      return ranks;
    }
    if (hasLeast) {
      int compared = Values.compare(value, least);
      if (compared < 0 || (compared == 0 && !withLeast)) {
        return -1;
      }
    }
    if (hasMost) {
      int compared = Values.compare(value, most);
      if (compared > 0 || (compared == 0 && !withMost)) {
        return 1;
      }
    }
    return 0;
  }
}
