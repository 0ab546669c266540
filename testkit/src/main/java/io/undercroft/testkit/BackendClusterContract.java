package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link Cluster}: its nodes, and the same promises at every level that it offers. */
interface BackendClusterContract extends Contract {
  /** How long replicas that are all there may take. */
  Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  default void theNodesHaveIdsOfTheirOwnAndAPrimaryAmongThem() {
    List<Node> nodes = subject().facet(Cluster.class).nodes();
    assertThat(nodes).extracting(Node::id).doesNotHaveDuplicates().noneMatch(String::isBlank);
    assertThat(nodes).extracting(Node::address).noneMatch(String::isBlank);
    assertThat(nodes).extracting(Node::role).contains(Node.Role.PRIMARY);
    assertThat(nodes)
        .allSatisfy(
            node -> assertThat(node.lastSeen()).isBeforeOrEqualTo(subject().clock().instant()));
  }

  @Test
  default void whatIsBehindIsOneOfTheNodes() {
    Cluster cluster = subject().facet(Cluster.class);
    ReplicationStatus status = cluster.replicationStatus();
    assertThat(cluster.nodes()).extracting(Node::id).containsAll(status.lagging().keySet());
  }

  @Test
  default void syncReturnsWhereEveryReplicaIsThere() {
    Cluster cluster = subject().facet(Cluster.class);
    Assumptions.assumeTrue(cluster.replicationStatus().offline() == 0, "a replica is away");
    Entries.put(subject().keyValue(), "a", "one");
    assertThatCode(() -> cluster.sync(PATIENCE)).doesNotThrowAnyException();
  }

  @Test
  default void aLevelThatIsNotOfferedIsRefusedByName() {
    Cluster cluster = subject().facet(Cluster.class);
    Set<ConsistencyLevel> missing = EnumSet.allOf(ConsistencyLevel.class);
    missing.removeAll(cluster.levels());
    for (ConsistencyLevel level : missing) {
      assertThatExceptionOfType(StorageException.class)
          .as("%s, which is not offered", level)
          .isThrownBy(() -> cluster.withConsistency(level))
          .withMessageContaining(level.name())
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
    }
  }

  @Test
  default void everyLevelHasTheFacetsOfTheBackend() {
    Cluster cluster = subject().facet(Cluster.class);
    assertThat(cluster.levels()).isNotEmpty();
    for (ConsistencyLevel level : cluster.levels()) {
      assertThat(cluster.withConsistency(level).types())
          .as("facets at %s", level)
          .containsExactlyInAnyOrderElementsOf(subject().backend().facets().types());
    }
  }

  @Test
  default void everyLevelReadsWhatItWrites() {
    Cluster cluster = subject().facet(Cluster.class);
    for (ConsistencyLevel level : cluster.levels()) {
      KeyValue store = cluster.withConsistency(level).require(KeyValue.class);
      String key = "at " + level;
      EntryMeta first = Entries.put(store, key, "one");
      assertThat(text(store, key)).contains("one");
      assertThat(store.put(key, text("two"), Precondition.version("never")))
          .isEqualTo(new PutResult.Conflict(Optional.of(first.version())));
      assertThat(store.put(key, text("two"), Precondition.version(first.version())))
          .isInstanceOf(PutResult.Written.class);
      assertThat(text(store, key)).contains("two");
      assertThat(text(subject().keyValue(), key)).as("without a level").contains("two");
      assertThat(store.delete(key, Precondition.NONE)).isEqualTo(DeleteResult.DELETED);
      assertThat(store.delete(key, Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
      assertThat(store.has(key)).isFalse();
    }
  }

  @Test
  default void batchesAndCommitsWorkAtEveryLevel() {
    Cluster cluster = subject().facet(Cluster.class);
    for (ConsistencyLevel level : cluster.levels()) {
      Facets at = cluster.withConsistency(level);
      KeyValue store = at.require(KeyValue.class);
      at.find(Batch.class)
          .ifPresent(
              batch -> {
                batch.putMany(Map.of("a", text("one"), "b", text("two")));
                assertThat(batch.getMany(List.of("a", "b"))).containsOnlyKeys("a", "b");
                assertThat(batch.deleteMany(List.of("a", "c"))).isEqualTo(1);
              });
      at.find(Commit.class)
          .ifPresent(
              commit -> {
                CommitResult result =
                    commit.commit(List.of(), List.of(new Mutation.Put("c", text("three"))));
                assertThat(result).isInstanceOf(CommitResult.Committed.class);
                assertThat(text(store, "c")).contains("three");
              });
      store.clear();
      assertThat(store.size()).isZero();
    }
  }
}
