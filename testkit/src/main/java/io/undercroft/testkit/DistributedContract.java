package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.event.Subscription;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link DistributedStorage}: one storage, at whatever level it is asked. */
interface DistributedContract extends Contract {
  private Storage<String> distributed() {
    Storage<String> storage = subject().storage(String.class);
    Assumptions.assumeTrue(storage.supports(DistributedStorage.class), "it is not distributed");
    return storage;
  }

  /** Returns the levels that are offered. */
  private static Set<ConsistencyLevel> levels(Storage<String> storage) {
    Set<ConsistencyLevel> offered = EnumSet.noneOf(ConsistencyLevel.class);
    for (ConsistencyLevel level : ConsistencyLevel.values()) {
      try {
        storage.distributed().withConsistency(level);
        offered.add(level);
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(e.getMessage()).contains(level.name());
      }
    }
    assertThat(offered).isNotEmpty();
    return offered;
  }

  @Test
  default void aStorageIsTheSameAtEveryLevel() {
    Storage<String> storage = distributed();
    for (ConsistencyLevel level : levels(storage)) {
      DistributedStorage<String> at = storage.distributed().withConsistency(level);
      at.set("at " + level, "one");
      assertThat(storage.get("at " + level)).contains("one");
      assertThat(at.update("at " + level, value -> value.map(text -> text + " and two")))
          .contains("one and two");
      assertThat(at.nodes()).isNotEmpty();
      assertThat(at.replicationStatus().factor()).isPositive();
      for (ConsistencyLevel other : levels(storage)) {
        assertThat(at.withConsistency(other).get("at " + level)).contains("one and two");
      }
      assertThat(at.delete("at " + level)).isTrue();
      assertThat(storage.has("at " + level)).isFalse();
    }
  }

  @Test
  default void whatIsWrittenAtALevelIsWatched() {
    Storage<String> storage = distributed();
    Assumptions.assumeTrue(storage.supports(ObservableStorage.class), "it cannot be watched");
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    try (Subscription watching =
        storage.observable().watch("at *", change -> seen.add(change.key()))) {
      assertThat(watching.isActive()).isTrue();
      for (ConsistencyLevel level : levels(storage)) {
        storage.distributed().withConsistency(level).set("at " + level, "one");
        Eventually.holds("it is told", () -> seen.contains("at " + level));
      }
    }
  }

  @Test
  default void aTransactionSeesWhatIsWrittenAtALevelAsAConflict() {
    Storage<String> storage = distributed();
    Assumptions.assumeTrue(storage.supports(TransactionalStorage.class), "no transactions");
    for (ConsistencyLevel level : levels(storage)) {
      String key = "at " + level;
      storage.set(key, "one");
      try (var tx = storage.transactional().beginTransaction()) {
        assertThat(tx.get(key)).contains("one");
        storage.distributed().withConsistency(level).set(key, "two");
        tx.set(key, "three");
        StorageException e = Expect.failure(ErrorCode.TRANSACTION_ABORTED, tx::commit);
        assertThat(e.isRetryable()).isTrue();
      }
      assertThat(storage.get(key)).isEqualTo(Optional.of("two"));
    }
  }
}
