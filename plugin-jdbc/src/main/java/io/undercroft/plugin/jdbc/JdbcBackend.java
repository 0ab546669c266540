package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Backend;
import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.Limits;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One storage in a table. */
final class JdbcBackend implements Backend {
  private static final int MOST_AT_ONCE = 10_000;

  private final Gate gate;
  private final Shield shield;
  private final Connections connections;
  private final Calls calls;
  private final Sweeper sweeper;
  private final JdbcTransactions transactions;
  private final Optional<ChangeFeed> feed;
  private final Facets facets;
  private final Limits limits;
  private final Map<String, String> details;
  private final Supplier<Optional<BareDriver>> bareDriver;

  private JdbcBackend(
      Gate gate,
      Shield shield,
      Connections connections,
      Calls calls,
      Sweeper sweeper,
      JdbcTransactions transactions,
      Optional<ChangeFeed> feed,
      Facets facets,
      Limits limits,
      Map<String, String> details,
      Supplier<Optional<BareDriver>> bareDriver) {
    this.gate = gate;
    this.shield = shield;
    this.connections = connections;
    this.calls = calls;
    this.sweeper = sweeper;
    this.transactions = transactions;
    this.feed = feed;
    this.facets = facets;
    this.limits = limits;
    this.details = details;
    this.bareDriver = bareDriver;
  }

  static JdbcBackend open(JdbcSettings settings, PluginContext context) {
    return settings.dataSource().isPresent()
        ? openThere(settings.dataSource().get(), settings, context)
        : openHere(settings, context);
  }

  private static JdbcBackend openThere(String name, JdbcSettings settings, PluginContext context) {
    ContainerConnections connections = ContainerConnections.of(name, context.transactions());
    try {
      Session session = connections.take();
      try {
        Dialect dialect = Dialect.of(session.connection().getMetaData());
        return new Opening(settings, context, dialect).open(session, connections, Optional.empty());
      } finally {
        connections.giveBack(session, false);
      }
    } catch (SQLException e) {
      throw opening(e);
    }
  }

  private static JdbcBackend openHere(JdbcSettings settings, PluginContext context) {
    String url = settings.url().orElseThrow();
    Dialect dialect = Dialect.ofUrl(url);
    DriverSource source = DriverSource.of(url, dialect, settings);
    Connection first = null;
    Connections connections = null;
    try {
      first = source.getConnection();
      Session session = new Session(first);
      connections =
          settings.isSqliteMemory()
              ? new SoleConnection(session, settings.pool().await())
              : new PooledConnections(source, settings.pool(), context);
      JdbcBackend backend =
          new Opening(settings, context, dialect).open(session, connections, Optional.of(source));
      if (!settings.isSqliteMemory()) {
        first.close();
      }
      return backend;
    } catch (SQLException | RuntimeException e) {
      close(connections, first, e);
      throw e instanceof SQLException failed ? opening(failed) : (RuntimeException) e;
    }
  }

  private static void close(
      @Nullable Connections connections, @Nullable Connection first, Exception because) {
    try {
      if (connections != null) {
        connections.close();
      }
      if (first != null) {
        first.close();
      }
    } catch (SQLException | RuntimeException e) {
      because.addSuppressed(e);
    }
  }

