package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Held.Item;
import io.undercroft.runtime.query.Area;
import io.undercroft.runtime.query.Point;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.apache.lucene.util.BitUtil;
import org.jspecify.annotations.Nullable;

/**
 * Points in one order, in which what is near on the earth is mostly near, too: by the number of the
 * cell of about 2 cm that they lie in (Morton's order: each two bits say in which quarter of the
 * larger cell), then by their exact place.
 */
final class Cells {
  /** How many values the place of a point has: cell, longitude, latitude. */
  static final int WIDTH = 3;

  private static final int FINEST = 31;
  private static final int BITS = 2 * FINEST;
  private static final int MOST_CELLS = 100;
  private static final double WIDE = 360;
  private static final double HIGH = 180;
  private static final int NUMBER = io.undercroft.runtime.query.Values.rank(0L);

  /**
   * A part of the earth: one of 4<sup>level</sup>.
   *
   * @param x from the west
   * @param y from the south
   */
  private record Cell(int level, int x, int y) {
    private static final Cell EARTH = new Cell(0, 0, 0);

    boolean isTouched(Area area) {
      double width = WIDE / (1L << level);
      double height = HIGH / (1L << level);
      double west = x * width - WIDE / 2;
      double south = y * height - HIGH / 2;
      return area.mayTouch(west, south, west + width, south + height);
    }

    Cell quarter(int number) {
      return new Cell(level + 1, 2 * x + (number & 1), 2 * y + (number >> 1));
    }

    long first() {
      return BitUtil.interleave(x, y) << (BITS - 2 * level);
    }

    long last() {
      return first() + (1L << (BITS - 2 * level)) - 1;
    }
  }

  private Cells() {}

  /** Returns the values that stand for a point. */
  static @Nullable Object[] values(Point point) {
    int x = step((point.longitude() + WIDE / 2) / WIDE);
    int y = step((point.latitude() + HIGH / 2) / HIGH);
    return new @Nullable Object[] {
      BitUtil.interleave(x, y),
      Double.doubleToLongBits(point.longitude()),
      Double.doubleToLongBits(point.latitude())
    };
  }

  private static int step(double part) {
    long steps = 1L << FINEST;
    return (int) Math.min(steps - 1, (long) (part * steps));
  }

  /** Returns the point that an item stands for. */
  static Point point(Item item) {
    return new Point(number(item.values[1]), number(item.values[2]));
  }

  private static double number(@Nullable Object bits) {
    return bits instanceof Long set ? Double.longBitsToDouble(set) : Double.NaN;
  }

  /** Returns ranges of cells in which every point of an area lies, ascending and apart. */
  static List<Range> cover(Area area) {
    Deque<Cell> open = new ArrayDeque<>(List.of(Cell.EARTH));
    List<Cell> cells = new ArrayList<>();
    while (!open.isEmpty() && open.size() + cells.size() < MOST_CELLS) {
      Cell cell = open.remove();
      if (cell.level() == FINEST) {
        cells.add(cell);
        continue;
      }
      for (int i = 0; i < 4; i++) {
        Cell quarter = cell.quarter(i);
        if (quarter.isTouched(area)) {
          open.add(quarter);
        }
      }
    }
    cells.addAll(open);
    cells.sort(Comparator.comparingLong(Cell::first));
    return joined(cells);
  }

  private static List<Range> joined(List<Cell> cells) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < cells.size(); ) {
      long first = cells.get(i).first();
      long last = cells.get(i++).last();
      while (i < cells.size() && cells.get(i).first() == last + 1) {
        last = cells.get(i++).last();
      }
      ranges.add(new Range(NUMBER, true, first, true, true, last, true));
    }
    return ranges;
  }
}
