package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.storage.event.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HooksTest {
  private final Desk desk = Desk.full();
  private final Storage<String> rooms = desk.texts();
  private final ObservableStorage<String> observed = rooms.observable();
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  private void note(StorageEvent<String> event) {
    seen.add(
        event.type()
            + " "
            + event.key()
            + event.value().map(value -> "=" + value).orElse("")
            + event.error().map(error -> " " + error.code()).orElse(""));
  }

  private void listenTo(EventType... types) {
    for (EventType type : types) {
      observed.on(type, this::note);
    }
  }

  private void listenToAll() {
    listenTo(
        EventType.BEFORE_GET,
        EventType.AFTER_GET,
        EventType.BEFORE_SET,
        EventType.AFTER_SET,
        EventType.BEFORE_DELETE,
        EventType.AFTER_DELETE,
        EventType.ERROR);
  }

  @Test
  void handlersHearOfSingleReadsAndWritesOfEveryHandle() {
    listenToAll();
    rooms.get("a");
    rooms.set("a", "1");
    rooms.entry("a");
    rooms.set("a", "2", SetOptions.none());
    rooms.delete("b");
    rooms.delete("a", "v2");
    rooms.clear();
    assertThat(seen)
        .containsExactly(
            "BEFORE_GET a",
            "AFTER_GET a",
            "BEFORE_SET a=1",
            "AFTER_SET a=1",
            "BEFORE_GET a",
            "AFTER_GET a=1",
            "BEFORE_SET a=2",
            "AFTER_SET a=2",
            "BEFORE_DELETE b",
            "BEFORE_DELETE a",
            "AFTER_DELETE a",
            "BEFORE_DELETE ",
            "AFTER_DELETE ");
  }

  @Test
  void handlersHearOfEachKeyOfABatch() {
    listenToAll();
    rooms.batched().setMany(Map.of("a", "1"));
    rooms.batched().getMany(List.of("a", "b"));
    rooms
        .batched()
        .batch(List.of(Operation.set("c", "3"), Operation.delete("a"), Operation.checkAbsent("d")));
    rooms.batched().deleteMany(List.of("c", "d"));
    assertThat(seen)
        .containsExactly(
            "BEFORE_SET a=1",
            "AFTER_SET a=1",
            "BEFORE_GET a",
            "BEFORE_GET b",
            "AFTER_GET a=1",
            "AFTER_GET b",
            "BEFORE_SET c=3",
            "BEFORE_DELETE a",
            "AFTER_SET c=3",
            "AFTER_DELETE a",
            "BEFORE_DELETE c",
            "AFTER_DELETE c",
            "BEFORE_DELETE d");
  }

  @Test
  void handlersHearOfUpdates() {
    listenToAll();
    rooms.update("a", now -> Optional.of("1"));
    rooms.update("a", now -> Optional.empty());
    assertThat(seen)
        .containsExactly("BEFORE_SET a=1", "AFTER_SET a=1", "BEFORE_DELETE a", "AFTER_DELETE a");
  }

  @Test
  void aBeforeHandlerThatThrowsVetoes() {
    rooms.set("a", "1");
    Subscription noWrites =
        observed.on(
            EventType.BEFORE_SET,
            event -> {
              throw new SecurityException("no writing: " + event.key());
            });
    observed.on(
        EventType.BEFORE_DELETE,
        event -> {
          throw new SecurityException("no deleting");
        });
    listenTo(EventType.AFTER_SET, EventType.AFTER_DELETE, EventType.ERROR);
    assertThatThrownBy(() -> rooms.set("a", "2"))
        .isInstanceOf(SecurityException.class)
        .hasMessage("no writing: a");
    assertThatThrownBy(() -> rooms.update("a", now -> Optional.of("2")))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> rooms.batched().setMany(Map.of("b", "2")))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> rooms.batched().batch(List.of(Operation.set("b", "2"))))
        .isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> rooms.delete("a")).isInstanceOf(SecurityException.class);
    assertThatThrownBy(rooms::clear).isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> rooms.batched().deleteMany(List.of("a")))
        .isInstanceOf(SecurityException.class);
    assertThat(seen).isEmpty();
    assertThat(rooms.entries().map(entry -> entry.key() + "=" + entry.value()))
        .containsExactly("a=1");

    assertThat(noWrites.isActive()).isTrue();
    observed.off(noWrites);
    noWrites.close();
    assertThat(noWrites.isActive()).isFalse();
    rooms.set("a", "2");
    assertThat(seen).containsExactly("AFTER_SET a=2");
  }

  @Test
  void whatAnAfterHandlerThrowsChangesNothing() {
    observed.on(
        EventType.AFTER_SET,
        event -> {
          throw new IllegalStateException("a listener with a mistake");
        });
    observed.on(
        EventType.AFTER_SET,
        event -> {
          throw new AssertionError("an error");
        });
    listenTo(EventType.AFTER_SET);
    rooms.set("a", "1");
    assertThat(seen).containsExactly("AFTER_SET a=1");
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void errorHandlersHearOfFailedOperations() {
    listenTo(EventType.ERROR);
    rooms.set("a", "1");
    Failing.with(ErrorCode.VERSION_CONFLICT, () -> rooms.set("a", "x", SetOptions.ifAbsent()));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.get(""));
    assertThat(seen).containsExactly("ERROR a VERSION_CONFLICT", "ERROR  INVALID_KEY");
  }

  @Test
  void handlersSurviveASwapAndEndWithTheStorage() {
    Subscription subscription = observed.on(EventType.AFTER_SET, this::note);
    desk.point.replace(() -> desk.mount(new Notebook(desk.clock)), false);
    rooms.set("a", "1");
    assertThat(seen).containsExactly("AFTER_SET a=1");
    desk.point.end("it was removed");
    assertThat(subscription.isActive()).isFalse();
    Failing.with(ErrorCode.CLOSED, () -> observed.on(EventType.AFTER_SET, this::note));
  }

  @Test
  void aHandlerForAnotherTypeOfValuesGetsTheKeyWithoutTheValue() {
    listenTo(EventType.AFTER_SET);
    desk.numbers().set("n", 7);
    assertThat(seen).containsExactly("AFTER_SET n");
  }
}
