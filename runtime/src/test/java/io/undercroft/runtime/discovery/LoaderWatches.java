package io.undercroft.runtime.discovery;

import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Watches for tests, and waiting for the garbage collector. */
final class LoaderWatches {
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private LoaderWatches() {}

  /** One that looks when it is asked only, and knows no grace. */
  static LoaderWatch manual() {
    return new LoaderWatch(Duration.ZERO, Clock.systemUTC(), task -> {});
  }

  /** Collects garbage until this holds. */
  static void collectUntil(BooleanSupplier holds, String what) {
    long start = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - start > DEADLINE.toNanos()) {
        throw new AssertionError("not within " + DEADLINE + ": " + what);
      }
      System.gc();
    }
  }
}
