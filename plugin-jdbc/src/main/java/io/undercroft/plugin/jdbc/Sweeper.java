package io.undercroft.plugin.jdbc;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.StorageException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows past their deadline some time later. Nobody sees them any more in any case; this
 * only gives their room back.
 *
 * <p><b>Threads:</b> safe for concurrent use; sweeps one at a time.
 */
final class Sweeper {
  private static final Logger LOG = System.getLogger(Sweeper.class.getPackageName());
  private static final long SOONEST = TimeUnit.SECONDS.toMillis(1);
  private static final long LATEST = TimeUnit.MINUTES.toMillis(1);
  private static final int AT_ONCE = 1_000;

  private final Calls calls;
  private final Sql sql;
  private final PluginContext context;
  private @Nullable ScheduledFuture<?> next;
  private volatile boolean awake;
  private boolean closed;

  Sweeper(Calls calls, Sql sql, PluginContext context) {
    this.calls = calls;
    this.sql = sql;
    this.context = context;
  }

  /** Looks after deadlines from now on, if it does not yet. */
  void wake() {
    if (!awake) {
      wakeIn(SOONEST);
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
      awake = true;
    } catch (RejectedExecutionException e) {
      closed = true; // the runtime is ending
    }
  }

  private void sweepAndGoOn() {
    synchronized (this) {
      next = null;
      awake = false;
      if (closed) {
        return;
      }
    }
    try {
      sweep();
      OptionalLong due = calls.read(this::nextDeadline);
      if (due.isPresent()) {
        long wait = due.getAsLong() - context.clock().millis();
        wakeIn(Math.min(LATEST, Math.max(SOONEST, wait)));
      }
    } catch (StorageException e) {
      LOG.log(Level.DEBUG, "expired entries could not be removed; the next sweep tries again", e);
      wakeIn(LATEST);
    }
  }

  /** Removes what is past its deadline; returns whether there was any. */
  boolean sweep() {
    boolean any = false;
    int removed;
    do {
      removed = calls.write(session -> sweep(session, sql, context.clock()));
      any |= removed > 0;
    } while (removed == AT_ONCE);
    return any;
  }

  /** Removes some of what is past its deadline; returns how many. */
  static int sweep(Session session, Sql sql, Clock clock) throws SQLException {
    PreparedStatement statement = session.statement(sql.sweep);
    statement.setLong(1, clock.millis());
    statement.setInt(2, AT_ONCE);
    return statement.executeUpdate();
  }

  private OptionalLong nextDeadline(Session session) throws SQLException {
    try (ResultSet row = session.statement(sql.nextDeadline).executeQuery()) {
      long deadline = row.next() ? row.getLong(1) : 0;
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(deadline);
    }
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
