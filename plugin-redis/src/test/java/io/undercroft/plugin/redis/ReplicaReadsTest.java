package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** Entries that are read from replicas at ONE, because the configuration says so. */
class ReplicaReadsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int READS = 40;

  /** Returns how often a server was asked to read values. */
  private static long reads(RedisProcess server) {
    try (Connection connection = server.connect()) {
      connection.sendCommand(Command.INFO, "commandstats");
      String calls =
          ServerFacts.lines(connection.getBinaryBulkReply())
              .getOrDefault("cmdstat_mget", "calls=0,");
      return Long.parseLong(calls.replaceAll("calls=([0-9]+),.*", "$1"));
    }
  }

  private static List<Long> readsOfEach(List<RedisProcess> servers) {
    return servers.stream().map(ReplicaReadsTest::reads).toList();
  }

  private static long difference(List<Long> before, List<Long> after) {
    return IntStream.range(0, before.size()).mapToLong(i -> after.get(i) - before.get(i)).sum();
  }

  private static void read(Given.Store store, int times) {
    for (int i = 0; i < times; i++) {
      assertThat(store.get("friday")).contains("{\"title\":\"Friday\"}");
    }
  }

  /** Returns when reads at ONE leave the primary alone. */
  private static void awaitReplicas(Given.Store one, RedisProcess primary) {
    Eventually.passes(
        PATIENCE,
        () -> {
          long before = reads(primary);
          read(one, 4);
          assertThat(reads(primary)).isEqualTo(before);
        });
  }

  @Test
  void replicasAreReadInTurnAndThePrimaryIfNoneIsLeft() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess first = replicaOf(primary);
        RedisProcess second = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.openWith("uri", primary.uri(), "reads", "replica");
      Eventually.passes(
          PATIENCE, () -> assertThat(rooms.cluster().replicationStatus().synced()).isEqualTo(2));
      rooms.put("friday", "{\"title\":\"Friday\"}");
      rooms.cluster().sync(PATIENCE);
      Given.Store one = rooms.at(ConsistencyLevel.ONE);
      awaitReplicas(one, primary);

      List<RedisProcess> replicas = List.of(first, second);
      List<Long> before = readsOfEach(replicas);
      read(one, READS);
      List<Long> after = readsOfEach(replicas);
      assertThat(difference(before, after)).isEqualTo(READS);
      assertThat(after.get(0) - before.get(0)).isEqualTo(READS / 2);
      assertThat(one.batch().getMany(List.of("friday", "monday"))).containsOnlyKeys("friday");
      assertThat(reads(first) + reads(second)).isEqualTo(after.get(0) + after.get(1) + 1);
      assertThat(rooms.backend().details().get("replicaPools"))
          .contains("127.0.0.1:" + first.port(), "127.0.0.1:" + second.port());

      long asked = reads(primary);
      read(rooms, 3);
      assertThat(reads(primary)).as("reads without a level").isEqualTo(asked + 3);
      read(rooms.at(ConsistencyLevel.QUORUM), 2);
      assertThat(reads(primary)).as("reads at QUORUM").isEqualTo(asked + 5);

      first.kill();
      read(one, READS); // none fails
      second.kill();
      read(one, READS);
    }
  }

  private static RedisProcess replicaOf(RedisProcess primary) {
    return RedisProcess.start("--replicaof", "127.0.0.1", String.valueOf(primary.port()));
  }

  @Test
  void whatIsReadMayBeOlderThanWhatIsWritten() {
    try (RedisProcess primary = RedisProcess.start();
        RedisProcess replica = replicaOf(primary);
        Given given = new Given(primary)) {
      Given.Store rooms = given.openWith("uri", primary.uri(), "reads", "replica");
      Eventually.passes(
          PATIENCE, () -> assertThat(rooms.cluster().replicationStatus().synced()).isEqualTo(1));
      rooms.put("friday", "{\"title\":\"Friday\"}");
      rooms.cluster().sync(PATIENCE);
      Given.Store one = rooms.at(ConsistencyLevel.ONE);
      awaitReplicas(one, primary);
      try (Connection connection = replica.connect()) { // it goes on with what it has
        connection.sendCommand(Command.REPLICAOF, "NO", "ONE");
        connection.getOne();
      }
      one.put("friday", "{\"title\":\"Saturday\"}");
      assertThat(Stream.of(one, rooms).map(store -> store.get("friday").orElseThrow()).toList())
          .containsExactly("{\"title\":\"Friday\"}", "{\"title\":\"Saturday\"}");
      Eventually.passes(
          PATIENCE, // until it counts as gone
          () -> assertThat(one.get("friday")).contains("{\"title\":\"Saturday\"}"));
    }
  }

  @Test
  void eachPartIsReadFromTheReplicasOfItsNode() {
    try (ClusterSet set = ClusterSet.start();
        Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms =
          given.openWith("hosts", set.hosts(), "cluster", "true", "parts", "6", "reads", "replica");
      List<String> keys = new ArrayList<>();
      for (int i = 0; i < READS; i++) {
        keys.add("room-" + i);
        rooms.put(keys.get(i), "{\"number\":" + i + "}");
      }
      rooms.cluster().sync(PATIENCE);
      Given.Store one = rooms.at(ConsistencyLevel.ONE);
      Map<Boolean, List<RedisProcess>> roles = set.byRole();
      List<RedisProcess> primaries = List.copyOf(roles.get(true));
      List<RedisProcess> replicas = List.copyOf(roles.get(false));
      Eventually.passes(
          PATIENCE,
          () -> {
            List<Long> here = readsOfEach(primaries);
            List<Long> there = readsOfEach(replicas);
            for (int i = 0; i < READS; i++) {
              assertThat(one.get(keys.get(i))).contains("{\"number\":" + i + "}");
            }
            assertThat(difference(here, readsOfEach(primaries))).isZero();
            assertThat(difference(there, readsOfEach(replicas))).isEqualTo(READS);
          });
      assertThat(one.batch().getMany(keys)).hasSize(READS);
    }
  }
}
