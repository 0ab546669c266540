package io.undercroft.plugin.jdbc;

import io.undercroft.storage.StorageException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Calls outside of transactions: each takes a connection, and gives it back. What was undone for
 * somebody else's sake is run again.
 */
final class PooledCalls implements Calls {
  private static final int MOST_ATTEMPTS = 200;
  private static final long LONGEST_PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

  private final Dialect dialect;
  private final Connections connections;
  private final Failures failures;
  private final Gate gate;
  private final Turn turn;
  private final Duration limit;

  PooledCalls(
      Dialect dialect,
      Connections connections,
      Failures failures,
      Gate gate,
      Turn turn,
      Duration limit) {
    this.dialect = dialect;
    this.connections = connections;
    this.failures = failures;
    this.gate = gate;
    this.turn = turn;
    this.limit = limit;
  }

  /** What was undone, and why. */
  private static final class Undone extends Exception {
    private static final long serialVersionUID = 1L;

    private final StorageException failure;

    Undone(StorageException failure, SQLException cause) {
      super(cause);
      this.failure = failure;
    }
  }

  /** One attempt at a call. */
  @FunctionalInterface
  private interface Attempt<R> {
    R run() throws Undone;
  }

  @Override
  public <R> R read(Call<R> call) {
    gate.enter();
    try {
      return repeated(() -> reading(call));
    } finally {
      gate.leave();
    }
  }

  @Override
  public <R> R write(Call<R> call) {
    gate.enter();
    try {
      turn.take(limit);
      try {
        return repeated(() -> single(call));
      } finally {
        turn.giveBack();
      }
    } finally {
      gate.leave();
    }
  }

  @Override
  public <R> R atomically(Call<R> call, Predicate<R> holds) {
    gate.enter();
    try {
      turn.take(limit);
      try {
        return repeated(() -> several(call, holds));
      } finally {
        turn.giveBack();
      }
    } finally {
      gate.leave();
    }
  }

  @Override
  public <R> Optional<R> perhaps(Call<R> call) {
    gate.enter();
    try {
      if (connections.isJoined() || !turn.takeAtOnce()) {
        return Optional.empty();
      }
      try {
        return Optional.of(repeated(() -> several(call, done -> true)));
      } finally {
        turn.giveBack();
      }
    } finally {
      gate.leave();
    }
  }

  private <R> R repeated(Attempt<R> attempt) {
    long end = System.nanoTime() + limit.toNanos();
    for (int count = 1; ; count++) {
      try {
        return attempt.run();
      } catch (Undone e) {
        if (count == MOST_ATTEMPTS || System.nanoTime() - end > 0) {
          throw e.failure;
        }
        long most = Math.min(LONGEST_PAUSE, 50_000L << Math.min(count, 16));
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
      }
    }
  }

  private Session take() {
    try {
      return connections.take();
    } catch (SQLException e) {
      throw failures.connecting(e);
    }
  }

  private Trouble trouble(Session session, SQLException e) {
    Trouble trouble = failures.trouble(e);
    if (trouble == Trouble.REFUSED) {
      session.forgetStatements(e);
    }
    return trouble;
  }

  private <R> R reading(Call<R> call) throws Undone {
    Session session = take();
    boolean broken = false;
    try {
      return call.run(session);
    } catch (SQLException e) {
      Trouble trouble = trouble(session, e);
      broken = trouble == Trouble.LOST;
      throw again(trouble, failures.reading(e, trouble), e);
    } finally {
      connections.giveBack(session, broken);
    }
  }

  private <R> R single(Call<R> call) throws Undone {
    Session session = take();
    boolean broken = false;
    boolean done = false;
    try {
      R result = call.run(session);
      done = true;
      dialect.force(session);
      return result;
    } catch (SQLException e) {
      Trouble trouble = trouble(session, e);
      broken = trouble == Trouble.LOST;
      if (broken || done) {
        throw failures.inDoubt(e);
      }
      throw again(trouble, failures.undone(e, trouble), e);
    } finally {
      connections.giveBack(session, broken);
    }
  }

  private <R> R several(Call<R> call, Predicate<R> holds) throws Undone {
    Session session = take();
    boolean broken = true;
    boolean committing = false;
    boolean done = false;
    boolean joined = connections.isJoined();
    try {
      if (!joined) {
        dialect.begin(session);
      }
      R result = call.run(session);
      if (!joined) {
        if (holds.test(result)) {
          committing = true;
          dialect.commit(session);
          done = true;
        } else {
          dialect.rollback(session);
        }
        dialect.end(session);
        if (done) {
          dialect.force(session);
        }
      }
      broken = false;
      return result;
    } catch (SQLException e) {
      Trouble trouble = trouble(session, e);
      if (done || (committing && trouble == Trouble.LOST)) {
        throw failures.inDoubt(e);
      }
      broken = trouble == Trouble.LOST || !isUndone(session, joined, e);
      throw again(trouble, failures.undone(e, trouble), e);
    } catch (RuntimeException e) {
      broken = !isUndone(session, joined, e);
      throw e;
    } finally {
      connections.giveBack(session, broken);
    }
  }

  private boolean isUndone(Session session, boolean joined, Exception because) {
    if (joined) {
      return true; // it is up to the server
    }
    try {
      dialect.rollback(session);
      dialect.end(session);
      return true;
    } catch (SQLException e) {
      because.addSuppressed(e);
      return false;
    }
  }

  /** Returns what makes the call run again, or throws. A lost connection is not the last one. */
  private Undone again(Trouble trouble, StorageException failure, SQLException e) {
    boolean may =
        switch (trouble) {
          case CONFLICT, DEADLOCK, LOST -> !connections.isJoined();
          default -> false;
        };
    if (!may) {
      throw failure;
    }
    return new Undone(failure, e);
  }
}
