package io.undercroft.plugin.jdbc;

import java.time.Instant;

/** Moments as the tables count them. */
final class Moment {
  private static final long MICROS = 1_000_000;

  private Moment() {}

  /** Returns the microseconds since 1970. */
  static long micros(Instant moment) {
    return Math.addExact(
        Math.multiplyExact(moment.getEpochSecond(), MICROS), moment.getNano() / 1_000);
  }

  /** Returns the moment of these microseconds. */
  static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
  }
}
