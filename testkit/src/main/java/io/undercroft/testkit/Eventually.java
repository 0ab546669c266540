package io.undercroft.testkit;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a condition with a deadline, instead of sleeping and hoping.
 *
 * <pre>{@code
 * Eventually.holds("the change arrives", () -> seen.contains("a"));
 * Eventually.passes(() -> assertThat(seen).containsExactly("a", "b"));
 * }</pre>
 */
public final class Eventually {
  /** The system property that says how many seconds to wait; 30 without it. */
  public static final String PROPERTY = "undercroft.testkit.patience";

  private static final int PATIENCE_SECONDS = 30; // long, because machines are slow at times

  private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
  private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private Eventually() {}

  private static Duration limit() {
    return Duration.ofSeconds(Integer.getInteger(PROPERTY, PATIENCE_SECONDS));
  }

  /** An assertion that may fail at first. */
  @FunctionalInterface
  public interface Assertion {
    /** Returns if it holds, throws otherwise. */
    void check() throws Exception;
  }

  /**
   * Returns as soon as the condition is true.
   *
   * @param what the condition in words
   * @throws AssertionError with these words if it is not true in time
   */
  public static void holds(String what, BooleanSupplier condition) {
    holds(limit(), what, condition);
  }

  /** As {@link #holds(String, BooleanSupplier)}, with another limit. */
  public static void holds(Duration limit, String what, BooleanSupplier condition) {
    passes(
        limit,
        () -> {
          if (!condition.getAsBoolean()) {
            throw new AssertionError("does not hold: " + what);
          }
        });
  }

  /**
   * Returns as soon as the assertion does not throw.
   *
   * @throws AssertionError whose cause is what the assertion threw last, if that is still so when
   *     the time is over
   */
  public static void passes(Assertion assertion) {
    passes(limit(), assertion);
  }

  /** As {@link #passes(Assertion)}, with another limit. */
  public static void passes(Duration limit, Assertion assertion) {
    long end = System.nanoTime() + limit.toNanos();
    long pause = SHORTEST_NANOS;
    while (true) {
      boolean last = System.nanoTime() - end >= 0;
      try {
        assertion.check();
        return;
      } catch (Exception | AssertionError e) {
        if (last || Thread.currentThread().isInterrupted()) {
          String why = last ? "not within " + limit : "interrupted while waiting";
          throw new AssertionError(why + ": " + e.getMessage(), e);
        }
      }
      LockSupport.parkNanos(pause);
      pause = Math.min(2 * pause, LONGEST_NANOS);
    }
  }
}
