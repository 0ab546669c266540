package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionState;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.event.EventType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionHandleTest {
  private final Desk desk = Desk.full();
  private final TransactionalStorage<String> rooms = desk.texts().transactional();

  @AfterEach
  void clearTheDesk() {
    assertThat(desk.notebook.openTransactions).hasValue(0);
    desk.close();
  }

  @Test
  void whatACommittedTransactionWroteIsThere() {
    String result =
        rooms.transaction(
            tx -> {
              tx.set("a", "1");
              tx.update("a", now -> now.map(v -> v + "2"));
              assertThat(rooms.get("a")).isEmpty();
              return tx.get("a").orElse("");
            });
    assertThat(result).isEqualTo("12");
    assertThat(rooms.get("a")).contains("12");
  }

  @Test
  void whatTheWorkThrowsRollsBackAndComesOut() {
    assertThatThrownBy(
            () ->
                rooms.transaction(
                    tx -> {
                      tx.set("a", "1");
                      throw new ArithmeticException("no");
                    }))
        .isInstanceOf(ArithmeticException.class);
    assertThat(rooms.get("a")).isEmpty();
  }

  @Test
  void aConflictRunsTheWholeWorkAgainAndThenGivesUp() {
    int[] runs = {0};
    rooms.transaction(
        tx -> {
          if (runs[0]++ < 2) {
            rooms.set("other", "" + runs[0]);
          }
          tx.set("a", "1");
          return runs[0];
        });
    assertThat(runs[0]).isEqualTo(3);
    StorageException lost =
        Failing.with(
            ErrorCode.TRANSACTION_ABORTED,
            () ->
                rooms.transaction(
                    tx -> {
                      rooms.set("other", "x");
                      tx.set("a", "2");
                      return 0;
                    },
                    TransactionOptions.defaults().withRetries(3)));
    assertThat(lost.getMessage()).contains("4 attempts");
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void manyThreadsLoseNoIncrement() throws Exception {
    TransactionalStorage<Integer> numbers = desk.numbers().transactional();
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      all.add(
          desk.threads.submit(
              () -> {
                for (int i = 0; i < 25; i++) {
                  numbers.transaction(
                      tx -> tx.update("c", now -> Optional.of(now.orElse(0) + 1)),
                      TransactionOptions.defaults().withRetries(1_000));
                }
              }));
    }
    for (Future<?> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(numbers.get("c")).contains(200);
  }

  @Test
  void aTransactionTellsItsStateAndIsOverAfterItsEnd() {
    Transaction<String> tx = rooms.beginTransaction();
    assertThat(tx.state()).isEqualTo(TransactionState.ACTIVE);
    assertThat(tx.id()).isNotEmpty();
    tx.set("a", "1");
    tx.commit();
    assertThat(tx.state()).isEqualTo(TransactionState.COMMITTED);
    tx.rollback();
    tx.close();
    assertThat(tx.state()).isEqualTo(TransactionState.COMMITTED);
    assertThat(rooms.get("a")).contains("1");
    Failing.with(ErrorCode.TRANSACTION_ABORTED, () -> tx.get("a"));
    Failing.with(ErrorCode.TRANSACTION_ABORTED, tx::commit);
    Failing.with(ErrorCode.TRANSACTION_ABORTED, () -> tx.savepoint("s"));

    Transaction<String> lost = rooms.beginTransaction();
    rooms.set("b", "2");
    lost.set("a", "3");
    Failing.with(ErrorCode.TRANSACTION_ABORTED, lost::commit);
    assertThat(lost.state()).isEqualTo(TransactionState.ABORTED);
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void savepointsForgetWhatCameAfterThem() {
    try (Transaction<String> tx = rooms.beginTransaction()) {
      tx.set("a", "1");
      tx.savepoint("s");
      tx.set("a", "2");
      tx.rollbackTo("s");
      assertThat(tx.get("a")).contains("1");
      Failing.with(ErrorCode.KEY_NOT_FOUND, () -> tx.rollbackTo("none"));
      tx.commit();
    }
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void anIsolationThatIsNotOfferedIsRefusedWithThoseThatAre() {
    StorageException refused =
        Failing.with(
            ErrorCode.UNSUPPORTED,
            () ->
                rooms.beginTransaction(
                    TransactionOptions.defaults().withIsolation(Isolation.READ_COMMITTED)));
    assertThat(refused.getMessage())
        .contains("notebook 1.0")
        .contains("READ_COMMITTED")
        .contains("[REPEATABLE_READ, SERIALIZABLE]");
  }

  @Test
  void aReadOnlyTransactionWritesNothing() {
    rooms.set("a", "1");
    try (Transaction<String> tx =
        rooms.beginTransaction(TransactionOptions.defaults().asReadOnly())) {
      assertThat(tx.get("a")).contains("1");
      assertThat(tx.keys()).containsExactly("a");
      Failing.with(ErrorCode.UNSUPPORTED, () -> tx.set("a", "2"));
      Failing.with(ErrorCode.UNSUPPORTED, () -> tx.delete("a"));
      Failing.with(ErrorCode.UNSUPPORTED, tx::clear);
      Failing.with(ErrorCode.UNSUPPORTED, () -> tx.update("a", now -> now.map(v -> v + "2")));
      tx.commit();
    }
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void beforeHandlersMayVetoInsideAndAfterHandlersAreNotToldOfWhatMayBeUndone() {
    List<String> seen = new ArrayList<>();
    rooms.observable().on(EventType.BEFORE_SET, event -> seen.add("before " + event.key()));
    rooms.observable().on(EventType.AFTER_SET, event -> seen.add("after " + event.key()));
    try (Transaction<String> tx = rooms.beginTransaction()) {
      tx.set("a", "1");
    }
    assertThat(seen).containsExactly("before a");
  }

  @Test
  void aSwapEndsATransaction() {
    Transaction<String> tx = rooms.beginTransaction();
    tx.set("a", "1");
    desk.point.replace(() -> desk.mount(new Notebook(desk.clock)), false);
    Failing.with(ErrorCode.CLOSED, () -> tx.get("a"));
    Failing.with(ErrorCode.CLOSED, tx::commit);
    tx.close();
    assertThat(rooms.get("a")).isEmpty();
  }
}
