package io.undercroft.runtime.layers;

import java.time.Duration;
import java.util.Objects;

/**
 * How much of what happened is kept for a watch that comes back.
 *
 * @param changes at most so many changes; 0 keeps none
 * @param bytes at most about so many bytes of keys and values
 * @param time for so long after the last watch has gone; 0 only as long as somebody watches
 */
public record Retention(int changes, long bytes, Duration time) {
  /** Keeps nothing. */
  public static final Retention NONE = new Retention(0, 0, Duration.ZERO);

  /** Checks the ranges. */
  public Retention {
    Objects.requireNonNull(time, "time");
    if (changes < 0 || bytes < 0 || time.isNegative()) {
      throw new IllegalArgumentException(
          "a retention is not negative: %d changes, %d bytes, %s".formatted(changes, bytes, time));
    }
  }

  boolean isNone() {
    return changes == 0 || bytes == 0;
  }
}
