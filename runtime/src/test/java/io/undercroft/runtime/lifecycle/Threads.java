package io.undercroft.runtime.lifecycle;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The threads of runtimes, and waiting for something to happen. */
final class Threads {
  private Threads() {}

  /** Returns the names of the threads of runtimes that are alive. */
  static Set<String> ofRuntimes() {
    Set<String> names = new TreeSet<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("undercroft-")) {
        names.add(thread.getName());
      }
    }
    return names;
  }

  /** Waits for a condition, at most ten seconds. */
  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("in ten seconds it did not come true that " + what);
      }
      Thread.onSpinWait();
    }
  }
}
