package io.undercroft.plugin.jdbc;

import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where statements run: each call on a connection of its own, or all of them in one transaction.
 *
 * <p><b>Errors:</b> {@link io.undercroft.storage.StorageException}, never an {@link SQLException}.
 */
interface Calls {
  /** Statements on one connection. */
  @FunctionalInterface
  interface Call<R> {
    R run(Session session) throws SQLException;
  }

  /** Runs what only reads. */
  <R> R read(Call<R> call);

  /** Runs what writes by one statement, which is atomic by itself; may run it again. */
  <R> R write(Call<R> call);

  /**
   * Runs what writes by several statements, all or nothing; may run it again.
   *
   * @param holds whether what was written is to stay
   */
  <R> R atomically(Call<R> call, Predicate<R> holds);

  /**
   * Runs what writes by several statements, all or nothing, and need not be done now: empty if it
   * would have to wait for writers of this process, or be part of somebody's transaction.
   */
  <R> Optional<R> perhaps(Call<R> call);
}
