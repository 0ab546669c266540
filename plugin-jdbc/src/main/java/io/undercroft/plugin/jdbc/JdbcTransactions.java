package io.undercroft.plugin.jdbc;

import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The engine's own transactions: each has a connection until its end.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class JdbcTransactions implements Transactions {
  private final Connections connections;
  private final Failures failures;
  private final Gate gate;
  private final Turn turn;
  private final Shield shield;
  private final JdbcSettings settings;
  private final Table.Place place;
  private final PluginContext context;
  private final Set<Isolation> levels;
  private final Isolation strongest;
  private final Set<RunningTransaction> running;
  private final Beginning beginning;

  /** What is done first in a transaction. */
  @FunctionalInterface
  private interface Beginning {
    void run(Session session) throws SQLException;
  }

  JdbcTransactions(
      Connections connections,
      Failures failures,
      Gate gate,
      Turn turn,
      Shield shield,
      JdbcSettings settings,
      Table.Place place,
      PluginContext context) {
    this.connections = connections;
    this.failures = failures;
    this.gate = gate;
    this.turn = turn;
    this.shield = shield;
    this.settings = settings;
    this.place = place;
    this.context = context;
    this.levels = place.dialect().levels();
    this.strongest = Collections.max(levels);
    this.running = ConcurrentHashMap.newKeySet();
    this.beginning = session -> {};
  }

  private JdbcTransactions(JdbcTransactions like, Beginning beginning) {
    this.connections = like.connections;
    this.failures = like.failures;
    this.gate = like.gate;
    this.turn = like.turn;
    this.shield = like.shield;
    this.settings = like.settings;
    this.place = like.place;
    this.context = like.context;
    this.levels = like.levels;
    this.strongest = like.strongest;
    this.running = like.running;
    this.beginning = beginning;
  }

  /** Returns the same, whose commits are confirmed at a level. */
  JdbcTransactions confirmed(Replication replication, ConsistencyLevel level) {
    return new JdbcTransactions(this, session -> replication.confirm(session, level));
  }

  @Override
  public Set<Isolation> levels() {
    return levels;
  }

  @Override
  public Handle begin(TransactionOptions options) {
    Isolation level = options.isolation().orElse(strongest);
    if (!levels.contains(level)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          place.dialect().engine()
              + " does not offer transactions at "
              + level
              + "; it offers "
              + new TreeSet<>(levels));
    }
    gate.enter();
    try {
      if (connections.isJoined()) {
        throw StorageException.of(
            ErrorCode.UNSUPPORTED,
            "a JTA transaction is under way, and what is written belongs to it; end that one");
      }
      return shield.call(() -> begin(level, options));
    } finally {
      gate.leave();
    }
  }

  private RunningTransaction begin(Isolation level, TransactionOptions options) {
    Session session;
    try {
      session = connections.take();
    } catch (SQLException e) {
      throw failures.connecting(e);
    }
    Duration limit = options.timeout().orElse(settings.transactionTimeout());
    try {
      place.dialect().begin(session, level, options.readOnly());
      beginning.run(session);
      if (limit.compareTo(settings.timeout()) < 0) {
        place.dialect().limit(session, limit);
      }
    } catch (SQLException e) {
      connections.giveBack(session, true);
      throw failures.undone(e, failures.trouble(e));
    }
    RunningTransaction transaction =
        new RunningTransaction(
            place.versions().next(),
            session,
            new RunningTransaction.Surroundings(
                connections, failures, turn, shield, settings.timeout(), place, running::remove),
            options.timeout(),
            limit,
            options.readOnly());
    running.add(transaction);
    transaction.endIn(limit, context);
    return transaction;
  }

  /** Ends those that run, and says CLOSED to whoever goes on with one. */
  void close() {
    running.forEach(RunningTransaction::closeStorage);
  }
}
