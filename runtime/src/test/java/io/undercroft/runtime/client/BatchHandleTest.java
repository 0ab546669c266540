package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Limits;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BatchHandleTest {
  private final Desk desk =
      Desk.of(clock -> new Notebook(clock, new Limits(1 << 20, 1 << 10, 10, 6)));
  private final BatchStorage<String> rooms = desk.texts().batched();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  private static Map<String, String> values(int count) {
    Map<String, String> values = new LinkedHashMap<>();
    IntStream.range(0, count).forEach(i -> values.put("k" + i, "v" + i));
    return values;
  }

  @Test
  void manyEntriesGoInPortionsThatTheBackendTakes() {
    Map<String, String> values = values(25);
    rooms.setMany(values);
    assertThat(desk.notebook.batchCalls).hasValue(3);
    List<String> asked = new ArrayList<>(values.keySet());
    asked.add("absent");
    asked.add("k0");
    assertThat(rooms.getMany(asked)).containsExactlyEntriesOf(values);
    assertThat(desk.notebook.batchCalls).hasValue(6);
    assertThat(rooms.deleteMany(asked)).isEqualTo(25);
    assertThat(rooms.size()).isZero();
    rooms.setMany(Map.of());
    assertThat(rooms.getMany(List.of())).isEmpty();
    assertThat(rooms.deleteMany(List.of())).isZero();
    assertThat(desk.notebook.batchCalls).hasValue(9);
  }

  @Test
  void oneWrongKeyRefusesAllBeforeAnythingIsWritten() {
    Map<String, String> values = values(25);
    values.put("", "x");
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.setMany(values));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.getMany(List.of("a", "\uD83D")));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.deleteMany(List.of("a", "b\u0000")));
    assertThat(desk.notebook.batchCalls).hasValue(0);
  }

  @Test
  void aFailureOnTheWayTellsHowManyWereWritten() {
    Map<String, String> values = values(25);
    values.put("k22", "unspeakable");
    StorageException failure =
        Failing.with(ErrorCode.SERIALIZATION_FAILED, () -> rooms.setMany(values));
    assertThat(failure.details()).containsEntry("written", "20").containsEntry("key", "k22");
    assertThat(rooms.size()).isEqualTo(20);
  }

  @Test
  void aBatchDoesAllOfItsStepsInOneCommit() {
    String a = rooms.set("a", "1", SetOptions.none()).version();
    String b = rooms.set("b", "2", SetOptions.none()).version();
    List<OperationResult> results =
        rooms.batch(
            List.of(
                Operation.check("a", a),
                Operation.delete("b", b),
                Operation.set("c", "3", SetOptions.expiresIn(Duration.ofHours(1))),
                Operation.checkAbsent("d")));
    String c = rooms.entry("c").orElseThrow().version();
    assertThat(results)
        .containsExactly(
            new OperationResult("a", Optional.of(a), true),
            new OperationResult("b", Optional.empty(), true),
            new OperationResult("c", Optional.of(c), false),
            new OperationResult("d", Optional.empty(), false));
    assertThat(rooms.keys()).containsExactlyInAnyOrder("a", "c");
    assertThat(rooms.entry("c").orElseThrow().expiresAt()).isPresent();
    assertThat(rooms.batch(List.of(Operation.delete("x"))))
        .containsExactly(new OperationResult("x", Optional.empty(), false));
    assertThat(rooms.batch(List.of())).isEmpty();
  }

  @Test
  void oneConditionThatDoesNotHoldUndoesAll() {
    rooms.set("a", "1");
    StorageException conflict =
        Failing.with(
            ErrorCode.VERSION_CONFLICT,
            () ->
                rooms.batch(
                    List.of(
                        Operation.set("b", "2"), Operation.set("a", "x", SetOptions.ifAbsent()))));
    assertThat(conflict.getMessage()).contains("key 'a': expected no entry, found version");
    Failing.with(
        ErrorCode.VERSION_CONFLICT,
        () -> rooms.batch(List.of(Operation.set("b", "2"), Operation.check("a", "v99"))));
    Failing.with(
        ErrorCode.VERSION_CONFLICT,
        () -> rooms.batch(List.of(Operation.set("b", "2"), Operation.delete("c", "v1"))));
    Failing.with(
        ErrorCode.VERSION_CONFLICT,
        () -> rooms.batch(List.of(Operation.set("b", "2"), Operation.check("a", "no version"))));
    assertThat(rooms.keys()).containsExactly("a");
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void twoOperationsOnOneKeyAreRefused() {
    StorageException twice =
        Failing.with(
            ErrorCode.INVALID_QUERY,
            () -> rooms.batch(List.of(Operation.set("a", "1"), Operation.delete("a"))));
    assertThat(twice.getMessage()).contains("'a'");
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.batch(List.of(Operation.set("", "1"))));
    assertThat(rooms.size()).isZero();
  }

  @Test
  void aBatchBeyondTheLimitIsRefusedNotSplit() {
    List<Operation<String>> operations = new ArrayList<>();
    IntStream.range(0, 6).forEach(i -> operations.add(Operation.set("k" + i, "v")));
    rooms.batch(operations);
    operations.add(Operation.checkAbsent("z"));
    StorageException large = Failing.with(ErrorCode.UNSUPPORTED, () -> rooms.batch(operations));
    assertThat(large.getMessage())
        .contains("6 writes and 1 conditions")
        .contains("at most 6")
        .contains("notebook 1.0");
  }

  @Test
  void withoutCommitABatchIsRefusedAndWithoutBatchTheView() {
    try (Desk without = Desk.with(facets -> facets.without(Commit.class))) {
      BatchStorage<String> texts = without.texts().batched();
      StorageException refused =
          Failing.with(ErrorCode.UNSUPPORTED, () -> texts.batch(List.of(Operation.set("a", "1"))));
      assertThat(refused.getMessage()).contains("notebook 1.0").contains("setMany");
      texts.setMany(Map.of("a", "1"));
      assertThat(texts.get("a")).contains("1");
    }
    try (Desk without = Desk.with(facets -> facets.without(Batch.class))) {
      StorageException refused =
          Failing.with(ErrorCode.UNSUPPORTED, () -> without.texts().batched());
      assertThat(refused.getMessage())
          .contains("plugin notebook 1.0")
          .contains("does not offer BatchStorage")
          .contains("offers Storage, ObservableStorage, Bookmark");
    }
  }
}
