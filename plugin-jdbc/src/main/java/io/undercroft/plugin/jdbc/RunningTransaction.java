package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on one connection. What fails in it ends it: an engine that has refused a
 * statement may have undone more than that.
 *
 * <p><b>Threads:</b> for one thread at a time; its time limit and the end of the storage may come
 * from another.
 */
final class RunningTransaction implements Transactions.Handle, Calls {
  /**
   * What all transactions of a storage share.
   *
   * @param limit how long one statement may take
   * @param over told of the end
   */
  record Surroundings(
      Connections connections,
      Failures failures,
      Turn turn,
      Shield shield,
      Duration limit,
      Table.Place place,
      Consumer<RunningTransaction> over) {}

  /** Why nothing more can be done. */
  private record Ended(ErrorCode code, String reason) {
    static final Ended COMMITTED =
        new Ended(ErrorCode.TRANSACTION_ABORTED, "it was committed already");
    static final Ended ROLLED_BACK = new Ended(ErrorCode.TRANSACTION_ABORTED, "it was rolled back");
    static final Ended CLOSED = new Ended(ErrorCode.CLOSED, "the storage is closed");
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final String id;
  private final Session session;
  private final Surroundings around;
  private final Optional<Duration> timeout;
  private final long end;
  private final boolean readOnly;
  private final Facets facets;
  private final Map<String, Integer> savepoints = new LinkedHashMap<>();
  private int savepointCount;
  private boolean hasRead;
  private boolean hasTurn;
  private boolean hasWritten;
  private long lastChange = -1;
  private volatile boolean late;
  private @Nullable Ended ended;
  private @Nullable ScheduledFuture<?> alarm;

  /**
   * Takes a session on which a transaction has begun.
   *
   * @param timeout what was asked for
   * @param limit how long it may take
   */
  RunningTransaction(
      String id,
      Session session,
      Surroundings around,
      Optional<Duration> timeout,
      Duration limit,
      boolean readOnly) {
    this.id = id;
    this.session = session;
    this.around = around;
    this.timeout = timeout;
    this.end = System.nanoTime() + limit.toNanos();
    this.readOnly = readOnly;
    Calls calls = new ShieldedCalls(this, around.shield());
    Table table = new Table(calls, around.place());
    Facets own =
        Facets.of(table)
            .with(Batch.class, table)
            .with(Commit.class, table)
            .with(Expiry.class, table);
    this.facets =
        around.place().dialect().answersQueries()
            ? own.with(Queries.class, new JdbcQueries(calls, table, around.place(), false))
            : own;
  }

  /** Sees to it that it ends in time, whether or not anybody goes on with it. */
  void endIn(Duration limit, PluginContext context) {
    try {
      ScheduledFuture<?> set =
          context
              .scheduler()
              .schedule(
                  () -> context.executor().execute(this::runLate),
                  limit.toNanos(),
                  TimeUnit.NANOSECONDS);
      lock.lock();
      try {
        alarm = set;
      } finally {
        lock.unlock();
      }
    } catch (RejectedExecutionException e) {
      closeStorage(); // the runtime is ending
    }
  }

  private void runLate() {
    late = true;
    if (lock.tryLock()) {
      try {
        endIfLate();
      } finally {
        lock.unlock();
      }
    } // else whoever works in it sees it afterwards
  }

  private void endIfLate() {
    if (late && ended == null) {
      abort(tooLong());
    }
  }

  private Ended tooLong() {
    return timeout
        .map(
            asked ->
                new Ended(
                    ErrorCode.TIMEOUT,
                    "it took longer than its timeout of "
                        + asked
                        + "; nothing was written. Allow it more time, or make it shorter"))
        .orElseGet(
            () ->
                new Ended(
                    ErrorCode.TRANSACTION_ABORTED,
                    "it took longer than the option 'transaction-timeout' allows; nothing was"
                        + " written"));
  }

  void closeStorage() {
    around.shield().run(this::closeHere);
  }

