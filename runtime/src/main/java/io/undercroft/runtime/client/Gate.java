package io.undercroft.runtime.client;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Counts operations in and out, and can be shut: then nobody comes in any more, and one may wait
 * until everybody is out.
 *
 * <p>Both counters only grow. Whoever reads first how many went out and then how many came in, and
 * finds the same number, knows that at the moment between the two nobody was inside.
 */
final class Gate {
  private static final long LONGEST_NAP_NANOS = 1_000_000;

  private final LongAdder in = new LongAdder();
  private final LongAdder out = new LongAdder();
  private volatile boolean shut;

  /** Lets an operation in, or returns false if the gate is shut; only a true wants an exit. */
  boolean enter() {
    in.increment();
    if (shut) {
      out.increment();
      return false;
    }
    return true;
  }

  void exit() {
    out.increment();
  }

  boolean isShut() {
    return shut;
  }

  void shut() {
    shut = true;
  }

  /**
   * Waits until everybody is out.
   *
   * @return false if the limit passed first, or if the thread was interrupted, whose flag stays set
   */
  boolean awaitEmpty(Duration limit) {
    long start = System.nanoTime();
    long nap = 1_000;
    while (out.sum() != in.sum()) {
      if (System.nanoTime() - start > limit.toNanos() || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(this, nap);
      nap = Math.min(nap * 2, LONGEST_NAP_NANOS);
    }
    return true;
  }
}
