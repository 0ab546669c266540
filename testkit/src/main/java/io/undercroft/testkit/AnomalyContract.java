package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link TransactionalStorage}: no level that is declared shows what it forbids. */
interface AnomalyContract extends Contract {
  @ParameterizedTest
  @MethodSource("io.undercroft.testkit.Schedule#all")
  default void noOrderOfStepsShowsAnAnomalyThatItsDeclaredLevelForbids(Schedule schedule) {
    Anomalies.assertNone(typedStage(), schedule, subject());
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.testkit.Schedule#all")
  default void transactionsThatRunOneAfterTheOtherAreCommitted(Schedule schedule) {
    Anomalies.assertSerialRunsCommit(typedStage(), schedule);
  }

  @Test
  default void transactionsThatAppendToListsShowNoCycleThatTheirDeclaredLevelForbids() {
    Anomalies.assertNoCycleAmongAppends(typedStage(), subject().scaled(100));
  }

  @Test
  default void aLevelThatIsNotDeclaredIsRefusedWithThoseThatAre() {
    TransactionalStorage<String> storage = transactional();
    TypedStage stage = TypedStage.of(storage);
    assertThat(stage.levels()).isNotEmpty();
    for (Isolation level : Isolation.values()) {
      if (!stage.levels().contains(level)) {
        StorageException e =
            Expect.failure(
                ErrorCode.UNSUPPORTED,
                () ->
                    storage
                        .beginTransaction(TransactionOptions.defaults().withIsolation(level))
                        .close());
        assertThat(e.getMessage()).contains(level.name()).contains(stage.levels().toString());
      }
    }
  }

  private Stage typedStage() {
    return TypedStage.of(transactional());
  }

  private TransactionalStorage<String> transactional() {
    Storage<String> storage = subject().storage(String.class);
    Assumptions.assumeTrue(
        storage.supports(TransactionalStorage.class), "the storage has no transactions");
    return storage.transactional();
  }
}
