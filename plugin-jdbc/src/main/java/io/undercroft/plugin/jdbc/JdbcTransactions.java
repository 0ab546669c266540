package io.undercroft.plugin.jdbc;

import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Transactions;
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
  private final Set<RunningTransaction> running = ConcurrentHashMap.newKeySet();

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
