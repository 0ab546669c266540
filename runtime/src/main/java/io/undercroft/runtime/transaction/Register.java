package io.undercroft.runtime.transaction;

import io.undercroft.runtime.transaction.Running.Doom;
import io.undercroft.runtime.transaction.Running.State;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The running transactions of one storage in the order in which they began, and with it how much of
 * the past is needed.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Register {
  private final Past past;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Running oldest;
  private @Nullable Running youngest;
  private final AtomicInteger count = new AtomicInteger();
  private volatile long lastBegin = -1;
  private boolean closed;

  Register(Past past) {
    this.past = past;
  }

  int count() {
    return count.get();
  }

  /** Returns what the transaction that began last sees. */
  long lastBegin() {
    return lastBegin;
  }

  /**
   * Adds the youngest; called while no writer is under way.
   *
   * @return false if nobody may begin any more
   */
  boolean add(Running running) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      if (oldest == null && !past.isEmpty()) {
        past.forgetUntil(Long.MAX_VALUE);
      }
      running.older = youngest;
      if (youngest == null) {
        oldest = running;
      } else {
        youngest.younger = running;
      }
      youngest = running;
      lastBegin = running.since;
      count.incrementAndGet();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Decides that it commits, unless it was ended before. */
  void commit(Running running) {
    lock.lock();
    try {
      running.requireActive();
      running.become(State.COMMITTING);
    } finally {
      lock.unlock();
    }
  }

  /** It is over, whatever it was. Idempotent. */
  void remove(Running running) {
    lock.lock();
    try {
      if (running.state() != State.OVER) {
        running.become(State.OVER);
        unlink(running);
        forget();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends it, unless it is over or about to commit. */
  void doom(Running running, Doom why) {
    lock.lock();
    try {
      if (running.state() == State.ACTIVE) {
        running.end(why);
        unlink(running);
        forget();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns the one that began first, at a glance. */
  @Nullable Running oldest() {
    return oldest;
  }

  /** Ends the oldest, unless it is about to commit, for as long as there is a reason to. */
  void doomOldest(Function<Running, @Nullable Doom> reason) {
    lock.lock();
    try {
      Running first = oldest;
      while (first != null && first.state() == State.ACTIVE) {
        Doom why = reason.apply(first);
        if (why == null) {
          return;
        }
        doom(first, why);
        first = oldest;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all that are not about to commit. */
  void doomEvery(Doom why) {
    lock.lock();
    try {
      Running next = oldest;
      while (next != null) {
        Running following = next.younger;
        doom(next, why);
        next = following;
      }
    } finally {
      lock.unlock();
    }
  }

  void close(Doom why) {
    lock.lock();
    try {
      closed = true;
      doomEvery(why);
    } finally {
      lock.unlock();
    }
  }

  private void unlink(Running running) {
    Running before = running.older;
    Running after = running.younger;
    if (before == null) {
      oldest = after;
    } else {
      before.younger = after;
    }
    if (after == null) {
      youngest = before;
    } else {
      after.older = before;
    }
    running.older = null;
    running.younger = null;
    count.decrementAndGet();
  }

  private void forget() {
    Running first = oldest;
    past.forgetUntil(first == null ? Long.MAX_VALUE : first.since);
  }
}
