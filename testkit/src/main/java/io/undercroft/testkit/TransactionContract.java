package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionState;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * {@link TransactionalStorage}: what one transaction does and how it ends, or a refusal. What
 * transactions do to each other is asked elsewhere.
 */
interface TransactionContract extends Contract {
  @Test
  default void whatHasNoTransactionsRefusesThem() {
    Storage<String> storage = subject().storage(String.class);
    Assumptions.assumeFalse(
        storage.supports(TransactionalStorage.class), "the storage has transactions");
    StorageException refused =
        Expect.failure(ErrorCode.UNSUPPORTED, "transactional()", storage::transactional);
    assertThat(refused.getMessage()).contains("TransactionalStorage").contains(subject().id());
    Expect.failure(
        ErrorCode.UNSUPPORTED,
        "as(TransactionalStorage.class)",
        () -> storage.as(TransactionalStorage.class));
  }

  @Test
  default void whatACommittedTransactionDidIsThere() {
    TransactionalStorage<String> storage = transactional();
    storage.set("gone", "zero");
    String result =
        storage.transaction(
            tx -> {
              tx.set("a", "one");
              tx.set("b", "one", SetOptions.metadata("who", "Alice"));
              assertThat(tx.delete("gone")).isTrue();
              assertThat(tx.update("a", now -> now.map(text -> text + " two"))).contains("one two");
              assertThat(storage.has("b")).as("outside, before the commit").isFalse();
              return "done";
            });
    assertThat(result).isEqualTo("done");
    assertThat(storage.get("a")).contains("one two");
    assertThat(storage.entry("b").orElseThrow().metadata()).isEqualTo(Map.of("who", "Alice"));
    assertThat(storage.has("gone")).isFalse();
    assertThat(storage.size()).isEqualTo(2);
  }

  @Test
  default void aTransactionReadsItsOwnWritesInEveryWay() {
    TransactionalStorage<String> storage = transactional();
    storage.setMany(Map.of("a", "zero", "b", "zero", "c", "zero"));
    try (Transaction<String> tx = storage.beginTransaction()) {
      tx.set("a", "one");
      tx.delete("b");
      tx.setMany(Map.of("d", "one", "e/f", "one"));
      assertThat(tx.get("a")).contains("one");
      assertThat(tx.has("b")).isFalse();
      assertThat(tx.get("b")).isEmpty();
      assertThat(tx.entry("d").map(Entry::value)).contains("one");
      assertThat(all(tx.keys())).containsExactlyInAnyOrder("a", "c", "d", "e/f");
      assertThat(all(tx.keys("e"))).containsExactly("e/f");
      assertThat(all(tx.values())).containsExactlyInAnyOrder("one", "zero", "one", "one");
      assertThat(all(tx.entries()).stream().map(Entry::key))
          .containsExactlyInAnyOrder("a", "c", "d", "e/f");
      assertThat(tx.size()).isEqualTo(4);
      assertThat(tx.getMany(List.of("a", "b", "c"))).isEqualTo(Map.of("a", "one", "c", "zero"));
      assertThat(tx.deleteMany(List.of("b", "c", "d"))).isEqualTo(2);
      assertThat(tx.size()).isEqualTo(2);
      tx.clear();
      assertThat(tx.size()).isZero();
      assertThat(all(tx.keys())).isEmpty();
      tx.set("z", "one");
      tx.commit();
    }
    assertThat(all(storage.keys())).containsExactly("z");
  }

