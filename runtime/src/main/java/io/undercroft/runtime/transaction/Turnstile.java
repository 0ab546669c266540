package io.undercroft.runtime.transaction;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Lets any number of writers in at once, or one that wants to be alone: then nobody comes in until
 * everybody was out and its work is done.
 *
 * <p>The writers' side costs two changes of a counter that other threads seldom touch, and one
 * volatile read. A writer must not wait inside for somebody who wants to be alone.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Turnstile {
  private static final int CELLS = 16;
  private static final int APART = 16; // longs: two cache lines
  private static final int SPINS = 100;
  private static final long PAUSE_NANOS = 50_000;

  private final AtomicLongArray inside = new AtomicLongArray(CELLS * APART);
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean closed;

  /** Comes in, waiting if need be; returns a ticket for {@link #leave}. */
  int enter() {
    int ticket = (int) (Thread.currentThread().getId() % CELLS) * APART;
    inside.getAndIncrement(ticket);
    if (!closed) {
      return ticket;
    }
    inside.getAndDecrement(ticket);
    turn.lock(); // whoever holds it wants to be alone, and is so for a moment only
    try {
      inside.getAndIncrement(ticket);
      return ticket;
    } finally {
      turn.unlock();
    }
  }

  void leave(int ticket) {
    inside.getAndDecrement(ticket);
  }

  /**
   * Does the work while nobody is inside.
   *
   * @throws StorageException TIMEOUT if those inside do not come out within the limit, INTERRUPTED
   */
  <R> R alone(long limitNanos, Supplier<R> work) {
    long start = System.nanoTime();
    try {
      if (!turn.tryLock() && !turn.tryLock(limitNanos, TimeUnit.NANOSECONDS)) {
        throw late(limitNanos);
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    try {
      closed = true;
      awaitEmpty(start, limitNanos);
      return work.get();
    } finally {
      closed = false;
      turn.unlock();
    }
  }

  private void awaitEmpty(long start, long limitNanos) {
    for (int cell = 0; cell < CELLS; cell++) {
      for (int spin = 0; inside.get(cell * APART) != 0; spin++) {
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted();
        }
        if (spin < SPINS) {
          Thread.onSpinWait();
        } else if (System.nanoTime() - start > limitNanos) {
          throw late(limitNanos);
        } else {
          LockSupport.parkNanos(this, PAUSE_NANOS);
        }
      }
    }
  }

  private static StorageException late(long limitNanos) {
    return StorageException.of(
        ErrorCode.TIMEOUT,
        "a write has been under way for "
            + TimeUnit.NANOSECONDS.toMillis(limitNanos)
            + " ms, and no transaction can begin beside it; try again when it is over");
  }

  private static StorageException interrupted() {
    Thread.currentThread().interrupt();
    return StorageException.of(
        ErrorCode.INTERRUPTED, "interrupted while waiting for writes under way");
  }
}
