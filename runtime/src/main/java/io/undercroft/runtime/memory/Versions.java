package io.undercroft.runtime.memory;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers the writes of one storage. As a version the number has the storage's own prefix, made of
 * the moment at which it was opened and of a count within the process, so that a version kept from
 * an earlier storage fits no entry of a later one.
 */
final class Versions {
  private static final int DIGITS = 36;
  private static final AtomicLong OPENED = new AtomicLong();

  private final byte[] prefix;
  private final AtomicLong last = new AtomicLong();

  Versions(Clock clock) {
    prefix =
        (Long.toString(clock.millis(), DIGITS)
                + '.'
                + Long.toString(OPENED.incrementAndGet(), DIGITS)
                + '.')
            .getBytes(StandardCharsets.ISO_8859_1);
  }

  long next() {
    return last.incrementAndGet();
  }

  /** Returns the highest number given out. */
  long last() {
    return last.get();
  }

  /** Made for every entry that is read, so in one piece. */
  String version(long number) {
    int length = prefix.length + 1;
    for (long rest = number / DIGITS; rest > 0; rest /= DIGITS) {
      length++;
    }
    byte[] text = Arrays.copyOf(prefix, length);
    long rest = number;
    for (int at = length - 1; at >= prefix.length; at--) {
      text[at] = (byte) Character.forDigit((int) (rest % DIGITS), DIGITS);
      rest /= DIGITS;
    }
    return new String(text, StandardCharsets.ISO_8859_1);
  }
}
