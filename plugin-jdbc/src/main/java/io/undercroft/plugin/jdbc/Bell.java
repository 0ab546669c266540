package io.undercroft.plugin.jdbc;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Says that there may be changes. For one thread that waits. */
interface Bell {
  /** Returns when it has rung, or after a while in any case. */
  void await();

  /** Nobody waits for now. */
  default void rest() {}

  /** Returns a bell of an engine that rings none: it is time to look again after so long. */
  static Bell every(long millis) {
    return () -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
  }
}
