package io.undercroft.plugin.file;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that entries past their deadline are removed some time later. Nobody sees those
 * entries any more in any case; this only gives their room back, and tells those who watch.
 *
 * <p><b>Threads:</b> safe for concurrent use; sweeps one at a time.
 */
final class Sweeper {
  private static final Logger LOG = System.getLogger(Sweeper.class.getPackageName());
  private static final long SOONEST = TimeUnit.SECONDS.toMillis(1);
  private static final long LATEST = TimeUnit.MINUTES.toMillis(1);

  /** What is swept. */
  interface Floor {
    /** Returns how many entries are past their deadline. */
    long dead();

    /** Returns the next deadline, in milliseconds since 1970. */
    OptionalLong nextDeadline();

    /** Removes them. */
    void sweep() throws IOException;
  }

  private final Floor floor;
  private final PluginContext context;
  private @Nullable ScheduledFuture<?> next;
  private boolean closed;

  Sweeper(Floor floor, PluginContext context) {
    this.floor = floor;
    this.context = context;
  }

  /** Looks after deadlines from now on, if it does not yet. */
  void wake() {
    if (floor.dead() > 0) {
      wakeIn(SOONEST);
      return;
    }
    OptionalLong due = floor.nextDeadline();
    if (due.isPresent()) {
      long wait = due.getAsLong() - context.clock().millis();
      wakeIn(Math.min(LATEST, Math.max(SOONEST, wait)));
    }
  }

  private synchronized void wakeIn(long millis) {
    if (closed || next != null) {
      return;
    }
    try {
      next =
          context
              .scheduler()
              .schedule(
                  () -> context.executor().execute(this::sweepAndGoOn),
                  millis,
                  TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      closed = true; // the runtime is ending
    }
  }

  private void sweepAndGoOn() {
    synchronized (this) {
      next = null;
      if (closed) {
        return;
      }
    }
    try {
      if (floor.dead() > 0) {
        floor.sweep();
      }
      if (floor.dead() == 0) {
        wake();
        return;
      }
    } catch (IOException | StorageException e) {
      LOG.log(Level.DEBUG, "expired entries could not be removed; the next sweep tries again", e);
    }
    wakeIn(LATEST);
  }

  /** Sweeps no more. */
  synchronized void close() {
    closed = true;
    if (next != null) {
      next.cancel(false);
      next = null;
    }
  }
}
