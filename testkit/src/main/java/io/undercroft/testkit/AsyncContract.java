package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Commit;
import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** {@link AsyncStorage}: the same answers, later. */
interface AsyncContract extends Contract {
  @Test
  default void everyMethodAnswersAsItsBlockingTwin() {
    Storage<String> storage = subject().storage(String.class);
    AsyncStorage<String> async = storage.async();
    assertThat(async.name()).isEqualTo(Subject.NAME);
    assertThat(Expect.of(async.get("a"))).isEmpty();
    assertThat(async.set("a", "one").toCompletableFuture().join()).isNull();
    assertThat(storage.get("a")).contains("one");
    assertThat(Expect.of(async.get("a"))).contains("one");
    assertThat(Expect.of(async.has("a"))).isTrue();
    assertThat(Expect.of(async.size())).isEqualTo(1);
    Entry<String> entry = Expect.of(async.entry("a")).orElseThrow();
    assertThat(storage.entry("a")).contains(entry);
    Entry<String> second = Expect.of(async.set("a", "two", SetOptions.ifVersion(entry.version())));
    assertThat(storage.entry("a")).contains(second);
    assertThat(Expect.of(async.update("a", value -> value.map(text -> text + "!"))))
        .contains("two!");
    Expect.of(async.set("b", "three").thenApply(nothing -> "set"));
    try (var keys = Expect.of(async.keys());
        var some = Expect.of(async.keys("b"));
        var values = Expect.of(async.values());
        var entries = Expect.of(async.entries())) {
      assertThat(keys).containsExactlyInAnyOrder("a", "b");
      assertThat(some).containsExactly("b");
      assertThat(values).containsExactlyInAnyOrder("two!", "three");
      assertThat(entries).extracting(Entry::key).containsExactlyInAnyOrder("a", "b");
    }
    assertThat(Expect.of(async.delete("b"))).isTrue();
    assertThat(Expect.of(async.delete("b"))).isFalse();
    String version = storage.entry("a").orElseThrow().version();
    assertThat(Expect.of(async.delete("a", version))).isTrue();
    storage.set("c", "four");
    assertThat(async.clear().toCompletableFuture().join()).isNull();
    assertThat(storage.size()).isZero();
  }

  @Test
  default void batchesAnswerAsTheirBlockingTwins() {
    Storage<String> storage = subject().storage(String.class);
    AsyncBatchStorage<String> async = storage.batched().async();
    assertThat(async.setMany(Map.of("a", "one", "b", "two")).toCompletableFuture().join()).isNull();
    assertThat(Expect.of(async.getMany(List.of("a", "b", "c"))))
        .isEqualTo(Map.of("a", "one", "b", "two"));
    assertThat(Expect.of(async.deleteMany(List.of("a", "c")))).isEqualTo(1);
    List<Operation<String>> operations = List.of(Operation.set("d", "three"));
    if (subject().pluginOffers(Commit.class)) {
      assertThat(Expect.of(async.batch(operations)))
          .extracting(OperationResult::key)
          .containsExactly("d");
    } else {
      Expect.failure(ErrorCode.UNSUPPORTED, () -> Expect.of(async.batch(operations)));
    }
  }

  @Test
  default void everyFailureArrivesThroughTheStage() {
    Storage<String> storage = subject().storage(String.class);
    AsyncStorage<String> async = storage.async();
    storage.set("a", "one");
    CompletionStage<?> refused = async.get("");
    Expect.failure(ErrorCode.INVALID_KEY, () -> Expect.of(refused));
    CompletionStage<Entry<String>> conflict = async.set("a", "two", SetOptions.ifAbsent());
    Expect.failure(ErrorCode.VERSION_CONFLICT, () -> Expect.of(conflict));
    CompletionStage<Boolean> stale = async.delete("a", "never-was");
    Expect.failure(ErrorCode.VERSION_CONFLICT, () -> Expect.of(stale));
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void manyStagesAtOnceAllComplete() {
    Storage<String> storage = subject().storage(String.class);
    AsyncStorage<String> async = storage.async();
    int count = subject().scaled(500, 50);
    List<CompletionStage<Optional<String>>> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String key = "key-" + i;
      String value = "value " + i;
      stages.add(async.set(key, value).thenCompose(nothing -> async.get(key)));
    }
    for (int i = 0; i < count; i++) {
      assertThat(Expect.of(stages.get(i))).contains("value " + i);
    }
    assertThat(storage.size()).isEqualTo(count);
  }
}
