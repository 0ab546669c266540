package io.undercroft.plugin.jdbc;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * What a failed call of the database means to the caller of a storage.
 *
 * <p>The engine's own words are left in the cause, because they may quote a value; the message says
 * its codes.
 */
final class Failures {
  private final Dialect dialect;
  private final String where;
  private final IndexNames names;

  /**
   * Takes the parts.
   *
   * @param where the engine and the table, for messages
   * @param names of the indexes that a failure may be about
   */
  Failures(Dialect dialect, String where, IndexNames names) {
    this.dialect = dialect;
    this.where = where;
    this.names = names;
  }

  Trouble trouble(SQLException e) {
    if (e instanceof Dialect.Overtaken) {
      return Trouble.CONFLICT;
    }
    if (names.in(e).isPresent()) {
      return Trouble.DUPLICATE;
    }
    return isInterruption(e) ? Trouble.INTERRUPTED : dialect.trouble(e);
  }

  private static boolean isInterruption(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedException) {
        return true;
      }
    }
    return false;
  }

  /** Returns the exception for a connection that could not be had. */
  StorageException connecting(SQLException e) {
    if (isInterruption(e)) {
      Thread.currentThread().interrupt();
      return StorageException.of(
          ErrorCode.INTERRUPTED,
          where + ": the thread was interrupted while it waited for a connection",
          e);
    }
    if (e instanceof SQLTransientConnectionException && e.getCause() == null) {
      return StorageException.of(
          ErrorCode.TIMEOUT,
          where
              + ": no connection was free within 'pool.wait'; nothing was changed. End transactions"
              + " sooner, or raise 'pool.size' or 'pool.wait'",
          e);
    }
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        where + ": no connection to the database (" + codes(e) + "); is it running?",
        e);
  }

  /** Returns the exception for what only read. */
  StorageException reading(SQLException e, Trouble trouble) {
    return switch (trouble) {
      case INTERRUPTED -> interrupted(e);
      case TIMEOUT -> timeout(e);
      case CONFLICT -> aborted(e);
      case DEADLOCK -> deadlock(e);
      default ->
          StorageException.of(
              ErrorCode.CONNECTION_LOST, where + ": reading failed (" + codes(e) + ")", e);
    };
  }

  /** Returns the exception for a write that has changed nothing. */
  StorageException undone(SQLException e, Trouble trouble) {
    return switch (trouble) {
      case INTERRUPTED -> interrupted(e);
      case TIMEOUT -> timeout(e);
      case CONFLICT -> aborted(e);
      case DEADLOCK -> deadlock(e);
      case DUPLICATE -> duplicate(e);
      case FULL ->
          StorageException.of(
              ErrorCode.STORAGE_FULL,
              where
                  + ": there is no room left ("
                  + codes(e)
                  + "); nothing was changed; make room on the database's disk",
              e);
      case LOST ->
          StorageException.of(
              ErrorCode.CONNECTION_LOST,
              where
                  + ": the connection broke before anything was committed ("
                  + codes(e)
                  + "); nothing was changed",
              e);
      case REFUSED ->
          StorageException.of(
              ErrorCode.CONNECTION_FAILED,
              where
                  + ": the database refused a write ("
                  + codes(e)
                  + "); nothing was changed; see the cause, and what the user may do",
              e);
    };
  }

  /** Returns the exception for a write whose answer was lost. */
  StorageException inDoubt(SQLException e) {
    return StorageException.of(
        ErrorCode.UNKNOWN_OUTCOME,
        where
            + ": the connection broke while a write was under way ("
            + codes(e)
            + "); it may have been done or not: read the entry again",
        e);
  }

  private StorageException interrupted(SQLException e) {
    Thread.currentThread().interrupt();
    return StorageException.of(
        ErrorCode.INTERRUPTED, where + ": the thread was interrupted; nothing was changed", e);
  }

  private StorageException timeout(SQLException e) {
    return StorageException.of(
        ErrorCode.TIMEOUT,
        where
            + ": it took longer than the option 'timeout' allows ("
            + codes(e)
            + "); nothing was changed",
        e);
  }

  private StorageException aborted(SQLException e) {
    return StorageException.of(
        ErrorCode.TRANSACTION_ABORTED,
        where
            + ": somebody else wrote what this transaction depends on ("
            + codes(e)
            + "); nothing was changed: run it again",
        e);
  }

  private StorageException duplicate(SQLException e) {
    String index = names.in(e).orElse("?");
    return StorageException.of(
            ErrorCode.DUPLICATE_KEY,
            where
                + ": index '"
                + index
                + "' is unique, and two entries would have the same values; nothing was changed",
            e)
        .with("index", index);
  }

  private StorageException deadlock(SQLException e) {
    return StorageException.of(
        ErrorCode.DEADLOCK_DETECTED,
        where
            + ": it waited for somebody who waited for it ("
            + codes(e)
            + "); nothing was changed: run it again",
        e);
  }

  private static String codes(SQLException e) {
    return "SQLSTATE " + e.getSQLState() + ", code " + e.getErrorCode();
  }
}
