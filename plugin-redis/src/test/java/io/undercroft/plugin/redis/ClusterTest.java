package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.undercroft.spi.Cluster;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.Node.Health;
import io.undercroft.storage.Node.Role;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** A primary with replicas and no Sentinels: who they are, and what each level waits for. */
class ClusterTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static RedisProcess replicaOf(RedisProcess primary) {
    return RedisProcess.start("--replicaof", "127.0.0.1", String.valueOf(primary.port()));
  }

  /** Returns when the primary knows so many replicas that follow it. */
  private static void awaitReplicas(Given.Store rooms, int count) {
    Eventually.passes(
        () -> assertThat(rooms.cluster().replicationStatus().synced()).isEqualTo(count));
  }

  /**
   * Writes until it is confirmed: a replica on a busy machine may need more than one time limit.
   */
  private static void confirmed(Given.Store store, String key, String json) {
    Eventually.holds(
        "the write is confirmed",
        () -> {
          try {
            store.put(key, json);
            return true;
          } catch (StorageException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
            return false;
          }
        });
  }

  private static StorageException failure(ThrowingCallable call) {
    StorageException e = catchThrowableOfType(StorageException.class, call);
    assertThat(e).isNotNull();
    return e;
  }

  private static String address(RedisProcess server) {
    return "127.0.0.1:" + server.port();
  }

  private static Node node(Given.Store rooms, RedisProcess server) {
    return rooms.cluster().nodes().stream()
        .filter(node -> node.id().equals(address(server)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no node " + address(server)));
  }

  @Test
  void aServerAloneOffersOneAndSaysWhatItLacks() {
    RedisProcess server = RedisProcess.shared();
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      Cluster cluster = rooms.cluster();
      assertThat(cluster.levels()).containsExactly(ConsistencyLevel.ONE);
      assertThat(cluster.nodes())
          .containsExactly(
              new Node(
                  address(server),
                  address(server),
                  Role.PRIMARY,
                  Health.HEALTHY,
                  given.clock().instant()));
      assertThat(cluster.replicationStatus()).isEqualTo(new ReplicationStatus(1, 0, Map.of(), 0));
      cluster.sync(Duration.ZERO);
      assertThat(failure(() -> rooms.at(ConsistencyLevel.ALL)))
          .hasMessageContaining("ALL: it has no replica; it offers [ONE]")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(failure(() -> rooms.at(ConsistencyLevel.EACH)))
          .hasMessageContaining("EACH: Redis knows no sites");
      assertThat(rooms.backend().details())
          .containsEntry("replication", "copies: 1; replicas: 0 up to date, 0 behind, 0 away");
    }
  }

  @Test
  void whatIsAcknowledgedAtAllIsOnEveryReplicaAtOnce() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess one = replicaOf(primary);
        RedisProcess two = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.open();
      awaitReplicas(rooms, 2);
      assertThat(rooms.cluster().nodes()).extracting(Node::role).containsOnlyOnce(Role.PRIMARY);
      assertThat(node(rooms, two).health()).isEqualTo(Health.HEALTHY);
      Given.Store all = rooms.at(ConsistencyLevel.ALL);
      for (int i = 0; i < 100; i++) {
        String key = "key-" + i;
        all.put(key, String.valueOf(i));
        onBoth(given, one, two, key, Optional.of(String.valueOf(i)));
        all.batch().putMany(Map.of(key, Given.entry("batch")));
        onBoth(given, one, two, key, Optional.of("batch"));
        all.commit().commit(List.of(), List.of(new Mutation.Put(key, Given.entry("commit"))));
        onBoth(given, one, two, key, Optional.of("commit"));
        all.keyValue().delete(key, Precondition.NONE);
        onBoth(given, one, two, key, Optional.empty());
      }
      all.put("a", "1");
      all.keyValue().clear();
      onBoth(given, one, two, "a", Optional.empty());
      rooms.put("a", "2");
      rooms.cluster().sync(PATIENCE);
      onBoth(given, one, two, "a", Optional.of("2"));
    }
  }

  private static void onBoth(
      Given given, RedisProcess one, RedisProcess two, String key, Optional<String> value) {
    for (RedisProcess replica : List.of(one, two)) {
      try (Connection connection = replica.connect()) {
        connection.sendCommand(Command.GET, given.name("value:" + key));
        assertThat(Optional.ofNullable(connection.getBulkReply())).isEqualTo(value);
      }
    }
  }

  @Test
  void aReplicaThatDoesNotAnswerIsNotWaitedForAndIsSaid() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.open("timeout", "500ms");
      awaitReplicas(rooms, 1);
      Given.Store all = rooms.at(ConsistencyLevel.ALL);
      confirmed(all, "a", "1");
      replica.pause();
      try {
        for (ThrowingCallable write :
            List.<ThrowingCallable>of(
                () -> all.put("a", "2"),
                () -> rooms.at(ConsistencyLevel.QUORUM).put("a", "2"),
                () -> all.batch().putMany(Map.of("b", Given.entry("2"))),
                () -> all.batch().deleteMany(List.of("b")))) {
          assertThat(failure(write))
              .hasMessageContaining("0 of the 1 replica that")
              .extracting(StorageException::code)
              .isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
        }
        assertThat(rooms.get("a")).as("it stands on the primary").contains("2");
        assertThat(all.get("a")).contains("2");
        rooms.at(ConsistencyLevel.ONE).put("a", "3");
        assertThat(all.keyValue().put("a", Given.entry("4"), Precondition.ABSENT))
            .as("nothing was written, so there is nothing to confirm")
            .isInstanceOf(PutResult.Conflict.class);
        assertThat(failure(() -> rooms.cluster().sync(Duration.ofMillis(300))))
            .hasMessageContaining("0 of 1 replica has")
            .extracting(StorageException::code)
            .isEqualTo(ErrorCode.TIMEOUT);
        assertThat(rooms.cluster().replicationStatus().lagging())
            .containsOnlyKeys(address(replica));
        Eventually.passes(
            () -> assertThat(node(rooms, replica).health()).isEqualTo(Health.DEGRADED));
      } finally {
        replica.goOn();
      }
      rooms.cluster().sync(PATIENCE);
      confirmed(all, "a", "5");
      awaitReplicas(rooms, 1);
      assertThat(node(rooms, replica).health()).isEqualTo(Health.HEALTHY);
    }
  }

  @Test
  void aReplicaThatIsGoneIsStillCounted() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.open("timeout", "500ms");
      awaitReplicas(rooms, 1);
      Given.Store quorum = rooms.at(ConsistencyLevel.QUORUM);
      confirmed(quorum, "a", "1");
      replica.kill();
      Eventually.passes(
          () -> {
            assertThat(rooms.cluster().replicationStatus())
                .isEqualTo(new ReplicationStatus(2, 0, Map.of(), 1));
            assertThat(node(rooms, replica).health()).isEqualTo(Health.OFFLINE);
          });
      assertThat(rooms.cluster().levels()).contains(ConsistencyLevel.ALL);
      assertThat(failure(() -> quorum.put("a", "2")).code())
          .as("one of two copies is no majority")
          .isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
      replica.run();
      awaitReplicas(rooms, 1);
      confirmed(quorum, "a", "3");
      assertThat(rooms.cluster().nodes()).hasSize(2);
    }
  }

  @Test
  void whoSaysHowManyReplicasThereShouldBeIsHeldToIt() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.open("timeout", "500ms", "replicas", "2");
      awaitReplicas(rooms, 1);
      assertThat(rooms.cluster().replicationStatus())
          .isEqualTo(new ReplicationStatus(3, 1, Map.of(), 1));
      confirmed(rooms.at(ConsistencyLevel.QUORUM), "a", "1");
      assertThat(failure(() -> rooms.at(ConsistencyLevel.ALL).put("a", "2")))
          .hasMessageContaining("1 of the 2 replicas that ALL takes")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
      try (Connection connection = replica.connect()) {
        connection.sendCommand(Command.GET, given.name("value:a"));
        assertThat(connection.getBulkReply()).isEqualTo("2");
      }
    }
  }

  @Test
  void aUserWhoMayNotWaitIsToldBeforeTheFirstWrite() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      given.say(
          Command.ACL, "SETUSER", "keeper", "on", ">opensesame", "~*", "&*", "+@all", "-wait");
      Given.Store rooms = given.open("user", "keeper", "password", "opensesame");
      awaitReplicas(rooms, 1);
      assertThat(replica.isAlive()).isTrue();
      rooms.at(ConsistencyLevel.ONE).put("a", "1");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> rooms.at(ConsistencyLevel.ALL))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
    }
  }

  @Test
  void levelsThatMeanDisksAreRefusedByNameWhereTheServerCannotTell() {
    try (RedisProcess server = RedisProcess.start();
        RedisProcess forgetful = RedisProcess.start("--appendonly", "no");
        Given given = new Given(server)) {
      String lacks = knowsWaitAof(server) ? "has appendonly no" : "lacks WAITAOF; use Redis 7.2";
      assertThat(failure(() -> given.openWith("uri", forgetful.uri(), "confirm", "disk")))
          .hasMessageContaining("confirm=disk: the server '" + address(forgetful) + "' " + lacks)
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
      given.openWith("uri", forgetful.uri()).put("a", "1");
    }
  }

  /** Only where the server is one that {@code -Dundercroft.redis.server=…} names: 7.2 or newer. */
  @Test
  void aLevelThatMeansDisksWaitsForThem() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      assumeTrue(knowsWaitAof(primary), "the server has WAITAOF");
      Given.Store rooms = given.open("confirm", "disk", "timeout", "1s");
      awaitReplicas(rooms, 1);
      Given.Store all = rooms.at(ConsistencyLevel.ALL);
      confirmed(all, "a", "1");
      assertThat(rooms.backend().details().get("levels")).contains("on disk");
      set(replica, "appendonly", "no");
      assertThat(failure(() -> all.put("a", "2")))
          .hasMessageContaining("0 of the 1 replica that ALL takes have confirmed it from disk")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
      confirmed(given.open().at(ConsistencyLevel.ALL), "a", "3");
      Given.Store one = rooms.at(ConsistencyLevel.ONE);
      one.put("a", "4");
      set(primary, "appendonly", "no");
      assertThat(failure(() -> one.put("a", "5")))
          .hasMessageContaining("it has not confirmed it from disk")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
      assertThat(rooms.get("a")).as("it stands on the primary").contains("5");
    }
  }

  private static boolean knowsWaitAof(RedisProcess server) {
    try (Connection connection = server.connect()) {
      connection.sendCommand(Command.COMMAND, "INFO", "WAITAOF");
      return connection.getObjectMultiBulkReply().get(0) != null;
    }
  }

  private static void set(RedisProcess server, String name, String value) {
    try (Connection connection = server.connect()) {
      connection.sendCommand(Command.CONFIG, "SET", name, value);
      assertThat(connection.getStatusCodeReply()).isEqualTo("OK");
    }
  }

  @Test
  void anOutageIsSaidAndNotTakenForAClusterWithoutNodes() {
    try (RedisProcess primary = RedisProcess.start();
        Given given = new Given(primary)) {
      Given.Store rooms = given.open();
      primary.kill();
      assertThat(failure(() -> rooms.cluster().nodes()).code())
          .isIn(ErrorCode.CONNECTION_FAILED, ErrorCode.CONNECTION_LOST);
      assertThat(failure(() -> rooms.cluster().replicationStatus()).code())
          .isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(failure(() -> rooms.cluster().sync(PATIENCE)).code())
          .isEqualTo(ErrorCode.CONNECTION_FAILED);
      primary.run();
    }
  }

  @Test
  void anApplicationAsksForALevel() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Undercroft undercroft =
            Undercroft.builder()
                .withoutAmbientConfig()
                .withoutClassPathPlugins()
                .plugin(new RedisPlugin())
                .set("storages.rooms.type", "redis")
                .set("storages.rooms.uri", primary.uri())
                .open()) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      DistributedStorage<String> spread = rooms.distributed();
      Eventually.passes(() -> assertThat(spread.replicationStatus().synced()).isEqualTo(1));
      DistributedStorage<String> all = spread.withConsistency(ConsistencyLevel.ALL);
      all.set("movie-night", "Casablanca");
      all.transactional()
          .transaction(
              tx -> {
                tx.set("matinee", "Notorious");
                return tx.get("movie-night");
              });
      try (Connection connection = replica.connect()) {
        connection.sendCommand(Command.GET, "undercroft:{rooms}:value:matinee");
        assertThat(connection.getBulkReply()).isEqualTo("\"Notorious\"");
      }
      assertThat(rooms.get("movie-night")).contains("Casablanca");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> spread.withConsistency(ConsistencyLevel.LOCAL))
          .withMessageContaining("LOCAL")
          .withMessageContaining("[ONE, QUORUM, ALL]");
    }
  }
}
