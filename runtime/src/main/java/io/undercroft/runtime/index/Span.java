package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring items of an index: those that have some values in their first fields, and in the
 * next one, perhaps, a value in a range.
 */
final class Span implements ToIntFunction<Item> {
  private final Shape shape;
  private final Item probe;
  private final int points;
  private final @Nullable Range range;

  Span(Shape shape, Item probe, int points, @Nullable Range range) {
    this.shape = shape;
    this.probe = probe;
    this.points = points;
    this.range = range;
  }

  /** Returns a negative number for an item before the span, 0 within, positive after it. */
  @Override
  public int applyAsInt(Item item) {
    int compared = shape.compare(item, probe, points);
    if (compared != 0 || range == null) {
      return compared;
    }
    int place = range.place(item.values[points]);
    return shape.isDescending(points) ? -place : place;
  }

  /** Compares with another span of the same plan, in the order of the index. */
  int compareTo(Span other) {
    return shape.compare(probe, other.probe, points);
  }
}
