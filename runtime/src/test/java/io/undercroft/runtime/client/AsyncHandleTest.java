package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncHandleTest {
  private final Desk desk = Desk.full();
  private final AsyncBatchStorage<String> rooms = desk.texts().batched().async();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  private static <T> T outcome(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private static StorageException failure(Supplier<CompletionStage<?>> call) {
    CompletionStage<?> stage = call.get(); // which itself throws nothing
    AtomicReference<Throwable> seen = new AtomicReference<>();
    stage.whenComplete((value, thrown) -> seen.set(thrown));
    ExecutionException thrown =
        catchThrowableOfType(ExecutionException.class, () -> outcome(stage));
    assertThat(thrown).hasCauseInstanceOf(StorageException.class);
    Desk.await("the stage has told", () -> seen.get() != null);
    assertThat(seen).hasValue(thrown.getCause());
    return (StorageException) Objects.requireNonNull(thrown.getCause());
  }

  @Test
  void theWorkIsDoneInTheContextOfWhoAskedForIt() throws Exception {
    Desk.CONTEXT.set("here");
    CompletionStage<Optional<String>> update =
        rooms.update("a", now -> Optional.of(Desk.CONTEXT.get()));
    Desk.CONTEXT.set("elsewhere");
    assertThat(outcome(update)).hasValue("here");
    Desk.CONTEXT.remove();
  }

  @Test
  void everyMethodHasItsResultThroughTheStage() throws Exception {
    outcome(rooms.set("a", "1"));
    assertThat(outcome(rooms.get("a"))).contains("1");
    assertThat(outcome(rooms.has("a"))).isTrue();
    assertThat(outcome(rooms.size())).isEqualTo(1);
    assertThat(outcome(rooms.keys())).containsExactly("a");
    assertThat(outcome(rooms.keys("b"))).isEmpty();
    assertThat(outcome(rooms.values())).containsExactly("1");
    assertThat(outcome(rooms.entries()).map(Entry::key)).containsExactly("a");
    Entry<String> entry = outcome(rooms.entry("a")).orElseThrow();
    assertThat(outcome(rooms.update("a", now -> now.map(v -> v + "2")))).contains("12");
    assertThat(failure(() -> rooms.delete("a", entry.version())).code())
        .isEqualTo(ErrorCode.VERSION_CONFLICT);
    assertThat(outcome(rooms.set("b", "x", SetOptions.ifAbsent())).value()).isEqualTo("x");
    assertThat(outcome(rooms.delete("b"))).isTrue();
    outcome(rooms.setMany(Map.of("c", "3")));
    assertThat(outcome(rooms.getMany(List.of("c")))).hasSize(1);
    assertThat(outcome(rooms.batch(List.of(Operation.delete("c")))).get(0).existed()).isTrue();
    assertThat(outcome(rooms.deleteMany(List.of("a", "c")))).isEqualTo(1);
    outcome(rooms.clear());
    assertThat(rooms.name()).isEqualTo("rooms");
  }

  @Test
  void everyFailureComesThroughTheStage() {
    assertThat(failure(() -> rooms.get("")).code()).isEqualTo(ErrorCode.INVALID_KEY);
    assertThat(failure(() -> rooms.set("", "x")).storage()).contains("rooms");
    assertThat(failure(() -> rooms.keys("\uD83D")).code()).isEqualTo(ErrorCode.INVALID_KEY);
    assertThat(failure(() -> rooms.setMany(Map.of("", "x"))).code())
        .isEqualTo(ErrorCode.INVALID_KEY);
    assertThat(failure(() -> rooms.set("a", "x", SetOptions.ifVersion("v9"))).code())
        .isEqualTo(ErrorCode.VERSION_CONFLICT);
    CompletionStage<Optional<String>> own =
        rooms.update(
            "a",
            now -> {
              throw new ArithmeticException("the user's own");
            });
    assertThat(catchThrowableOfType(ExecutionException.class, () -> outcome(own)))
        .hasCauseInstanceOf(ArithmeticException.class);
    desk.point.end("it was removed");
    assertThat(failure(() -> rooms.get("a")).code()).isEqualTo(ErrorCode.CLOSED);
    desk.threads.shutdown();
    assertThat(failure(() -> rooms.get("a")).code()).isEqualTo(ErrorCode.CLOSED);
  }

  @Test
  void theCallReturnsBeforeTheWorkIsDone() throws Exception {
    outcome(rooms.get("a"));
    CountDownLatch mayGo = new CountDownLatch(1);
    desk.notebook.beforeEachCall =
        () -> {
          try {
            mayGo.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    CompletionStage<Void> stage = rooms.set("a", "1");
    assertThat(stage.toCompletableFuture()).isNotDone();
    mayGo.countDown();
    outcome(stage);
  }

  @Test
  void noMethodOfTheStorageIsMissing() {
    assertThat(names(AsyncStorage.class)).isEqualTo(methodsOfData(Storage.class));
    assertThat(names(AsyncBatchStorage.class)).isEqualTo(methodsOfData(BatchStorage.class));
  }

  private static Set<String> names(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .map(Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> methodsOfData(Class<?> type) {
    Set<String> names = names(type);
    names.removeAll(
        Set.of(
            "as",
            "async",
            "batched",
            "distributed",
            "indexed",
            "info",
            "observable",
            "queryable",
            "supports",
            "transactional"));
    return names;
  }
}