  @Test
  default void conditionsInsideLookAtOwnWrites() {
    TransactionalStorage<String> storage = transactional();
    Entry<String> before = storage.set("a", "zero", SetOptions.none());
    try (Transaction<String> tx = storage.beginTransaction()) {
      Expect.failure(ErrorCode.VERSION_CONFLICT, () -> tx.set("a", "one", SetOptions.ifAbsent()));
      Entry<String> own = tx.set("a", "one", SetOptions.ifVersion(before.version()));
      assertThat(own.version()).isNotEqualTo(before.version());
      assertThat(own.createdAt()).isEqualTo(before.createdAt());
      Expect.failure(
          ErrorCode.VERSION_CONFLICT,
          () -> tx.set("a", "two", SetOptions.ifVersion(before.version())));
      tx.set("a", "two", SetOptions.ifVersion(own.version()));
      tx.set("b", "one", SetOptions.ifAbsent());
      Expect.failure(ErrorCode.VERSION_CONFLICT, () -> tx.set("b", "two", SetOptions.ifAbsent()));
      tx.commit();
    }
    assertThat(storage.get("a")).contains("two");
    Entry<String> after = storage.entry("a").orElseThrow();
    storage.set("a", "three", SetOptions.ifVersion(after.version()));
    assertThat(storage.get("b")).contains("one");
  }

  @Test
  default void aBatchInsideIsDoneWithTheTransaction() {
    TransactionalStorage<String> storage = transactional();
    Assumptions.assumeTrue(
        storage.info().limits().containsKey("commitEntries"), "the storage has no atomic batch");
    Entry<String> a = storage.set("a", "zero", SetOptions.none());
    try (Transaction<String> tx = storage.beginTransaction()) {
      tx.batch(List.of(Operation.delete("a", a.version()), Operation.set("b", "one")));
      Expect.failure(
          ErrorCode.VERSION_CONFLICT,
          () -> tx.batch(List.of(Operation.set("c", "one"), Operation.checkAbsent("b"))));
      assertThat(all(tx.keys())).containsExactly("b");
      assertThat(all(storage.keys())).containsExactly("a");
      tx.commit();
    }
    assertThat(all(storage.keys())).containsExactly("b");
  }

