package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets operations through until it is closed; closing waits for those that are inside.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Gate {
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Throws CLOSED after {@link #shut}; otherwise {@link #leave} is called when it is over. */
  void enter() {
    inside.incrementAndGet();
    if (closed.get()) {
      leave();
      throw closed();
    }
  }

  void leave() {
    if (inside.decrementAndGet() == 0 && closed.get()) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Lets nobody in any more. */
  boolean shut() {
    return closed.compareAndSet(false, true);
  }

  /** Waits until those inside have left, whether or not the thread is interrupted meanwhile. */
  synchronized void await() {
    boolean interrupted = false;
    while (inside.get() > 0) {
      try {
        wait(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static StorageException closed() {
    return StorageException.of(ErrorCode.CLOSED, "the storage is closed");
  }
}
