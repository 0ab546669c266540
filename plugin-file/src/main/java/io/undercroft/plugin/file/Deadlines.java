package io.undercroft.plugin.file;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * How many of the entries that are there are past their deadline, at some 8 bytes for each entry
 * that has one. Deadlines are milliseconds since 1970.
 *
 * <p>Knows no keys: a deadline that is taken away again is only noted, and the two notes meet when
 * they come up.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Deadlines {
  private static final int WORTH_TIDYING = 1_024;

  private final Longs ahead = new Longs(); // two heaps: what comes, and what of it was taken away
  private final Longs withdrawn = new Longs();
  private final Longs behind = new Longs(); // the same of what has passed, in no order
  private final Longs swept = new Longs();
  private long passed = Long.MIN_VALUE;

  /** Notes the deadline of an entry that came. */
  synchronized void add(long deadline) {
    if (deadline <= passed) {
      behind.add(deadline);
    } else {
      ahead.push(deadline);
    }
  }

  /** Notes that an entry with this deadline went, dead or alive. */
  synchronized void remove(long deadline) {
    if (deadline > passed) {
      withdrawn.push(deadline);
      tidyIfWorthIt(ahead, withdrawn);
    } else {
      swept.add(deadline);
      tidyIfWorthIt(behind, swept);
    }
  }

  /** Returns how many entries are there that are past their deadline. */
  synchronized long dead(long now) {
    if (now < passed) {
      goBack(now);
    }
    passed = now;
    while (ahead.size > 0 && ahead.values[0] <= now) {
      long deadline = ahead.poll();
      while (withdrawn.size > 0 && withdrawn.values[0] < deadline) {
        withdrawn.poll(); // went without ever having come: somebody changed the metadata by hand
      }
      if (withdrawn.size > 0 && withdrawn.values[0] == deadline) {
        withdrawn.poll();
      } else {
        behind.add(deadline);
      }
    }
    return Math.max(0, behind.size - swept.size);
  }

  /** Returns the next deadline, or one that was taken away and has not come up yet. */
  synchronized OptionalLong next() {
    return ahead.size == 0 ? OptionalLong.empty() : OptionalLong.of(ahead.values[0]);
  }

  /** The clock was put back: what had passed is ahead again. */
  private void goBack(long now) {
    tidy(behind, swept);
    int kept = 0;
    for (int i = 0; i < behind.size; i++) {
      long deadline = behind.values[i];
      if (deadline > now) {
        ahead.push(deadline);
      } else {
        behind.values[kept++] = deadline;
      }
    }
    behind.size = kept;
  }

  private static void tidyIfWorthIt(Longs came, Longs went) {
    if (went.size > WORTH_TIDYING && went.size * 2 > came.size) {
      tidy(came, went);
    }
  }

  /** Strikes out what is in both. Leaves them sorted, and so still heaps. */
  private static void tidy(Longs came, Longs went) {
    Arrays.sort(came.values, 0, came.size);
    Arrays.sort(went.values, 0, went.size);
    int kept = 0;
    int w = 0;
    for (int i = 0; i < came.size; i++) {
      while (w < went.size && went.values[w] < came.values[i]) {
        w++;
      }
      if (w < went.size && went.values[w] == came.values[i]) {
        w++;
      } else {
        came.values[kept++] = came.values[i];
      }
    }
    came.size = kept;
    went.size = 0;
  }

  /** Longs in an array that grows: a bag, or a heap with the least first. */
  private static final class Longs {
    private long[] values = new long[16];
    private int size;

    void add(long value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, size * 2);
      }
      values[size++] = value;
    }

    void push(long value) {
      add(value);
      int at = size - 1;
      while (at > 0 && values[(at - 1) >>> 1] > value) {
        values[at] = values[(at - 1) >>> 1];
        at = (at - 1) >>> 1;
      }
      values[at] = value;
    }

    long poll() {
      long first = values[0];
      long last = values[--size];
      int at = 0;
      while (2 * at + 1 < size) {
        int child = 2 * at + 1;
        if (child + 1 < size && values[child + 1] < values[child]) {
          child++;
        }
        if (values[child] >= last) {
          break;
        }
        values[at] = values[child];
        at = child;
      }
      values[at] = last;
      return first;
    }
  }
}
