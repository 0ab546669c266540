package io.undercroft.layer.cache;

/**
 * What happens to the keys of one part of the key space: how many of them are being written now,
 * and a stamp that no two moments share between which a write began or ended.
 *
 * <p>Its monitor orders the keeping of an entry and the beginning of a write. What was loaded may
 * be kept, and be handed to others, only while the stamp is the one of before the loading: then no
 * write of this process has begun since. While a write is under way nothing is kept.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Stripe {
  private static final int WRITER_BITS = 24;
  private static final long GENERATION = 1L << WRITER_BITS;
  private static final long WRITERS = GENERATION - 1;

  private volatile long stamp;

  long stamp() {
    return stamp;
  }

  /** Returns whether a write was under way at the moment of this stamp. */
  static boolean isWriting(long stamp) {
    return (stamp & WRITERS) != 0;
  }

  synchronized void begin() {
    stamp = stamp + GENERATION + 1;
  }

  synchronized void end() {
    stamp = stamp + GENERATION - 1;
  }

  /** Says that something was changed by somebody else. */
  synchronized void change() {
    stamp = stamp + GENERATION;
  }
}
