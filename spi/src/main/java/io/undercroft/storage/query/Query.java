package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to find, in which order, how much of it.
 *
 * <p>Without an order the results come by key (by code point) as soon as limit, offset or after is
 * used, so that pages fit together; otherwise they come as the backend scans, which costs nothing.
 * A query that searches is ordered by score, the best first, unless it names an order; one that
 * does not, and asks for what is near, by distance, the nearest first.
 *
 * <p>The value of a field in an order is the value at its path. Where the path goes through an
 * array without naming an index, it is the array of what the elements have there; arrays compare
 * element by element.
 *
 * @param where what must hold; empty for everything
 * @param order the order, at most 32 steps; ties by key
 * @param limit how many at most, 0 or more; empty for all
 * @param offset how many to leave out at the start, 0 or more
 * @param select the fields that the results keep, at most 1,000, in elements of arrays too; empty
 *     for all. A value that is no object is kept whole
 * @param after the cursor of the last result of the page before, for paging that is stable while
 *     entries come and go
 */
public record Query(
    Optional<Condition> where,
    List<Order> order,
    OptionalLong limit,
    long offset,
    List<String> select,
    Optional<String> after) {
  private static final int MOST_STEPS = 32;
  private static final int MOST_SELECTED = 1_000;
  private static final Query ALL =
      new Query(Optional.empty(), List.of(), OptionalLong.empty(), 0, List.of(), Optional.empty());

  /** Checks the ranges and copies the lists. */
  public Query {
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(after, "after");
    order = List.copyOf(order);
    select = List.copyOf(select);
    requireAtMost("steps of an order", order.size(), MOST_STEPS);
    requireAtMost("selected fields", select.size(), MOST_SELECTED);
    select.forEach(Field::requirePath);
    if (limit.isPresent() && limit.getAsLong() < 0) {
      throw new IllegalArgumentException("limit must be 0 or more, got " + limit.getAsLong());
    }
    if (offset < 0) {
      throw new IllegalArgumentException("offset must be 0 or more, got " + offset);
    }
  }

  private static void requireAtMost(String what, int count, int most) {
    if (count > most) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "there are " + count + " " + what + "; " + most + " are possible");
    }
  }

  /** Everything. */
  public static Query all() {
    return ALL;
  }

  /** The values for which this holds. */
  public static Query where(Condition condition) {
    return new Query(
        Optional.of(condition), List.of(), OptionalLong.empty(), 0, List.of(), Optional.empty());
  }

  /** Returns this query in this order. */
  public Query orderBy(Order... steps) {
    return new Query(where, List.of(steps), limit, offset, select, after);
  }

  /** Returns this query with at most this many results. */
  public Query limit(long most) {
    return new Query(where, order, OptionalLong.of(most), offset, select, after);
  }

  /** Returns this query without its first results. */
  public Query offset(long leftOut) {
    return new Query(where, order, limit, leftOut, select, after);
  }

  /** Returns this query with only these fields in the results. */
  public Query select(String... fields) {
    return new Query(where, order, limit, offset, List.of(fields), after);
  }

  /** Returns this query going on after a result's cursor. */
  public Query after(String cursor) {
    return new Query(where, order, limit, offset, select, Optional.of(cursor));
  }
}
