package io.undercroft.layer.cache;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How much is kept, and for how long.
 *
 * @param most how many entries, or how many bytes
 * @param inBytes whether {@code most} is in bytes
 * @param afterWrite how long after it was read from below
 * @param afterAccess how long after it was asked for
 * @param refreshAhead from which age on an entry that is asked for is read anew
 * @param misses whether it is remembered that there is no entry
 * @param counting whether hits and misses are counted
 */
record Bounds(
    long most,
    boolean inBytes,
    Optional<Duration> afterWrite,
    Optional<Duration> afterAccess,
    Optional<Duration> refreshAhead,
    boolean misses,
    boolean counting) {
  Bounds {
    if (most < 1) {
      throw new IllegalArgumentException("at least 1, got " + most);
    }
    Objects.requireNonNull(afterWrite, "afterWrite");
    Objects.requireNonNull(afterAccess, "afterAccess");
    Objects.requireNonNull(refreshAhead, "refreshAhead");
  }

  static Bounds entries(long most) {
    return new Bounds(
        most, false, Optional.empty(), Optional.empty(), Optional.empty(), false, false);
  }

  static Bounds bytes(long most) {
    return new Bounds(
        most, true, Optional.empty(), Optional.empty(), Optional.empty(), false, false);
  }
}
