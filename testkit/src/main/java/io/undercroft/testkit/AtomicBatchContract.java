package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Commit;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link BatchStorage#batch}: all or nothing, or a refusal. */
interface AtomicBatchContract extends Contract {
  @Test
  default void aBatchThatCannotBeAtomicIsRefused() {
    Assumptions.assumeFalse(subject().pluginOffers(Commit.class), "the plugin offers Commit");
    BatchStorage<String> storage = subject().storage(String.class).batched();
    StorageException e =
        Expect.failure(
            ErrorCode.UNSUPPORTED, () -> storage.batch(List.of(Operation.set("a", "one"))));
    assertThat(e.getMessage()).contains(subject().id());
    assertThat(storage.has("a")).isFalse();
  }

  @Test
  default void aBatchDoesEveryOperation() {
    BatchStorage<String> storage = atomic();
    Entry<String> checked = storage.set("checked", "one", SetOptions.none());
    Entry<String> going = storage.set("going", "one", SetOptions.none());
    storage.set("there", "one");
    List<OperationResult> results =
        storage.batch(
            List.of(
                Operation.set("new", "two"),
                Operation.set("there", "two", SetOptions.metadata("who", "Alice")),
                Operation.delete("going", going.version()),
                Operation.delete("never"),
                Operation.check("checked", checked.version()),
                Operation.checkAbsent("absent"),
                Operation.set("fresh", "two", SetOptions.ifAbsent())));
    assertThat(results)
        .extracting(OperationResult::key)
        .containsExactly("new", "there", "going", "never", "checked", "absent", "fresh");
    assertThat(results)
        .extracting(OperationResult::existed)
        .containsExactly(false, true, true, false, true, false, false);
    assertThat(results.get(0).version()).isEqualTo(storage.entry("new").map(Entry::version));
    assertThat(results.get(1).version()).isEqualTo(storage.entry("there").map(Entry::version));
    assertThat(results.get(2).version()).isEmpty();
    assertThat(results.get(3).version()).isEmpty();
    assertThat(results.get(4).version()).contains(checked.version());
    assertThat(results.get(5).version()).isEmpty();
    assertThat(results.get(6).version()).isEqualTo(storage.entry("fresh").map(Entry::version));
    assertThat(storage.entry("there").orElseThrow().metadata()).isEqualTo(Map.of("who", "Alice"));
    assertThat(storage.entry("checked")).contains(checked);
    assertThat(storage.size()).isEqualTo(4);
  }

  @Test
  default void aBatchWithOneConditionThatDoesNotHoldDoesNothing() {
    BatchStorage<String> storage = atomic();
    Entry<String> stale = storage.set("a", "zero", SetOptions.none());
    Entry<String> a = storage.set("a", "one", SetOptions.none());
    for (Operation<String> broken :
        List.<Operation<String>>of(
            Operation.set("a", "x", SetOptions.ifVersion(stale.version())),
            Operation.set("a", "x", SetOptions.ifAbsent()),
            Operation.delete("a", stale.version()),
            Operation.delete("never", a.version()),
            Operation.check("a", stale.version()),
            Operation.check("never", a.version()),
            Operation.checkAbsent("a"),
            Operation.check("a", "not a version"))) {
      StorageException e =
          Expect.failure(
              ErrorCode.VERSION_CONFLICT,
              broken.toString(),
              () ->
                  storage.batch(
                      List.of(Operation.set("new", "x"), broken, Operation.set("other", "x"))));
      assertThat(e.getMessage()).contains("'" + broken.key() + "'");
      assertThat(storage.entry("a")).contains(a);
      assertThat(storage.size()).isEqualTo(1);
    }
  }

  @Test
  default void aBatchThatNamesAKeyTwiceIsRefused() {
    BatchStorage<String> storage = atomic();
    Expect.failure(
        ErrorCode.INVALID_QUERY,
        () -> storage.batch(List.of(Operation.set("a", "one"), Operation.delete("a"))));
    assertThat(storage.has("a")).isFalse();
  }