  private void closeHere() {
    lock.lock();
    try {
      if (ended == null) {
        abort(Ended.CLOSED);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public Facets facets() {
    return facets;
  }

  // ---- statements

  @Override
  public <R> R read(Call<R> call) {
    return inside(false, call);
  }

  @Override
  public <R> R write(Call<R> call) {
    return inside(true, call);
  }

  /** What does not hold has not written anything yet, so there is nothing to undo. */
  @Override
  public <R> R atomically(Call<R> call, Predicate<R> holds) {
    return inside(true, call);
  }

  @Override
  public <R> Optional<R> perhaps(Call<R> call) {
    return Optional.empty();
  }

  private <R> R inside(boolean writes, Call<R> call) {
    lock.lock();
    try {
      refuseIfOver();
      if (writes) {
        prepareToWrite();
      } else {
        hasRead = true;
      }
      return call.run(session);
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      endIfLate();
      lock.unlock();
    }
  }

  private void refuseIfOver() {
    endIfLate();
    Ended why = ended;
    if (why != null) {
      throw StorageException.of(
          why.code(), "transaction " + id + " is over: " + why.reason() + "; begin another one");
    }
  }

  private void prepareToWrite() throws SQLException {
    if (readOnly) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "transaction " + id + " is for reading only; begin it without readOnly to write");
    }
    if (!hasTurn && hasRead && around.place().dialect().readersHoldUpWriters()) {
      // Who has the turn waits, at its commit, for this one to have read.
      if (!around.turn().takeAtOnce()) {
        throw new Dialect.Overtaken();
      }
      hasTurn = true;
    }
    if (!hasTurn) {
      long left = Math.max(1, Math.min(end - System.nanoTime(), around.limit().toNanos()));
      around.turn().take(Duration.ofNanos(left));
      hasTurn = true;
    }
    if (!hasWritten) {
      Dialect dialect = around.place().dialect();
      if (!hasRead && savepointCount == 0) {
        dialect.beginToWrite(session);
      }
      if (around.place().hasUnique()) {
        Sweeper.sweep(session, around.place().sql(), around.place().clock());
      }
      lastChange = dialect.lastChange(session, around.place().sql().name);
      hasWritten = true;
    }
  }

  private StorageException failed(SQLException e) {
    Trouble trouble = around.failures().trouble(e);
    if (trouble == Trouble.REFUSED) {
      session.forgetStatements(e);
    }
    StorageException failure = around.failures().undone(e, trouble);
    if (trouble == Trouble.LOST) {
      release(true, new Ended(ErrorCode.TRANSACTION_ABORTED, "its connection broke"));
    } else {
      abort(new Ended(ErrorCode.TRANSACTION_ABORTED, "it was rolled back when a statement failed"));
    }
    return failure;
  }

  private void abort(Ended why) {
    boolean broken = true;
    try {
      around.place().dialect().rollback(session);
      around.place().dialect().end(session);
      broken = false;
    } catch (SQLException e) {
      // The connection is thrown away, and with it the transaction.
    } finally {
      release(broken, why);
    }
  }

  private void release(boolean broken, Ended why) {
    ended = why;
    if (alarm != null) {
      alarm.cancel(false);
    }
    around.connections().giveBack(session, broken);
    if (hasTurn) {
      around.turn().giveBack();
    }
    around.over().accept(this);
  }

  // ---- the end

  @Override
  public void commit() {
    around.shield().run(this::commitHere);
  }

  private void commitHere() {
    lock.lock();
    try {
      refuseIfOver();
      commitNow();
    } finally {
      lock.unlock();
    }
  }

  private void commitNow() {
    Dialect dialect = around.place().dialect();
    boolean done = false;
    try {
      if (hasWritten) {
        dialect.forgetOverwritten(session, around.place().sql().name, lastChange);
      }
      dialect.commit(session);
      done = true;
      dialect.end(session);
      if (!readOnly) {
        dialect.force(session);
      }
      release(false, Ended.COMMITTED);
    } catch (SQLException e) {
      Trouble trouble = around.failures().trouble(e);
      if (done || trouble == Trouble.LOST) {
        release(true, new Ended(ErrorCode.UNKNOWN_OUTCOME, "its connection broke at its commit"));
        throw around.failures().inDoubt(e);
      }
      throw failed(e);
    }
  }

  @Override
  public void rollback() {
    around.shield().run(this::rollbackHere);
  }

  private void rollbackHere() {
    lock.lock();
    try {
      if (ended == null) {
        abort(Ended.ROLLED_BACK);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void savepoint(String name) {
    around.shield().run(() -> mark(name));
  }

  private void mark(String name) {
    lock.lock();
    try {
      refuseIfOver();
      int number = ++savepointCount;
      session.runOnce("SAVEPOINT s" + number);
      savepoints.remove(name);
      savepoints.put(name, number);
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void rollbackTo(String name) {
    around.shield().run(() -> backTo(name));
  }

  private void backTo(String name) {
    lock.lock();
    try {
      refuseIfOver();
      Integer number = savepoints.get(name);
      if (number == null) {
        throw StorageException.of(
            ErrorCode.KEY_NOT_FOUND,
            "transaction "
                + id
                + " has no savepoint "
                + StorageException.quote(name)
                + "; it has "
                + savepoints.keySet());
      }
      session.runOnce("ROLLBACK TO SAVEPOINT s" + number);
      savepoints.values().removeIf(later -> later > number);
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    rollback();
  }
}
