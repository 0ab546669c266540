package io.undercroft.runtime.transaction;

import java.time.Duration;

/**
 * How much the running transactions of one storage may hold on to; the oldest of them is aborted
 * rather than going beyond.
 *
 * @param bytes how much memory former entries may take
 * @param age how long a transaction may run that asked for no timeout of its own
 */
record Bounds(long bytes, Duration age) {
  private static final long MOST_BYTES = 64L << 20;
  private static final int SHARE_OF_HEAP = 8;

  /** 64 MiB but at most an eighth of the heap, and five minutes. */
  static final Bounds USUAL =
      new Bounds(
          Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP),
          Duration.ofMinutes(5));

  Bounds {
    if (bytes < 1 || age.isNegative() || age.isZero()) {
      throw new IllegalArgumentException(
          "bytes and age must be positive, got " + bytes + ", " + age);
    }
  }
}
