package io.undercroft.runtime.memory;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks for writers, 64 for all keys. A set of them is the bits of a {@code long}; they are always
 * taken from the lowest bit up, so that two commits cannot wait for each other.
 */
final class Stripes {
  static final long ALL = -1L;

  private final ReentrantLock[] locks = new ReentrantLock[Long.SIZE];

  Stripes() {
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

  void lock(long set) {
    for (long rest = set; rest != 0; rest &= rest - 1) {
      locks[Long.numberOfTrailingZeros(rest)].lock();
    }
  }

  void unlock(long set) {
    for (long rest = set; rest != 0; rest &= rest - 1) {
      locks[Long.numberOfTrailingZeros(rest)].unlock();
    }
  }
}
