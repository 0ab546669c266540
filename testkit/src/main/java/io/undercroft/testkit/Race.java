package io.undercroft.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that start at the same moment; the first failure of any of them comes out. */
final class Race implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 120;

  private final List<Thread> threads = new ArrayList<>();
  private final CountDownLatch start = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean over;

  private Race() {}

  /** What one runner does. */
  @FunctionalInterface
  interface Leg {
    void run(int runner) throws Exception;
  }

  /** Runs the leg once in each of so many threads, and returns when all are done. */
  static void run(int runners, Leg leg) {
    Race race = new Race();
    race.enter(runners, leg);
    race.start.countDown();
    race.finish();
  }

  /** Runs the leg again and again in each of so many threads, until {@link #close}. */
  static Race looping(int runners, Leg leg) {
    Race race = new Race();
    race.enter(
        runners,
        runner -> {
          while (!race.over) {
            leg.run(runner);
          }
        });
    race.start.countDown();
    return race;
  }

  private void enter(int runners, Leg leg) {
    for (int i = 0; i < runners; i++) {
      int runner = i;
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                  leg.run(runner);
                } catch (Exception | Error e) {
                  over = true;
                  if (!failure.compareAndSet(null, e) && failure.get() != e) {
                    Throwable first = failure.get();
                    if (first != null) {
                      first.addSuppressed(e);
                    }
                  }
                }
              },
              "undercroft-testkit-runner-" + runner);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** Returns whether a runner has failed. */
  boolean isOver() {
    return over;
  }

  private void finish() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
      } catch (InterruptedException e) {
        interrupted = true;
        break;
      }
      if (thread.isAlive()) {
        AssertionError stuck =
            new AssertionError(
                thread.getName() + " does not end within " + PATIENCE_SECONDS + " s");
        stuck.setStackTrace(thread.getStackTrace());
        failure.compareAndSet(null, stuck);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while waiting for the runners");
    }
    Throwable first = failure.get();
    if (first != null) {
      throw new AssertionError("a runner failed: " + first, first);
    }
  }

  /** Lets the runners end their present lap and waits for them. */
  @Override
  public void close() {
    over = true;
    finish();
  }
}
