package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import io.undercroft.testkit.history.Verdict;
import io.undercroft.testkit.history.WatchLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link ObservableStorage}: what is told, in which order, and to whom no more. */
interface ChangesContract extends Contract {
  @Test
  default void aWatcherIsToldEveryChangeWithOldAndNewValue() {
    ObservableStorage<String> storage = watched();
    storage.set("a", "before");
    WatchLog<String> written = new WatchLog<String>().before("a", "before");
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch("*", seen::add)) {
      assertThat(subscription.isActive()).isTrue();
      storage.set("a", "one");
      storage.set("a", "two");
      assertThat(storage.delete("a")).isTrue();
      storage.set("b", "three");
      storage.set("a", "four");
      written.set("a", "one").set("a", "two").delete("a").set("b", "three").set("a", "four");
      Eventually.holds("the last change arrives", () -> seen.size() >= written.size());
    }
    List<Change<String>> told = List.copyOf(seen);
    assertThat(written.checkInOneOrder(told)).isEqualTo(new Verdict.Holds());
    assertThat(told)
        .extracting(Change::type)
        .containsExactly(
            ChangeType.SET, ChangeType.SET, ChangeType.DELETE, ChangeType.SET, ChangeType.SET);
    assertThat(told).extracting(Change::timestamp).containsOnly(subject().clock().instant());
  }

  @Test
  default void everyWayToWriteIsTold() {
    ObservableStorage<String> storage = watched();
    storage.set("deleted", "one");
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch("*", seen::add)) {
      storage.set("a", "one", SetOptions.ifAbsent());
      assertThat(storage.update("a", value -> Optional.of("two"))).contains("two");
      storage.batched().setMany(Map.of("a", "three"));
      assertThat(storage.batched().deleteMany(List.of("a"))).isEqualTo(1);
      assertThat(storage.delete("deleted", storage.entry("deleted").orElseThrow().version()))
          .isTrue();
      storage.set("last", "one");
      Eventually.holds( // of several keys some backends tell as they hear
          "the last changes arrive",
          () -> count(seen, "last") == 1 && count(seen, "deleted") > 0 && count(seen, "a") > 3);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen.stream().filter(change -> change.key().equals("a")))
        .extracting(Change::type)
        .containsExactly(ChangeType.SET, ChangeType.SET, ChangeType.SET, ChangeType.DELETE);
    assertThat(count(seen, "deleted")).isEqualTo(1);
  }

  @Test
  default void whatChangesNothingIsNotTold() {
    ObservableStorage<String> storage = watched();
    storage.set("a", "one");
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch("*", seen::add)) {
      assertThat(storage.delete("never")).isFalse();
      assertThat(storage.get("a")).contains("one");
      Expect.failure(
          ErrorCode.VERSION_CONFLICT, () -> storage.set("a", "x", SetOptions.ifAbsent()));
      assertThat(storage.update("never", value -> value)).isEmpty();
      storage.set("last", "one");
      Eventually.holds("the last change arrives", () -> count(seen, "last") == 1);
      assertThat(seen).extracting(Change::key).containsExactly("last");
      assertThat(subscription.isActive()).isTrue();
    }
  }

  @Test
  default void clearIsTold() {
    ObservableStorage<String> storage = watched();
    storage.set("a", "one");
    storage.set("b", "two");
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch("*", seen::add)) {
      storage.clear();
      Eventually.holds(
          "CLEAR, or DELETE of both keys, arrives",
          () ->
              seen.stream().anyMatch(change -> change.type() == ChangeType.CLEAR)
                  || (count(seen, "a") == 1 && count(seen, "b") == 1));
      assertThat(subscription.isActive()).isTrue();
    }
  }

  @Test
  default void aGlobSelectsKeys() {
    Map<String, List<String>> told =
        Map.of(
            "*", List.of("a", "ab", "a*b", "b", "a/b", "[x]", "\u00e4", "\ud83d\ude00"),
            "a*", List.of("a", "ab", "a*b", "a/b"),
            "a?", List.of("ab"),
            "?", List.of("a", "b", "\u00e4", "\ud83d\ude00"),
            "[a-b]", List.of("a", "b"),
            "a\\*b", List.of("a*b"),
            "\\[x\\]", List.of("[x]"),
            "b", List.of("b"));
    ObservableStorage<String> storage = watched();
    told.forEach(
        (glob, keys) -> {
          Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
          Queue<Change<String>> all = new ConcurrentLinkedQueue<>();
          try (Subscription one = storage.watch(glob, seen::add);
              Subscription other = storage.watch("*", all::add)) {
            for (String key :
                List.of("a", "ab", "a*b", "b", "a/b", "[x]", "\u00e4", "\ud83d\ude00")) {
              storage.set(key, "value");
            }
            Eventually.holds("everything arrives", () -> all.size() >= 8);
            Eventually.passes(
                () ->
                    assertThat(seen)
                        .as("what is told of %s", glob)
                        .extracting(Change::key)
                        .containsExactlyElementsOf(keys));
            assertThat(one.isActive() && other.isActive()).isTrue();
          }
        });
  }

  @Test
  default void aPatternSelectsKeysInLinearTime() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch(Pattern.compile("^room-[0-9]+$"), seen::add);
        Subscription slow = storage.watch(Pattern.compile("(.*a){12}x$"), change -> {})) {
      storage.set("room-1", "one");
      storage.set("room-x", "two");
      storage.set("a".repeat(1_000), "three");
      storage.set("room-22", "four");
      Eventually.holds("both changes arrive", () -> seen.size() == 2);
      assertThat(seen).extracting(Change::key).containsExactlyInAnyOrder("room-1", "room-22");
      assertThat(subscription.isActive() && slow.isActive()).isTrue();
    }
    StorageException e =
        Expect.failure(
            ErrorCode.INVALID_QUERY,
            () -> storage.watch(Pattern.compile("(a+)\\1"), change -> {}).close());
    assertThat(e.getMessage()).contains("(a+)\\1");
  }

  @Test
  default void theChangesOfAKeyComeInTheirOrder() {
    ObservableStorage<String> storage = watched();
    int writers = 4;
    int each = subject().scaled(200);
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    WatchOptions options = WatchOptions.all().withQueueCapacity(1 << 16);
    try (Subscription subscription =
        storage.watch(
            options,
            change -> {
              if (inside.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
              }
              seen.add(change);
              inside.decrementAndGet();
            })) {
      Race.run(
          writers,
          runner -> {
            for (int i = 0; i < each; i++) {
              storage.set("own-" + runner, String.valueOf(i));
              storage.update(
                  "shared", old -> Optional.of(String.valueOf(1 + number(old.orElse("0")))));
            }
          });
      Eventually.holds("everything arrives", () -> seen.size() >= 2 * writers * each);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(overlaps).as("calls of one handler at the same time").hasValue(0);
    assertThat(seen).extracting(Change::type).containsOnly(ChangeType.SET);
    WatchLog<String> written = new WatchLog<>();
    for (int runner = 0; runner < writers; runner++) {
      for (int i = 0; i < each; i++) {
        written.set("own-" + runner, String.valueOf(i));
      }
    }
    for (int i = 1; i <= writers * each; i++) {
      written.set("shared", String.valueOf(i));
    }
    assertThat(written.check(List.copyOf(seen))).isEqualTo(new Verdict.Holds());
  }

  private static int number(String text) {
    return Integer.parseInt(text);
  }

  @Test
  default void aSlowConsumerBlocksNobodyAndGetsOneResyncForWhatItLost() throws Exception {
    ObservableStorage<String> storage = watched();
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    Queue<Change<String>> all = new ConcurrentLinkedQueue<>();
    WatchOptions options = WatchOptions.all().withQueueCapacity(8);
    try (Subscription subscription =
            storage.watch(
                options,
                change -> {
                  seen.add(change);
                  busy.countDown();
                  await(release);
                });
        Subscription other = storage.watch("*", all::add)) {
      storage.set("first", "one");
      assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
      WatchLog<String> written = new WatchLog<String>().set("first", "one");
      // Nobody reads, and yet every write returns.
      for (int i = 0; i < 100; i++) {
        storage.set("key-" + i, "value-" + i);
        written.set("key-" + i, "value-" + i);
      }
      // What is told may be told later than it was written.
      Eventually.holds("a quick one is told everything", () -> all.size() == 101);
      release.countDown();
      Eventually.holds("RESYNC arrives", () -> resyncs(seen) == 1);
      storage.set("afterwards", "one");
      Eventually.holds("the next change arrives", () -> count(seen, "afterwards") == 1);
      written.set("afterwards", "one");
      assertThat(written.checkInOneOrder(List.copyOf(seen))).isEqualTo(new Verdict.Holds());
      assertThat(resyncs(seen)).isEqualTo(1);
      assertThat(seen.size()).isLessThanOrEqualTo(8 + 4);
      seen.stream()
          .filter(change -> change.type() == ChangeType.RESYNC)
          .forEach(change -> assertThat(change.key()).isEmpty());
      assertThat(subscription.isActive() && other.isActive()).isTrue();
    } finally {
      release.countDown();
    }
  }

  @Test
  default void afterCloseOrOffNothingIsTold() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> all = new ConcurrentLinkedQueue<>();
    Queue<Change<String>> closed = new ConcurrentLinkedQueue<>();
    Queue<Change<String>> off = new ConcurrentLinkedQueue<>();
    try (Subscription open = storage.watch("*", all::add)) {
      Subscription one = storage.watch("*", closed::add);
      Subscription two = storage.watch("*", off::add);
      storage.set("a", "one");
      Eventually.holds("all are told", () -> !all.isEmpty() && !closed.isEmpty() && !off.isEmpty());
      one.close();
      one.close();
      storage.off(two);
      storage.off(two);
      assertThat(one.isActive() || two.isActive()).isFalse();
      storage.set("b", "two");
      Eventually.holds("the open one is told", () -> count(all, "b") == 1);
      assertThat(closed).hasSize(1);
      assertThat(off).hasSize(1);
      assertThat(open.isActive()).isTrue();
    }
  }

  @Test
  default void aHandlerThatThrowsDisturbsNobody() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription bad =
            storage.watch(
                "*",
                change -> {
                  throw new IllegalStateException("a handler's own trouble");
                });
        Subscription good = storage.watch("*", seen::add);
        Subscription after =
            storage.on(
                EventType.AFTER_SET,
                event -> {
                  throw new IllegalStateException("a handler's own trouble");
                })) {
      storage.set("a", "one");
      storage.set("b", "two");
      Eventually.holds("both changes arrive", () -> seen.size() == 2);
      assertThat(storage.get("b")).contains("two");
      assertThat(bad.isActive() || good.isActive() || after.isActive()).isTrue();
    }
  }

  @Test
  default void aHandlerBeforeAWriteMayVetoIt() {
    ObservableStorage<String> storage = watched();
    storage.set("kept", "one");
    IllegalStateException veto = new IllegalStateException("not today");
    try (Subscription set =
            storage.on(
                EventType.BEFORE_SET,
                event -> {
                  if (event.value().equals(Optional.of("forbidden"))) {
                    throw veto;
                  }
                });
        Subscription delete =
            storage.on(
                EventType.BEFORE_DELETE,
                event -> {
                  throw veto;
                });
        Subscription get =
            storage.on(
                EventType.BEFORE_GET,
                event -> {
                  if (event.key().equals("secret")) {
                    throw veto;
                  }
                })) {
      assertThatThrownBy(() -> storage.set("kept", "forbidden")).isSameAs(veto);
      assertThatThrownBy(() -> storage.delete("kept")).isSameAs(veto);
      assertThatThrownBy(() -> storage.get("secret")).isSameAs(veto);
      storage.set("new", "allowed");
      assertThat(set.isActive() && delete.isActive() && get.isActive()).isTrue();
    }
    assertThat(storage.get("kept")).contains("one");
    assertThat(storage.get("new")).contains("allowed");
    assertThat(storage.delete("kept")).isTrue();
  }

  @Test
  default void handlersAreToldWhatIsDoneAndWhatFails() {
    ObservableStorage<String> storage = watched();
    Queue<StorageEvent<String>> events = new ConcurrentLinkedQueue<>();
    List<Subscription> subscriptions = new ArrayList<>();
    for (EventType type : EventType.values()) {
      if (type != EventType.CHANGE) {
        subscriptions.add(storage.on(type, events::add));
      }
    }
    storage.set("a", "one");
    assertThat(storage.get("a")).contains("one");
    assertThat(storage.delete("a")).isTrue();
    Expect.failure(ErrorCode.INVALID_KEY, () -> storage.get(""));
    assertThat(events)
        .extracting(StorageEvent::type)
        .containsExactly(
            EventType.BEFORE_SET,
            EventType.AFTER_SET,
            EventType.BEFORE_GET,
            EventType.AFTER_GET,
            EventType.BEFORE_DELETE,
            EventType.AFTER_DELETE,
            EventType.ERROR);
    for (StorageEvent<String> event : events) {
      assertThat(event.storage()).isEqualTo(Subject.NAME);
      assertThat(event.timestamp()).isEqualTo(subject().clock().instant());
      if (event.type() == EventType.ERROR) {
        assertThat(event.error().orElseThrow().code()).isEqualTo(ErrorCode.INVALID_KEY);
      } else {
        assertThat(event.key()).isEqualTo("a");
      }
      if (event.type() == EventType.BEFORE_SET
          || event.type() == EventType.AFTER_SET
          || event.type() == EventType.AFTER_GET) {
        assertThat(event.value()).contains("one");
      }
    }
    int told = events.size();
    subscriptions.forEach(Subscription::close);
    storage.set("b", "two");
    assertThat(events).hasSize(told);
  }

  @Test
  default void changesCanBeHandledAsEvents() {
    ObservableStorage<String> storage = watched();
    Queue<StorageEvent<String>> events = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.on(EventType.CHANGE, events::add)) {
      storage.set("a", "one");
      Eventually.holds("the change arrives", () -> !events.isEmpty());
      StorageEvent<String> event = events.element();
      assertThat(event.change().orElseThrow().key()).isEqualTo("a");
      assertThat(event.change().orElseThrow().type()).isEqualTo(ChangeType.SET);
      assertThat(subscription.isActive()).isTrue();
    }
  }

  @Test
  default void aPublisherGivesNoMoreThanIsRequested() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    AtomicReference<Flow.@Nullable Subscription> flow = new AtomicReference<>();
    storage
        .changes()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                flow.set(subscription);
              }

              @Override
              public void onNext(Change<String> change) {
                seen.add(change);
              }

              @Override
              public void onError(Throwable failure) {
                throw new AssertionError("the publisher failed", failure);
              }

              @Override
              public void onComplete() {}
            });
    Eventually.holds("the subscription arrives", () -> flow.get() != null);
    Flow.Subscription subscription = Objects.requireNonNull(flow.get());
    Queue<Change<String>> all = new ConcurrentLinkedQueue<>();
    try (Subscription other = storage.watch("*", all::add)) {
      for (int i = 0; i < 5; i++) {
        storage.set("key-" + i, "value");
      }
      Eventually.holds("a watcher is told everything", () -> all.size() == 5);
      assertThat(seen).isEmpty();
      subscription.request(2);
      Eventually.holds("two arrive", () -> seen.size() == 2);
      subscription.request(2);
      Eventually.holds("two more arrive", () -> seen.size() == 4);
      assertThat(seen).extracting(Change::key).containsExactly("key-0", "key-1", "key-2", "key-3");
      subscription.cancel();
      subscription.request(1);
      storage.set("last", "value");
      Eventually.holds("a watcher is told the last", () -> all.size() == 6);
      assertThat(seen).hasSize(4);
      assertThat(other.isActive()).isTrue();
    }
  }

  @Test
  default void aWatchGoesOnFromEveryPositionOrIsRefused() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    Optional<String> position;
    try (Subscription subscription = storage.watch("*", seen::add)) {
      storage.set("a", "one");
      Eventually.holds("the change arrives", () -> !seen.isEmpty());
      position = seen.element().position();
      assertThat(subscription.isActive()).isTrue();
    }
    if (position.isEmpty()) {
      Expect.failure(
          ErrorCode.UNSUPPORTED,
          () -> storage.watch(WatchOptions.all().resumeAfter("1"), change -> {}).close());
      return;
    }
    Queue<Change<String>> all = new ConcurrentLinkedQueue<>();
    try (Subscription subscription =
        storage.watch(WatchOptions.all().resumeAfter(position.get()), all::add)) {
      storage.set("b", "two");
      storage.set("a", "three");
      storage.set("c", "four");
      storage.set("a", "five");
      Eventually.holds("all arrive", () -> all.size() == 4);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(all).extracting(Change::key).containsExactly("b", "a", "c", "a");
    assertThat(
            WatchLog.checkResumption(
                List.copyOf(all), (after, count) -> resumed(storage, after, count)))
        .isEqualTo(new Verdict.Holds());
  }

  @Test
  default void aPositionThatIsNotHeldBeginsWithOneResync() {
    ObservableStorage<String> storage = watched();
    Queue<Change<String>> first = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = storage.watch("*", first::add)) {
      storage.set("a", "one");
      Eventually.holds("the change arrives", () -> !first.isEmpty());
      assertThat(subscription.isActive()).isTrue();
    }
    Assumptions.assumeTrue(
        first.element().position().isPresent(), "the storage gives no positions");
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription =
        storage.watch(WatchOptions.all().resumeAfter("never-given"), seen::add)) {
      Eventually.holds("RESYNC arrives", () -> resyncs(seen) == 1);
      storage.set("b", "two");
      Eventually.holds("the next change arrives", () -> count(seen, "b") == 1);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen).extracting(Change::type).containsExactly(ChangeType.RESYNC, ChangeType.SET);
  }

  private static List<Change<String>> resumed(
      ObservableStorage<String> storage, String after, int count) {
    Queue<Change<String>> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription =
        storage.watch(WatchOptions.all().resumeAfter(after), seen::add)) {
      Eventually.holds("what came after " + after + " arrives", () -> seen.size() >= count);
      assertThat(subscription.isActive()).isTrue();
    }
    return List.copyOf(seen);
  }

  private ObservableStorage<String> watched() {
    Storage<String> storage = subject().storage(String.class);
    Assumptions.assumeTrue(
        storage.supports(ObservableStorage.class), "the storage is not observable");
    return storage.observable();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static long resyncs(Queue<Change<String>> seen) {
    return seen.stream().filter(change -> change.type() == ChangeType.RESYNC).count();
  }

  private static long count(Queue<Change<String>> seen, String key) {
    return seen.stream().filter(change -> change.key().equals(key)).count();
  }
}