  private static StorageException opening(SQLException e) {
    if (e instanceof Dialect.UnknownEngine unknown) {
      return StorageException.of(
          ErrorCode.INVALID_CONFIG,
          "the database is "
              + StorageException.quote(unknown.product())
              + "; this plugin knows SQLite, H2, PostgreSQL and MariaDB",
          e);
    }
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        "cannot open the database: "
            + e.getMessage()
            + "; check url, user and password, and whether it is running",
        e);
  }

  /** The steps of opening. */
  private record Opening(JdbcSettings settings, PluginContext context, Dialect dialect) {
    JdbcBackend open(Session session, Connections connections, Optional<DataSource> source)
        throws SQLException {
      String table = settings.tableOf(context.storage());
      Sql sql = new Sql(dialect, table);
      Map<String, String> details = new LinkedHashMap<>();
      details.put("engine", dialect.engine());
      details.putAll(dialect.examine(session, settings));
      details.put("table", table);
      Schema schema = new Schema(dialect, table, context.storage(), settings.table().isPresent());
      switch (settings.schema()) {
        case CREATE -> schema.create(session, context.clock());
        case VALIDATE -> schema.validate(session, sql);
        case NONE -> details.put("schema", "not looked at");
      }
      Gate gate = new Gate();
      Turn turn = new Turn(dialect.writersTakeTurns());
      IndexNames names = new IndexNames(table);
      Failures failures =
          new Failures(dialect, dialect.engine() + ", table '" + table + "'", names);
      Shield shield = dialect.needsShield(settings) ? Shield.of(context.threads()) : Shield.none();
      Calls plain = new PooledCalls(dialect, connections, failures, gate, turn, settings.timeout());
      Calls calls = new ShieldedCalls(plain, shield);
      Sweeper sweeper = new Sweeper(calls, sql, context);
      JdbcIndexes indexes =
          dialect.answersQueries()
              ? new JdbcIndexes(
                  calls,
                  dialect,
                  context.clock(),
                  table,
                  names,
                  context
                      .indexing()
                      .filter(meant -> dialect.findsBeside())
                      .map(meant -> new SideIndexes(dialect, dialect.quoted(table), meant)))
              : null;
      if (indexes != null) {
        indexes.open(session);
      }
      Table.Place place =
          new Table.Place(
              dialect,
              sql,
              context.clock(),
              new Versions(new SecureRandom()),
              sweeper::wake,
              indexes);
      Table entries = new Table(new FreeingCalls(calls, sweeper), place);
      JdbcTransactions transactions =
          new JdbcTransactions(connections, failures, gate, turn, shield, settings, place, context);
      Optional<ChangeFeed> feed = feed(calls, table, entries, source);
      feed.ifPresent(ChangeFeed::lookAfter);
      Facets facets = facets(calls, sweeper, place, transactions, feed);
      Optional<Replication> replication = dialect.replication();
      if (replication.isPresent()) {
        Replication copies = replication.get();
        facets =
            facets.with(
                Cluster.class,
                new JdbcCluster(
                    calls,
                    copies,
                    context.clock(),
                    level ->
                        facets(
                            new ConfirmedCalls(calls, copies, level),
                            sweeper,
                            place,
                            transactions.confirmed(copies, level),
                            feed)));
      }
      Limits limits =
          new Limits(
              dialect.largestValue(session),
              Limits.DEFAULT.metadataBytes(),
              MOST_AT_ONCE,
              MOST_AT_ONCE);
      sweeper.wake();
      return new JdbcBackend(
          gate,
          shield,
          connections,
          calls,
          sweeper,
          transactions,
          feed,
          facets,
          limits,
          details,
          () -> bareDriver(plain, table));
    }

    /** Whoever is not to make tables makes none for this, nor inside of others' transactions. */
    private Optional<BareDriver> bareDriver(Calls plain, String table) {
      return settings.schema() != JdbcSettings.SchemaMode.CREATE
              || settings.dataSource().isPresent()
          ? Optional.empty()
          : Optional.of(BareTable.open(plain, dialect, table));
    }

    private Facets facets(
        Calls calls,
        Sweeper sweeper,
        Table.Place place,
        JdbcTransactions transactions,
        Optional<ChangeFeed> feed) {
      Table entries = new Table(new FreeingCalls(calls, sweeper), place);
      Facets facets =
          Facets.of(entries)
              .with(Batch.class, entries)
              .with(Commit.class, entries)
              .with(Expiry.class, entries);
      // With one connection, a transaction would stop everybody else; the runtime makes them then.
      facets =
          settings.isSqliteMemory()
              ? facets.with(SoleWriter.class, new SoleWriter() {})
              : facets.with(Transactions.class, transactions);
      if (feed.isPresent()) {
        facets = facets.with(Changes.class, feed.get());
      }
      JdbcIndexes indexes = place.indexes();
      return indexes == null
          ? facets
          : facets
              .with(Queries.class, new JdbcQueries(calls, entries, place, true))
              .with(Indexes.class, indexes);
    }

    /** A database in memory has no other writers, whose changes the runtime would not see. */
    private Optional<ChangeFeed> feed(
        Calls calls, String table, Table entries, Optional<DataSource> source) {
      if (settings.changesKept() == 0 || settings.isSqliteMemory()) {
        return Optional.empty();
      }
      return dialect
          .feed(table)
          .map(
              words ->
                  new ChangeTable(calls, dialect, words, table, entries, settings.changesKept()))
          .map(changes -> new ChangeFeed(changes, entries, dialect.bell(source, table), context));
    }
  }

  @Override
  public boolean joinsTransactions() {
    return connections instanceof ContainerConnections;
  }

  @Override
  public Facets facets() {
    return facets;
  }

  @Override
  public Limits limits() {
    return limits;
  }

  @Override
  public Map<String, String> details() {
    return details;
  }

  @Override
  public Optional<BareDriver> bareDriver() {
    return bareDriver.get();
  }

  @Override
  public void ping() {
    calls.read(session -> session.statement("SELECT 1").execute());
  }

  @Override
  public void close() {
    sweeper.close();
    feed.ifPresent(ChangeFeed::close);
    if (!gate.shut()) {
      return;
    }
    transactions.close();
    gate.await();
    shield.close();
    connections.close();
  }
}
