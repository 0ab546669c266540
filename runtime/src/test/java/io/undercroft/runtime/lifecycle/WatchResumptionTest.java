package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import io.undercroft.testkit.Eventually;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watch that goes on where it was, as the application sees it. */
@Timeout(120)
class WatchResumptionTest {
  private final Undercroft undercroft = open();
  private final ObservableStorage<String> rooms =
      undercroft.<String>storage("rooms", String.class).observable();
  private final List<Change<String>> seen = new CopyOnWriteArrayList<>();

  private static Undercroft open(String... more) {
    Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig();
    builder.set("storages.rooms.type", "memory");
    for (int i = 0; i < more.length; i += 2) {
      builder.set("storages.rooms." + more[i], more[i + 1]);
    }
    return builder.open();
  }

  @AfterEach
  void close() {
    undercroft.close();
  }

  private void awaitSeen(int count) {
    Eventually.holds(count + " changes are seen", () -> seen.size() >= count);
  }

  /** Watches one change, and is gone; returns its position. */
  private String visited() {
    try (Subscription subscription = rooms.watch("*", seen::add)) {
      rooms.set("visited", "x");
      awaitSeen(1);
      assertThat(subscription.isActive()).isTrue();
    }
    return seen.remove(0).position().orElseThrow();
  }

  @Test
  void whatWasMissedComesWholeHoweverSmallTheQueue() {
    String position = visited();
    IntStream.range(0, 5_000).forEach(i -> rooms.set("k", "" + i));
    try (Subscription subscription =
        rooms.watch(WatchOptions.all().withQueueCapacity(1).resumeAfter(position), seen::add)) {
      awaitSeen(5_000);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen)
        .extracting(change -> change.newValue().orElseThrow())
        .containsExactlyElementsOf(IntStream.range(0, 5_000).mapToObj(i -> "" + i).toList());
  }

  @Test
  void aFilterLeavesOutWhatItDoesNotSelectAndGoesOnFromAnyPosition() {
    String position = visited();
    rooms.set("a", "1");
    rooms.set("b", "2");
    rooms.set("a", "3");
    try (Subscription subscription =
        rooms.watch(WatchOptions.glob("a").resumeAfter(position), seen::add)) {
      rooms.set("b", "4");
      rooms.set("a", "5");
      awaitSeen(3);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen)
        .extracting(change -> change.newValue().orElseThrow())
        .containsExactly("1", "3", "5");
  }

  @Test
  void theResyncOfASlowOneHasThePositionUpToWhichItStandsForWhatWasLost() throws Exception {
    CountDownLatch mayGo = new CountDownLatch(1);
    try (Subscription slow =
        rooms.watch(
            WatchOptions.all().withQueueCapacity(2),
            change -> {
              seen.add(change);
              await(mayGo);
            })) {
      rooms.set("k", "0");
      awaitSeen(1);
      IntStream.rangeClosed(1, 20).forEach(i -> rooms.set("k", "" + i));
      mayGo.countDown();
      awaitSeen(4);
      assertThat(slow.isActive()).isTrue();
    }
    Change<String> resync = seen.get(3);
    assertThat(resync.type()).isEqualTo(ChangeType.RESYNC);
    seen.clear();
    rooms.set("k", "21");
    try (Subscription again =
        rooms.watch(WatchOptions.all().resumeAfter(resync.position().orElseThrow()), seen::add)) {
      rooms.set("k", "22");
      awaitSeen(2);
      assertThat(again.isActive()).isTrue();
    }
    assertThat(seen)
        .extracting(change -> change.newValue().orElseThrow())
        .containsExactly("21", "22");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPositionOfAFormerProcessBeginsWithOneResync() {
    try (Subscription subscription =
        rooms.watch(WatchOptions.all().resumeAfter("of-yesterday"), seen::add)) {
      awaitSeen(1);
      rooms.set("a", "1");
      awaitSeen(2);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen).extracting(Change::type).containsExactly(ChangeType.RESYNC, ChangeType.SET);
  }

  @Test
  void aSwappedStorageBeginsANewLife() {
    String position = visited();
    undercroft.define("rooms", Map.of("type", "memory"));
    try (Subscription subscription =
        rooms.watch(WatchOptions.all().resumeAfter(position), seen::add)) {
      awaitSeen(1);
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(seen).extracting(Change::type).containsExactly(ChangeType.RESYNC);
  }

  @Test
  void configurationMayKeepLessOrNothing() {
    try (Undercroft little = open("history.changes", "2");
        Undercroft none = open("history.changes", "0")) {
      ObservableStorage<String> two = little.<String>storage("rooms", String.class).observable();
      try (Subscription subscription = two.watch("*", seen::add)) {
        IntStream.range(0, 4).forEach(i -> two.set("k", "" + i));
        awaitSeen(4);
        assertThat(subscription.isActive()).isTrue();
      }
      List<Change<String>> first = List.copyOf(seen);
      seen.clear();
      two.watch(WatchOptions.all().resumeAfter(first.get(1).position().orElseThrow()), seen::add)
          .close();
      two.watch(WatchOptions.all().resumeAfter(first.get(0).position().orElseThrow()), seen::add);
      Eventually.holds(
          "what is not held any more is told",
          () -> seen.stream().anyMatch(change -> change.type() == ChangeType.RESYNC));

      ObservableStorage<String> without = none.<String>storage("rooms", String.class).observable();
      seen.clear();
      without.watch("*", seen::add);
      without.set("k", "1");
      awaitSeen(1);
      assertThat(seen.get(0).position()).isEqualTo(Optional.empty());
      assertThatThrownBy(
              () -> without.watch(WatchOptions.all().resumeAfter("p"), seen::add).close())
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED));
    }
  }
}
