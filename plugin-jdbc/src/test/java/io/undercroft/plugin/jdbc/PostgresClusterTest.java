package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.testkit.Eventually;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary of PostgreSQL and a replica that streams from it. */
class PostgresClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path temp;

  private static Cluster cluster(Given.Store store) {
    return store.backend().facets().require(Cluster.class);
  }

  private static KeyValue at(Given.Store store, ConsistencyLevel level) {
    return cluster(store).withConsistency(level).require(KeyValue.class);
  }

  private static void fails(ErrorCode code, Runnable work) {
    assertThatThrownBy(work::run)
        .isInstanceOfSatisfying(StorageException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private static boolean isThere(PostgresReplica replica, String key) {
    try (Connection connection =
            DriverManager.getConnection(replica.url("postgres"), "postgres", "");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT count(*) FROM rooms WHERE entry_key = '" + key + "'")) {
      return row.next() && row.getInt(1) == 1;
    } catch (SQLException e) {
      return false; // it is starting
    }
  }

  @Test
  void aReplicaIsSeenWaitedForAndMissed() {
    try (PostgresServer primary = PostgresServer.start(Map.of());
        PostgresReplica replica =
            PostgresReplica.of(primary, temp.resolve("replica"), "replica_1");
        Given given = new Given()) {
      Given.Store store =
          given.open(
              new JdbcPlugin(),
              "url",
              PostgresServer.url(primary.port()),
              "user",
              "postgres",
              "timeout",
              "2s");
      store.put("a", "1");
      Eventually.holds("the replica follows", () -> isThere(replica, "a"));
      cluster(store).sync(PATIENCE);
      assertThat(cluster(store).nodes())
          .extracting(Node::role, Node::health)
          .containsExactly(
              tuple(Node.Role.PRIMARY, Node.Health.HEALTHY),
              tuple(Node.Role.REPLICA, Node.Health.HEALTHY));
      assertThat(cluster(store).nodes().get(1).id()).isEqualTo("replica_1");
      Eventually.holds(
          "the replica is up to date", () -> cluster(store).replicationStatus().synced() == 1);
      assertThat(cluster(store).replicationStatus().factor()).isEqualTo(2);

      // The server waits for nobody, so nothing beyond itself can be promised.
      assertThat(cluster(store).levels()).containsExactly(ConsistencyLevel.ONE);
      fails(ErrorCode.UNSUPPORTED, () -> cluster(store).withConsistency(ConsistencyLevel.ALL));

      primary.run(
          "ALTER SYSTEM SET synchronous_standby_names = 'FIRST 1 (replica_1)'",
          "SELECT pg_reload_conf()");
      Eventually.holds(
          "every level but those of sites is offered", () -> cluster(store).levels().size() == 3);
      at(store, ConsistencyLevel.ALL).put("b", Given.entry("2"), Precondition.NONE);
      Eventually.holds("it is on the replica", () -> isThere(replica, "b"));

      replica.kill();
      Eventually.holds(
          "the replica is away", () -> cluster(store).replicationStatus().offline() == 1);
      assertThat(cluster(store).nodes().get(1).health()).isEqualTo(Node.Health.OFFLINE);
      at(store, ConsistencyLevel.ONE).put("c", Given.entry("3"), Precondition.NONE);
      assertThat(store.get("c")).contains("3");
      fails(ErrorCode.TIMEOUT, () -> cluster(store).sync(Duration.ofMillis(200)));
      fails(
          ErrorCode.UNKNOWN_OUTCOME,
          () -> at(store, ConsistencyLevel.ALL).put("d", Given.entry("4"), Precondition.NONE));

      replica.start();
      Eventually.holds("the replica is back", () -> isThere(replica, "c"));
      try (Transactions.Handle one =
          cluster(store)
              .withConsistency(ConsistencyLevel.QUORUM)
              .require(Transactions.class)
              .begin(TransactionOptions.defaults())) {
        one.facets().require(KeyValue.class).put("e", Given.entry("5"), Precondition.NONE);
        one.commit();
      }
      Eventually.holds("it is on the replica, too", () -> isThere(replica, "e"));
      cluster(store).sync(PATIENCE);
    }
  }

  @Test
  void aTransactionMeetsWhatIsWrittenAtALevel() {
    try (Given given = new Given()) {
      String url = PostgresServer.get().freshDatabase(temp);
      Given.Store store = given.open(new JdbcPlugin(), "url", url, "user", "postgres");
      store.put("a", "1");
      try (Transactions.Handle one = store.transactions().begin(TransactionOptions.defaults())) {
        KeyValue inside = one.facets().require(KeyValue.class);
        assertThat(inside.get("a")).isPresent();
        at(store, ConsistencyLevel.ONE).put("a", Given.entry("2"), Precondition.NONE);
        fails(
            ErrorCode.TRANSACTION_ABORTED,
            () -> inside.put("a", Given.entry("3"), Precondition.NONE));
      }
      assertThat(store.get("a")).contains("2");
    }
  }

  @Test
  void whatTheServerWaitsForIsReadFromItsSetting() {
    assertThat(PostgresReplication.confirming("")).isZero();
    assertThat(PostgresReplication.confirming("*")).isEqualTo(1);
    assertThat(PostgresReplication.confirming("a, b")).isEqualTo(1);
    assertThat(PostgresReplication.confirming("2 (a, b, c)")).isEqualTo(2);
    assertThat(PostgresReplication.confirming("any 3 (a, b, c)")).isEqualTo(3);
    assertThat(PostgresReplication.levels(1, 2))
        .containsExactlyInAnyOrder(ConsistencyLevel.ONE, ConsistencyLevel.QUORUM);
    assertThat(PostgresReplication.levels(1, 3)).containsExactly(ConsistencyLevel.ONE);
    assertThat(PostgresReplication.levels(2, 2))
        .containsExactlyInAnyOrder(
            ConsistencyLevel.ONE, ConsistencyLevel.QUORUM, ConsistencyLevel.ALL);
  }
}
