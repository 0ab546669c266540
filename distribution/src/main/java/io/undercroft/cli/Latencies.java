package io.undercroft.cli;

/**
 * How long operations took, counted in steps of about three in a hundred.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class Latencies {
  /** Halves, quarters … of each power of two. */
  private static final int STEP_BITS = 5;

  private static final int STEPS = 1 << STEP_BITS;
  private static final int COUNTERS = (Long.SIZE - STEP_BITS) * STEPS + STEPS;

  private final long[] counts = new long[COUNTERS];
  private long count;

  void add(long nanos) {
    counts[step(Math.max(0, nanos))]++;
    count++;
  }

  void addAll(Latencies others) {
    for (int i = 0; i < COUNTERS; i++) {
      counts[i] += others.counts[i];
    }
    count += others.count;
  }

  long count() {
    return count;
  }

  /** Returns how long this part of the operations took at most; 0 if there were none. */
  long nanos(double part) {
    long wanted = Math.max(1, (long) Math.ceil(part * count));
    long seen = 0;
    for (int i = 0; i < COUNTERS; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return middle(i);
      }
    }
    return 0;
  }

  private static int step(long nanos) {
    if (nanos < 2 * STEPS) {
      return (int) nanos;
    }
    int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - STEP_BITS;
    return (shift << STEP_BITS) + (int) (nanos >>> shift);
  }

  private static long middle(int step) {
    if (step < 2 * STEPS) {
      return step;
    }
    int shift = (step >> STEP_BITS) - 1;
    return ((long) ((step & (STEPS - 1)) + STEPS) << shift) + (1L << shift) / 2;
  }
}
