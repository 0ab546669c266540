package io.undercroft.runtime.layers;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks that put the writes of a key and the news of them in one order: up to 64 for all keys. A
 * set of them is the bits of a {@code long}, always taken from the lowest bit up. They are held
 * across calls of the backend, so waiting for one has a limit.
 */
final class KeyLocks {
  private final ReentrantLock[] locks;
  private final Duration limit;

  /**
   * Makes the locks.
   *
   * @param count a power of two, at most 64
   */
  KeyLocks(int count, Duration limit) {
    this.locks = new ReentrantLock[count];
    this.limit = limit;
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  long all() {
    return -1L >>> (Long.SIZE - locks.length);
  }

  long of(String key) {
    int hash = key.hashCode();
    return 1L << ((hash ^ (hash >>> 16)) & (locks.length - 1));
  }

  long of(Collection<String> keys) {
    long set = 0;
    for (String key : keys) {
      set |= of(key);
    }
    return set;
  }

  void lock(long set) {
    long taken = 0;
    for (long rest = set; rest != 0; rest &= rest - 1) {
      int index = Long.numberOfTrailingZeros(rest);
      try {
        if (!locks[index].tryLock()
            && !locks[index].tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
          unlock(taken);
          throw StorageException.of(
              ErrorCode.TIMEOUT,
              "another write has been under way for "
                  + limit.toSeconds()
                  + " s, and this one must not overtake it; nothing was written");
        }
      } catch (InterruptedException e) {
        unlock(taken);
        Thread.currentThread().interrupt();
        throw StorageException.of(
            ErrorCode.INTERRUPTED,
            "interrupted while waiting for another write; nothing was written",
            e);
      }
      taken |= 1L << index;
    }
  }

  void unlock(long set) {
    for (long rest = set; rest != 0; rest &= rest - 1) {
      locks[Long.numberOfTrailingZeros(rest)].unlock();
    }
  }
}