  @Test
  default void anEmptyBatchGivesNoResults() {
    assertThat(atomic().batch(List.of())).isEmpty();
  }

  @Test
  default void aBatchTreatsExpiredEntriesAsAbsent() {
    BatchStorage<String> storage = atomic();
    Entry<String> expired = storage.set("a", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    storage.set("b", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    subject().clock().advance(Duration.ofMinutes(1));
    Expect.failure(
        ErrorCode.VERSION_CONFLICT,
        () -> storage.batch(List.of(Operation.check("a", expired.version()))));
    List<OperationResult> results =
        storage.batch(
            List.of(
                Operation.set("a", "two", SetOptions.ifAbsent()),
                Operation.delete("b"),
                Operation.set("c", "three", SetOptions.expiresIn(Duration.ofMinutes(1)))));
    assertThat(results).extracting(OperationResult::existed).containsExactly(false, false, false);
    assertThat(storage.size()).isEqualTo(2);
    subject().clock().advance(Duration.ofMinutes(1));
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void aBatchIsThereAfterReopening() {
    subject().needsPersistence();
    BatchStorage<String> storage = atomic();
    List<Operation<String>> operations = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      operations.add(Operation.set("key-" + i, "value " + i));
    }
    storage.batch(operations);
    subject().reopen();
    assertThat(subject().storage(String.class).size()).isEqualTo(50);
    assertThat(subject().storage(String.class).get("key-49")).contains("value 49");
  }

  @Test
  default void nobodySeesHalfABatch() {
    BatchStorage<String> storage = atomic();
    AtomicInteger laps = new AtomicInteger();
    storage.batch(List.of(Operation.set("a", "0"), Operation.set("b", "0")));
    try (Race readers =
        Race.looping(
            4,
            runner -> {
              String early = runner % 2 == 0 ? "a" : "b";
              String late = runner % 2 == 0 ? "b" : "a";
              int first = Integer.parseInt(storage.get(early).orElseThrow());
              int second = Integer.parseInt(storage.get(late).orElseThrow());
              assertThat(second).isGreaterThanOrEqualTo(first);
              laps.incrementAndGet();
            })) {
      int rounds = subject().scaled(1_000);
      for (int i = 1; (i <= rounds || laps.get() < 200) && !readers.isOver(); i++) {
        String text = String.valueOf(i);
        assertThat(storage.batch(List.of(Operation.set("a", text), Operation.set("b", text))))
            .hasSize(2);
      }
    }
  }

  @Test
  default void moneyMovedByBatchesIsNeitherMadeNorLost() {
    BatchStorage<String> storage = atomic();
    storage.setMany(Map.of("a", "100", "b", "100", "c", "100"));
    String[] accounts = {"a", "b", "c"};
    int each = subject().scaled(40);
    Race.run(
        6,
        runner -> {
          for (int done = 0; done < each; ) {
            String from = accounts[runner % 3];
            String to = accounts[(runner + 1) % 3];
            Entry<String> source = storage.entry(from).orElseThrow();
            Entry<String> target = storage.entry(to).orElseThrow();
            try {
              storage.batch(
                  List.of(
                      Operation.set(from, plus(source, -1), SetOptions.ifVersion(source.version())),
                      Operation.set(to, plus(target, 1), SetOptions.ifVersion(target.version()))));
              done++;
            } catch (StorageException e) {
              assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.VERSION_CONFLICT);
            }
          }
        });
    int sum = 0;
    for (String account : accounts) {
      sum += Integer.parseInt(storage.get(account).orElseThrow());
    }
    assertThat(sum).isEqualTo(300);
  }

  private static String plus(Entry<String> entry, int amount) {
    return String.valueOf(Integer.parseInt(entry.value()) + amount);
  }

  private BatchStorage<String> atomic() {
    Assumptions.assumeTrue(
        subject().pluginOffers(Commit.class), () -> subject().id() + " does not offer Commit");
    return subject().storage(String.class).batched();
  }
}
