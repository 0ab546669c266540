package io.undercroft.runtime.client;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The pauses between attempts at something that others are after as well: random, longer with every
 * attempt, and in proportion to how long an attempt takes.
 *
 * <p><b>Threads:</b> for one thread, for one operation.
 */
final class Patience {
  private static final int MAX_DOUBLINGS = 6;
  private static final long SHORTEST_NANOS = 1_000;
  private static final long LONGEST_NANOS = 1_000_000_000;

  private final Supplier<RandomGenerator> random;
  private long began = System.nanoTime();
  private int attempts;

  Patience(Supplier<RandomGenerator> random) {
    this.random = random;
  }

  /** Returns how many attempts have failed. */
  int attempts() {
    return attempts;
  }

  /**
   * Notes that an attempt failed and waits a while.
   *
   * @throws StorageException INTERRUPTED, with the flag set
   */
  void pause() {
    long now = System.nanoTime();
    long attempt = Math.max(SHORTEST_NANOS, now - began);
    long most = Math.min(LONGEST_NANOS, attempt << Math.min(attempts, MAX_DOUBLINGS));
    attempts++;
    long until = now + random.get().nextLong(most) + 1;
    while (true) {
      if (Thread.currentThread().isInterrupted()) {
        throw StorageException.of(
            ErrorCode.INTERRUPTED, "the thread was interrupted between two attempts");
      }
      began = System.nanoTime();
      if (began >= until) {
        return;
      }
      LockSupport.parkNanos(this, until - began);
    }
  }
}
