package io.undercroft.runtime.layers;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts the writes that began while nobody watched, and takes no lock for them: two steps on a
 * counter that threads seldom share. Who begins to watch turns the quiet way off and waits until
 * nobody is on it any more; a writer that was about to take it turns round.
 */
final class QuietWriters {
  /** What {@link #enter} answers when somebody watches. */
  static final int WATCHED = -1;

  private static final int APART = 16; // longs: two cache lines
  private static final int SPINS = 100;
  private static final long PAUSE_NANOS = 50_000;

  private final AtomicInteger watchers = new AtomicInteger();
  private final int cells;
  private final AtomicLongArray counts;

  QuietWriters(int cells) {
    this.cells = cells;
    this.counts = new AtomicLongArray(cells * APART);
  }

  /** Returns a ticket to be given back to {@link #leave}, or WATCHED. */
  int enter() {
    if (watchers.get() > 0) {
      return WATCHED;
    }
    int ticket = (int) (Thread.currentThread().getId() % cells) * APART;
    counts.getAndIncrement(ticket);
    if (watchers.get() > 0) {
      leave(ticket);
      return WATCHED;
    }
    return ticket;
  }

  void leave(int ticket) {
    counts.getAndDecrement(ticket);
  }

  boolean isWatched() {
    return watchers.get() > 0;
  }

  void watch() {
    watchers.incrementAndGet();
  }

  void unwatch() {
    watchers.decrementAndGet();
  }

  /**
   * Waits until every write is done that began on the quiet way; only while watched.
   *
   * @return false if that took longer than the limit
   */
  boolean awaitNone(long limitNanos) throws InterruptedException {
    long start = System.nanoTime();
    for (int cell = 0; cell < cells; cell++) {
      for (int spin = 0; counts.get(cell * APART) != 0; spin++) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        if (spin < SPINS) {
          Thread.onSpinWait();
        } else if (System.nanoTime() - start > limitNanos) {
          return false;
        } else {
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
    return true;
  }
}
