package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The turn to write, where one at a time has the whole database: in the order of arrival, without
 * asking the engine again and again. Other processes still make it wait.
 *
 * <p><b>Threads:</b> safe for concurrent use; may be given back by another thread than took it.
 */
final class Turn {
  private final @Nullable Semaphore turn;

  Turn(boolean oneAtATime) {
    this.turn = oneAtATime ? new Semaphore(1, true) : null;
  }

  /**
   * Waits for the turn.
   *
   * @throws StorageException TIMEOUT, INTERRUPTED
   */
  void take(Duration limit) {
    if (turn == null) {
      return;
    }
    try {
      if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw StorageException.of(
            ErrorCode.TIMEOUT,
            "another transaction has been writing for "
                + limit
                + "; nothing was changed. Make transactions shorter, or allow more time with the"
                + " option 'timeout'");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED,
          "the thread was interrupted while it waited for its turn to write; nothing was changed",
          e);
    }
  }

  /** Takes the turn if nobody has it; returns whether it could. */
  boolean takeAtOnce() {
    return turn == null || turn.tryAcquire();
  }

  void giveBack() {
    if (turn != null) {
      turn.release();
    }
  }
}
