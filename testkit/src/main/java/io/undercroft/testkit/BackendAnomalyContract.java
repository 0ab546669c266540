package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Transactions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link Transactions}: no level shows what it forbids. */
interface BackendAnomalyContract extends Contract {
  @ParameterizedTest
  @MethodSource("io.undercroft.testkit.Schedule#all")
  default void noOrderOfStepsShowsAnAnomalyThatItsLevelForbids(Schedule schedule) {
    Anomalies.assertNone(stage(), schedule, subject());
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.testkit.Schedule#all")
  default void transactionsOneAfterTheOtherAreCommitted(Schedule schedule) {
    Anomalies.assertSerialRunsCommit(stage(), schedule);
  }

  @Test
  default void transactionsThatAppendToListsShowNoCycleThatTheirLevelForbids() {
    Anomalies.assertNoCycleAmongAppends(stage(), subject().scaled(100));
  }

  @Test
  default void atLeastOneLevelIsDeclared() {
    assertThat(stage().levels()).isNotEmpty();
  }

  private Stage stage() {
    return new FacetStage(subject().keyValue(), subject().facet(Transactions.class));
  }
}
