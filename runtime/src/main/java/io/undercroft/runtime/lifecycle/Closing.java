package io.undercroft.runtime.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What was opened and is to be closed, the last one first. A failure does not keep the rest from
 * being closed: the first comes out at the end, the others suppressed in it.
 *
 * <p><b>Threads:</b> safe for concurrent use; what was taken by one {@link #run} is closed by that
 * one only.
 */
final class Closing implements Runnable {
  private final Deque<Runnable> steps = new ArrayDeque<>();

  /** Adds a step, to be run before those that are there. */
  synchronized void add(Runnable step) {
    steps.push(step);
  }

  private synchronized @Nullable Runnable take() {
    return steps.poll();
  }

  /** Closes everything that is there. */
  @Override
  public void run() {
    Throwable first = null;
    for (Runnable step = take(); step != null; step = take()) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (first != e) {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    } else if (first instanceof Error error) {
      throw error;
    }
  }

  /** Closes everything because something else has failed already. */
  void runAfter(Throwable failure) {
    try {
      run();
    } catch (RuntimeException | Error e) {
      if (e != failure) {
        failure.addSuppressed(e);
      }
    }
  }
}
