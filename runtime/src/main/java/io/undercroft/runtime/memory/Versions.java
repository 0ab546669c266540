package io.undercroft.runtime.memory;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the writes of one storage. As a version the number has the storage's own prefix, made of
 * the moment at which it was opened and of a count within the process, so that a version kept from
 * an earlier storage fits no entry of a later one.
 */
final class Versions {
  private static final int DIGITS = 36;
  private static final AtomicLong OPENED = new AtomicLong();

  private final String prefix;
  private final AtomicLong last = new AtomicLong();

  Versions(Clock clock) {
    prefix =
        Long.toString(clock.millis(), DIGITS)
            + '.'
            + Long.toString(OPENED.incrementAndGet(), DIGITS)
            + '.';
  }

  long next() {
    return last.incrementAndGet();
  }

  /** Returns the highest number given out. */
  long last() {
    return last.get();
  }

  String version(long number) {
    return prefix + Long.toString(number, DIGITS);
  }
}
