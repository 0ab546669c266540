package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link Changes}: what the engine tells. */
interface BackendChangesContract extends Contract {
  @Test
  default void everyChangeIsToldInOrder() {
    Changes changes = subject().facet(Changes.class);
    KeyValue store = subject().keyValue();
    put(store, "before", "not told");
    Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = changes.subscribe(Optional.empty(), seen::add)) {
      assertThat(subscription.isActive()).isTrue();
      put(store, "a", "one");
      put(store, "a", "two");
      store.delete("a", Precondition.NONE);
      put(store, "a", "three");
      Eventually.holds("the last change arrives", () -> count(seen, "a") >= 4);
      List<StoredChange> told = of(seen, "a");
      assertThat(told)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.SET, ChangeType.SET, ChangeType.DELETE, ChangeType.SET);
      List<String> expected = new ArrayList<>(List.of("one", "two", "(none)", "three"));
      for (int i = 0; i < told.size(); i++) {
        StoredChange change = told.get(i);
        String after = expected.get(i);
        change.after().ifPresent(entry -> assertThat(text(entry)).isEqualTo(after));
        if (i > 0) {
          String before = expected.get(i - 1);
          change.before().ifPresent(entry -> assertThat(text(entry)).isEqualTo(before));
        } else {
          assertThat(change.before()).isEmpty();
        }
      }
      assertThat(of(seen, "before")).isEmpty();
    }
  }

  @Test
  default void aClearIsTold() {
    Changes changes = subject().facet(Changes.class);
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    put(store, "b", "two");
    Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = changes.subscribe(Optional.empty(), seen::add)) {
      assertThat(subscription.isActive()).isTrue();
      store.clear();
      Eventually.holds(
          "CLEAR, or DELETE of both keys, arrives",
          () ->
              seen.stream().anyMatch(change -> change.type() == ChangeType.CLEAR)
                  || (count(seen, "a") == 1 && count(seen, "b") == 1));
    }
  }

  @Test
  default void theChangesOfOneKeyComeInOrderAmongManyWriters() {
    Changes changes = subject().facet(Changes.class);
    KeyValue store = subject().keyValue();
    Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
    List<String> overlaps = new CopyOnWriteArrayList<>();
    Thread[] inside = new Thread[1];
    int writers = 4;
    int each = subject().scaled(100);
    try (Subscription subscription =
        changes.subscribe(
            Optional.empty(),
            change -> {
              if (inside[0] != null) {
                overlaps.add(change.key());
              }
              inside[0] = Thread.currentThread();
              seen.add(change);
              inside[0] = null;
            })) {
      Race.run(
          writers,
          runner -> {
            for (int i = 0; i < each; i++) {
              put(store, "key-" + runner, String.valueOf(i));
            }
          });
      Eventually.holds(
          "all changes, or a RESYNC, arrive", () -> seen.size() >= writers * each || resync(seen));
      assertThat(subscription.isActive()).isTrue();
    }
    assertThat(overlaps).as("calls of the listener at the same time").isEmpty();
    Map<String, Integer> last = new HashMap<>();
    for (StoredChange change : seen) {
      change
          .after()
          .ifPresent(
              entry -> {
                int number = Integer.parseInt(text(entry));
                Integer former = last.put(change.key(), number);
                assertThat(number)
                    .as("what follows %s of %s", former, change.key())
                    .isGreaterThan(former == null ? -1 : former);
              });
    }
  }

  @Test
  default void aClosedSubscriptionIsToldNothingMore() {
    Changes changes = subject().facet(Changes.class);
    KeyValue store = subject().keyValue();
    Queue<StoredChange> closed = new ConcurrentLinkedQueue<>();
    Queue<StoredChange> open = new ConcurrentLinkedQueue<>();
    try (Subscription other = changes.subscribe(Optional.empty(), open::add)) {
      Subscription subscription = changes.subscribe(Optional.empty(), closed::add);
      put(store, "a", "one");
      Eventually.holds("both are told", () -> !closed.isEmpty() && !open.isEmpty());
      subscription.close();
      subscription.close();
      assertThat(subscription.isActive()).isFalse();
      int before = closed.size();
      put(store, "b", "two");
      Eventually.holds("the open one is told", () -> count(open, "b") == 1);
      assertThat(closed).hasSize(before);
      assertThat(other.isActive()).isTrue();
    }
  }

  @Test
  default void aResumableBackendTellsWhatCameAfterAPosition() {
    Changes changes = subject().facet(Changes.class);
    Assumptions.assumeTrue(changes.resumable(), "the backend does not resume");
    KeyValue store = subject().keyValue();
    Queue<StoredChange> first = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = changes.subscribe(Optional.empty(), first::add)) {
      assertThat(subscription.isActive()).isTrue();
      put(store, "a", "one");
      Eventually.holds("the first change arrives", () -> count(first, "a") == 1);
    }
    Optional<String> position = of(first, "a").get(0).position();
    assertThat(position).as("the position of a change").isPresent();
    put(store, "b", "two");
    put(store, "c", "three");
    Queue<StoredChange> second = new ConcurrentLinkedQueue<>();
    try (Subscription subscription = changes.subscribe(position, second::add)) {
      assertThat(subscription.isActive()).isTrue();
      put(store, "d", "four");
      Eventually.holds("the last change arrives", () -> count(second, "d") == 1);
    }
    assertThat(second).extracting(StoredChange::key).containsExactly("b", "c", "d");
  }

  private static boolean resync(Queue<StoredChange> seen) {
    return seen.stream().anyMatch(change -> change.type() == ChangeType.RESYNC);
  }

  private static List<StoredChange> of(Queue<StoredChange> seen, String key) {
    return seen.stream().filter(change -> change.key().equals(key)).toList();
  }

  private static long count(Queue<StoredChange> seen, String key) {
    return seen.stream().filter(change -> change.key().equals(key)).count();
  }
}
