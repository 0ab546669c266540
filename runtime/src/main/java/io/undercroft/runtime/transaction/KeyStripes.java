package io.undercroft.runtime.transaction;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks of keys, 64 for all of them. A set of them is the bits of a {@code long}; they are always
 * taken from the lowest bit up, so that no two writers wait for each other.
 */
final class KeyStripes {
  static final long ALL = -1L;

  private final ReentrantLock[] locks = new ReentrantLock[Long.SIZE];

  KeyStripes() {
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  static long of(String key) {
    int hash = key.hashCode();
    return 1L << (hash ^ hash >>> 16); // a shift looks at the lowest six bits only
  }

  static long of(Collection<String> keys) {
    long set = 0;
    for (String key : keys) {
      set |= of(key);
    }
    return set;
  }

  /**
   * Takes the locks.
   *
   * @throws StorageException TIMEOUT after the limit, INTERRUPTED; none of them is held then
   */
  void lock(long set, long limitNanos) {
    long taken = 0;
    for (long rest = set; rest != 0; rest &= rest - 1) {
      ReentrantLock next = locks[Long.numberOfTrailingZeros(rest)];
      try {
        if (!next.tryLock() && !next.tryLock(limitNanos, TimeUnit.NANOSECONDS)) {
          unlock(taken);
          throw StorageException.of(
              ErrorCode.TIMEOUT,
              "another write has been under way for "
                  + TimeUnit.NANOSECONDS.toMillis(limitNanos)
                  + " ms; nothing was written");
        }
      } catch (InterruptedException e) {
        unlock(taken);
        Thread.currentThread().interrupt();
        throw StorageException.of(
            ErrorCode.INTERRUPTED,
            "interrupted while waiting for another write; nothing was written",
            e);
      }
      taken |= rest & -rest;
    }
  }

  void unlock(long set) {
    for (long rest = set; rest != 0; rest &= rest - 1) {
      locks[Long.numberOfTrailingZeros(rest)].unlock();
    }
  }
}