  @Test
  default void whatIsRolledBackNeverWas() {
    TransactionalStorage<String> storage = transactional();
    storage.set("a", "zero");
    Transaction<String> rolledBack = storage.beginTransaction();
    rolledBack.set("a", "one");
    rolledBack.set("b", "one");
    rolledBack.rollback();
    assertThat(rolledBack.state()).isEqualTo(TransactionState.ABORTED);
    Transaction<String> closed = storage.beginTransaction();
    closed.delete("a");
    closed.close();
    closed.close();
    assertThat(closed.state()).isEqualTo(TransactionState.ABORTED);
    RuntimeException thrown = new IllegalStateException("thought better of it");
    assertThatThrownBy(
            () ->
                storage.transaction(
                    tx -> {
                      tx.clear();
                      throw thrown;
                    }))
        .isSameAs(thrown);
    assertThat(storage.get("a")).contains("zero");
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void aTransactionIsOverAfterItsEnd() {
    TransactionalStorage<String> storage = transactional();
    Transaction<String> tx = storage.beginTransaction();
    assertThat(tx.state()).isEqualTo(TransactionState.ACTIVE);
    tx.set("a", "one");
    tx.commit();
    tx.rollback();
    tx.close();
    assertThat(tx.state()).isEqualTo(TransactionState.COMMITTED);
    Transaction<String> other = storage.beginTransaction();
    other.rollback();
    for (Transaction<String> ended : List.of(tx, other)) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> ended.get("a"),
              () -> ended.set("a", "two"),
              () -> ended.delete("a"),
              ended::size,
              () -> all(ended.keys()),
              () -> ended.savepoint("s"),
              () -> ended.rollbackTo("s"),
              ended::commit)) {
        StorageException over = Expect.failure(ErrorCode.TRANSACTION_ABORTED, call);
        assertThat(over.getMessage()).contains(ended.id());
      }
    }
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void idsAreDifferent() {
    TransactionalStorage<String> storage = transactional();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      try (Transaction<String> tx = storage.beginTransaction()) {
        assertThat(tx.id()).isNotEmpty();
        assertThat(ids.add(tx.id())).isTrue();
      }
    }
  }

  @Test
  default void savepointsForgetWhatCameAfterThem() {
    TransactionalStorage<String> storage = transactional();
    storage.set("a", "zero");
    try (Transaction<String> tx = storage.beginTransaction()) {
      tx.set("b", "one");
      tx.savepoint("one");
      tx.set("a", "two");
      tx.set("b", "two");
      tx.delete("b");
      tx.savepoint("two");
      tx.set("c", "three");
      tx.rollbackTo("two");
      assertThat(all(tx.keys())).containsExactly("a");
      tx.rollbackTo("one");
      assertThat(tx.get("a")).contains("zero");
      assertThat(tx.get("b")).contains("one");
      Expect.failure(ErrorCode.KEY_NOT_FOUND, () -> tx.rollbackTo("two"));
      Expect.failure(ErrorCode.KEY_NOT_FOUND, () -> tx.rollbackTo("never"));
      tx.set("d", "four");
      tx.rollbackTo("one");
      assertThat(tx.has("d")).isFalse();
      tx.set("e", "five");
      tx.savepoint("one");
      tx.set("e", "six");
      tx.rollbackTo("one");
      assertThat(tx.get("e")).as("the savepoint has moved").contains("five");
      tx.commit();
    }
    assertThat(all(storage.keys())).containsExactlyInAnyOrder("a", "b", "e");
    assertThat(storage.get("a")).contains("zero");
  }

  @Test
  default void aReadOnlyTransactionReadsAndRefusesWrites() {
    TransactionalStorage<String> storage = transactional();
    storage.set("a", "zero");
    try (Transaction<String> tx =
        storage.beginTransaction(TransactionOptions.defaults().asReadOnly())) {
      assertThat(tx.get("a")).contains("zero");
      assertThat(tx.size()).isEqualTo(1);
      Expect.failure(ErrorCode.UNSUPPORTED, () -> tx.set("a", "one"));
      Expect.failure(ErrorCode.UNSUPPORTED, () -> tx.delete("a"));
      Expect.failure(ErrorCode.UNSUPPORTED, tx::clear);
      Expect.failure(ErrorCode.UNSUPPORTED, () -> tx.batch(List.of(Operation.delete("a"))));
      tx.commit();
      assertThat(tx.state()).isEqualTo(TransactionState.COMMITTED);
    }
    assertThat(storage.get("a")).contains("zero");
  }

  @Test
  default void everyLevelIsServedOrRefusedByName() {
    TransactionalStorage<String> storage = transactional();
    storage.set("a", "zero");
    List<Isolation> offered = new ArrayList<>();
    for (Isolation level : Isolation.values()) {
      TransactionOptions options = TransactionOptions.defaults().withIsolation(level);
      try (Transaction<String> tx = storage.beginTransaction(options)) {
        tx.set("a", level.name());
        tx.commit();
        offered.add(level);
        assertThat(storage.get("a")).contains(level.name());
      } catch (StorageException e) {
        assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.UNSUPPORTED);
        assertThat(e.getMessage()).contains(level.name());
      }
    }
    assertThat(offered).isNotEmpty();
  }

  @Test
  default void aConflictRunsTheWorkAgainAndAtLastGivesUp() {
    TransactionalStorage<String> storage = transactional();
    Assumptions.assumeTrue(isOptimistic(storage), "writers wait for each other");
    storage.set("a", "0");
    int[] runs = {0};
    storage.transaction(
        tx -> {
          String now = tx.get("a").orElseThrow();
          if (runs[0]++ < 2) {
            storage.set("a", now + "+");
          }
          tx.set("a", now + "!");
          return 0;
        });
    assertThat(runs[0]).isEqualTo(3);
    assertThat(storage.get("a")).contains("0++!");
    StorageException lost =
        Expect.failure(
            ErrorCode.TRANSACTION_ABORTED,
            () ->
                storage.transaction(
                    tx -> {
                      String now = tx.get("a").orElseThrow();
                      storage.set("a", now + "x");
                      tx.set("a", "lost");
                      return 0;
                    },
                    TransactionOptions.defaults().withRetries(2)));
    assertThat(lost.getMessage()).contains("3 attempts");
    assertThat(storage.get("a")).contains("0++!xxx");
  }

  /** Whether somebody else may write what a transaction has read. */
  private static boolean isOptimistic(TransactionalStorage<String> storage) {
    return storage.info().capabilities().get(TransactionalStorage.class.getSimpleName())
        == Support.EMULATED;
  }

  @Test
  default void theInfoNamesTheLevelsThatAreOfferedAndOthersAreRefused() {
    TransactionalStorage<String> storage = transactional();
    List<String> offered =
        List.of(storage.info().details().getOrDefault("isolation", "").split(", "));
    for (Isolation level : Isolation.values()) {
      TransactionOptions asked = TransactionOptions.defaults().withIsolation(level);
      if (offered.contains(level.name())) {
        storage.beginTransaction(asked).close();
      } else {
        StorageException refused =
            Expect.failure(ErrorCode.UNSUPPORTED, () -> storage.beginTransaction(asked).close());
        assertThat(refused.getMessage()).contains(level.name()).contains(offered.get(0));
      }
    }
  }

  @Test
  default void aDeadlineSetInsideIsKeptOutside() {
    TransactionalStorage<String> storage = transactional();
    storage.transaction(
        tx -> {
          tx.set("a", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
          return tx.set("b", "one", SetOptions.expiresIn(Duration.ofMinutes(2)));
        });
    subject().clock().advance(Duration.ofMinutes(1));
    assertThat(storage.has("a")).isFalse();
    assertThat(storage.has("b")).isTrue();
    // Perhaps more than once: what has expired may be removed beside it.
    storage.transaction(
        tx -> {
          assertThat(tx.has("a")).isFalse();
          assertThat(all(tx.keys())).containsExactly("b");
          return tx.set("a", "two", SetOptions.ifAbsent());
        });
    assertThat(storage.get("a")).contains("two");
  }

  @Test
  default void whatATransactionCommittedIsThereAfterReopening() {
    subject().needsPersistence();
    transactional()
        .transaction(
            tx -> {
              for (int i = 0; i < 20; i++) {
                tx.set("key-" + i, "value " + i);
              }
              return 0;
            });
    subject().reopen();
    assertThat(subject().storage(String.class).size()).isEqualTo(20);
    assertThat(subject().storage(String.class).get("key-19")).contains("value 19");
  }

  @Test
  default void theEndOfTheRuntimeEndsATransaction() {
    TransactionalStorage<String> storage = transactional();
    Transaction<String> tx = storage.beginTransaction();
    tx.set("a", "one");
    subject().undercroft().close();
    Expect.failure(ErrorCode.CLOSED, () -> tx.get("a"));
    Expect.failure(ErrorCode.CLOSED, tx::commit);
    tx.close();
  }

  @Test
  default void watchersAreToldOfWhatIsCommittedOnly() {
    TransactionalStorage<String> storage = transactional();
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription watch = storage.observable().watch("*", seen::add)) {
      assertThat(watch.isActive()).isTrue();
      try (Transaction<String> tx = storage.beginTransaction()) {
        tx.set("never", "one");
      }
      storage.transaction(
          tx -> {
            tx.set("dropped", "one");
            tx.delete("dropped");
            tx.set("a", "draft");
            tx.set("a", "one");
            return tx.delete("none");
          });
      storage.set("last", "two");
      Eventually.holds(
          "the last change arrives",
          () ->
              seen.stream()
                  .anyMatch(
                      change -> change.key().equals("last") || change.type() == ChangeType.RESYNC));
    }
    assertThat(seen)
        .as("nothing of what was rolled back, overwritten or undone")
        .allMatch(change -> !change.key().equals("never"))
        .allMatch(change -> !change.newValue().map("draft"::equals).orElse(false));
  }

  private static <E> List<E> all(Stream<E> stream) {
    try (stream) {
      return stream.toList();
    }
  }

  private TransactionalStorage<String> transactional() {
    Storage<String> storage = subject().storage(String.class);
    Assumptions.assumeTrue(
        storage.supports(TransactionalStorage.class),
        () -> subject().id() + " has no transactions");
    return storage.transactional();
  }
}
