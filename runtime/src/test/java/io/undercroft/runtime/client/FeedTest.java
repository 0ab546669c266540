package io.undercroft.runtime.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FeedTest {
  private final Desk desk = Desk.full();
  private final Storage<String> rooms = desk.texts();
  private final ObservableStorage<String> observed = rooms.observable();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  private static String words(Change<String> change) {
    return change.type()
        + " "
        + change.key()
        + change.oldValue().map(value -> " " + value + " →").orElse("")
        + change.newValue().map(value -> " " + value).orElse("");
  }

  private void note(Change<String> change) {
    seen.add(words(change));
  }

  private void awaitSeen(String... changes) {
    Desk.await("that many changes were seen", () -> seen.size() >= changes.length);
    assertThat(seen).containsExactly(changes);
  }

  // --- watch

  @Test
  void aWatchTellsWhatHappensToTheKeysItIsAbout() {
    observed.watch("a*", this::note);
    rooms.set("b", "other");
    rooms.set("a", "1");
    rooms.set("a", "2");
    rooms.delete("a");
    rooms.clear();
    awaitSeen("SET a 1", "SET a 1 → 2", "DELETE a 2 →", "CLEAR ");
  }

  @Test
  void handlersAndSubscribersAreCalledInTheContextOfWhoSubscribed() {
    Desk.CONTEXT.set("here");
    observed.watch("*", change -> seen.add(Desk.CONTEXT.get()));
    Desk.CONTEXT.set("there");
    Reader reader = new Reader();
    observed.changes(WatchOptions.all()).subscribe(reader);
    reader.request(1);
    Desk.CONTEXT.set("the writer's");
    rooms.set("a", "1");
    Desk.await("both have seen it", () -> seen.size() == 1 && reader.contexts.size() == 2);
    assertThat(seen).containsExactly("here");
    assertThat(reader.contexts).containsExactly("there", "there");
    Desk.CONTEXT.remove();
  }

  @Test
  void aWatchByPatternFindsItAnywhereInTheKey() {
    observed.watch(Pattern.compile("[0-9]{2}"), this::note);
    rooms.set("room 1", "x");
    rooms.set("room 12", "y");
    awaitSeen("SET room 12 y");
  }

  @Test
  void aWrongGlobOrPatternIsRefusedAtOnce() {
    Failing.with(ErrorCode.INVALID_QUERY, () -> observed.watch("[", this::note));
    Failing.with(
        ErrorCode.INVALID_QUERY, () -> observed.watch(Pattern.compile("(a)\\1"), this::note));
    assertThat(desk.notebook.listeners).isEmpty();
  }

  @Test
  void aPositionIsRefusedWhereNobodyCanResume() {
    Failing.with(
        ErrorCode.UNSUPPORTED,
        () -> observed.watch(WatchOptions.all().resumeAfter("p7"), this::note));
    assertThat(desk.notebook.listeners).isEmpty();
  }

  @Test
  void aClosedWatchHearsNothingAndHoldsNothing() {
    Subscription subscription = observed.watch("*", this::note);
    rooms.set("a", "1");
    awaitSeen("SET a 1");
    assertThat(subscription.isActive()).isTrue();
    observed.off(subscription);
    subscription.close();
    assertThat(subscription.isActive()).isFalse();
    assertThat(desk.notebook.listeners).isEmpty();
    rooms.set("b", "2");
    assertThat(seen).containsExactly("SET a 1");
  }

  @Test
  void nobodyListensUntilSomebodyWatches() {
    assertThat(desk.notebook.listeners).isEmpty();
    try (Subscription one = observed.watch("*", this::note);
        Subscription two = observed.on(EventType.CHANGE, event -> note(change(event.change())))) {
      assertThat(desk.notebook.listeners).hasSize(2);
      assertThat(one.isActive() && two.isActive()).isTrue();
      rooms.set("a", "1");
      awaitSeen("SET a 1", "SET a 1");
    }
    assertThat(desk.notebook.listeners).isEmpty();
  }

  private static Change<String> change(Optional<Change<String>> change) {
    return change.orElseThrow();
  }

  @Test
  void aHandlerThatThrowsHearsTheNextChangeAllTheSame() {
    observed.watch(
        "*",
        change -> {
          note(change);
          throw new IllegalStateException("a handler with a mistake");
        });
    rooms.set("a", "1");
    rooms.set("b", "2");
    awaitSeen("SET a 1", "SET b 2");
  }

  @Test
  void aHandlerIsCalledByOneThreadAtATimeInOrder() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    observed.watch(
        WatchOptions.all().withQueueCapacity(100_000),
        change -> {
          most.accumulateAndGet(inside.incrementAndGet(), Math::max);
          note(change);
          inside.decrementAndGet();
        });
    IntStream.range(0, 2_000).forEach(i -> rooms.set("a", "" + i));
    Desk.await("all were seen", () -> seen.size() == 2_000);
    assertThat(most).hasValue(1);
    for (int i = 1; i < 2_000; i++) {
      assertThat(seen.get(i)).isEqualTo("SET a " + (i - 1) + " → " + i);
    }
  }

  @Test
  void aSlowHandlerDoesNotHoldTheWriterAndGetsOneResyncForAllItLost() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    observed.watch(
        WatchOptions.all().withQueueCapacity(3),
        change -> {
          begun.countDown();
          try {
            mayGo.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          note(change);
        });
    rooms.set("k", "0");
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    IntStream.rangeClosed(1, 50).forEach(i -> rooms.set("k", "" + i));
    mayGo.countDown();
    awaitSeen("SET k 0", "SET k 0 → 1", "SET k 1 → 2", "SET k 2 → 3", "RESYNC ");
    rooms.set("k", "51");
    awaitSeen("SET k 0", "SET k 0 → 1", "SET k 1 → 2", "SET k 2 → 3", "RESYNC ", "SET k 50 → 51");
  }

  @Test
  void aResyncFromTheBackendIsPassedOnOnceWhateverTheFilter() throws Exception {
    CountDownLatch mayGo = new CountDownLatch(1);
    observed.watch(
        "nothing",
        change -> {
          try {
            mayGo.await(10, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          note(change);
        });
    Changes.StoredChange resync =
        new Changes.StoredChange(
            ChangeType.RESYNC, "", Optional.empty(), Optional.empty(), Desk.NOON, Optional.empty());
    desk.notebook.tell(resync);
    mayGo.countDown();
    awaitSeen("RESYNC ");
  }

  @Test
  void aValueThatCannotBeReadIsOneThatIsNotKnown() {
    observed.watch("*", this::note);
    desk.notebook.scribble("a", "{}".getBytes(UTF_8), "application/json");
    awaitSeen("SET a");
  }

  @Test
  void afterASwapAWatchGoesOnWithAResync() {
    Subscription subscription = observed.watch("*", this::note);
    rooms.set("a", "old");
    awaitSeen("SET a old");
    Notebook second = new Notebook(desk.clock);
    desk.point.replace(() -> desk.mount(second), false);
    awaitSeen("SET a old", "RESYNC "); // what is written before it is delivered is covered by it
    rooms.set("a", "new");
    awaitSeen("SET a old", "RESYNC ", "SET a new");
    assertThat(desk.notebook.listeners).isEmpty();
    assertThat(second.listeners).hasSize(1);
    subscription.close();
    assertThat(second.listeners).isEmpty();
  }

  @Test
  void aWatchEndsWhenTheNewMountTellsNoChanges() {
    Subscription subscription = observed.watch("*", this::note);
    Notebook second = new Notebook(desk.clock);
    desk.point.replace(() -> desk.mount(second, second.plain()), false);
    Desk.await("it has ended", () -> !subscription.isActive());
    Failing.with(ErrorCode.UNSUPPORTED, () -> observed.watch("*", this::note));
    rooms.set("a", "1");
  }

  @Test
  void aWatchEndsWithTheStorage() {
    Subscription subscription = observed.watch("*", this::note);
    rooms.set("a", "1");
    desk.point.end("it was removed");
    Desk.await("it has ended", () -> !subscription.isActive());
    assertThat(seen).containsExactly("SET a 1");
    Failing.with(ErrorCode.CLOSED, () -> observed.watch("*", this::note));
  }

  @Test
  void withoutChangesThereIsNoView() {
    try (Desk plain = Desk.plain()) {
      assertThat(Failing.with(ErrorCode.UNSUPPORTED, () -> plain.texts().observable()).getMessage())
          .contains("ObservableStorage");
    }
  }

  // --- publisher

  /** A subscriber that asks only when it is told to and writes down what it gets. */
  private static final class Reader implements Flow.Subscriber<Change<String>> {
    final List<String> got = new ArrayList<>();
    final Queue<String> contexts = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();
    final AtomicInteger completed = new AtomicInteger();
    final AtomicInteger inside = new AtomicInteger();
    volatile boolean overlapped;
    volatile Flow.@Nullable Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      signal(() -> subscription = given);
    }

    @Override
    public void onNext(Change<String> change) {
      signal(() -> got.add(words(change)));
    }

    @Override
    public void onError(Throwable error) {
      signal(() -> errors.add(error));
    }

    @Override
    public void onComplete() {
      signal(completed::incrementAndGet);
    }

    private void signal(Runnable what) {
      if (inside.getAndIncrement() != 0) {
        overlapped = true;
      }
      synchronized (this) {
        contexts.add(Desk.CONTEXT.get());
        what.run();
      }
      inside.getAndDecrement();
    }

    synchronized List<String> got() {
      return List.copyOf(got);
    }

    void request(long n) {
      Objects.requireNonNull(subscription).request(n);
    }

    void cancel() {
      Objects.requireNonNull(subscription).cancel();
    }
  }

  private Reader subscribe(WatchOptions options) {
    Reader reader = new Reader();
    observed.changes(options).subscribe(reader);
    return reader;
  }

  @Test
  void aSubscriberGetsAsManyAsItAskedFor() {
    Reader reader = subscribe(WatchOptions.glob("k*"));
    IntStream.range(0, 10).forEach(i -> rooms.set("k" + i, "v"));
    reader.request(2);
    Desk.await("two came", () -> reader.got().size() == 2);
    reader.request(1);
    reader.request(2);
    Desk.await("five came", () -> reader.got().size() == 5);
    assertThat(reader.got())
        .containsExactly("SET k0 v", "SET k1 v", "SET k2 v", "SET k3 v", "SET k4 v");
    reader.request(Long.MAX_VALUE);
    reader.request(Long.MAX_VALUE);
    Desk.await("all came", () -> reader.got().size() == 10);
    rooms.set("k10", "v");
    Desk.await("the next came", () -> reader.got().size() == 11);
    reader.cancel();
    assertThat(desk.notebook.listeners).isEmpty();
    assertThat(reader.overlapped).isFalse();
    assertThat(reader.completed).hasValue(0);
  }

  @Test
  void aSubscriberThatAsksForNothingGetsAResyncWhenItAsks() {
    Reader reader = subscribe(WatchOptions.all().withQueueCapacity(2));
    IntStream.range(0, 10).forEach(i -> rooms.set("k" + i, "v"));
    assertThat(reader.got()).isEmpty();
    reader.request(2);
    Desk.await("two came", () -> reader.got().size() == 2);
    rooms.set("lost too", "v");
    reader.request(10);
    Desk.await("the resync came", () -> reader.got().size() == 3);
    rooms.set("z", "v");
    Desk.await("the next came", () -> reader.got().size() == 4);
    assertThat(reader.got()).containsExactly("SET k0 v", "SET k1 v", "RESYNC ", "SET z v");
  }

  @Test
  void whoAsksForLessThanOneGetsAnErrorAndNothingMore() {
    for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
      Reader reader = subscribe(WatchOptions.all());
      reader.request(wrong);
      Desk.await("the error came", () -> !reader.errors.isEmpty());
      assertThat(reader.errors.peek())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3.9");
      reader.request(5);
      rooms.set("a", "1");
      assertThat(reader.got()).isEmpty();
      assertThat(reader.errors).hasSize(1);
      assertThat(desk.notebook.listeners).isEmpty();
    }
  }

  @Test
  void everySubscriberHasItsOwnChanges() {
    Flow.Publisher<Change<String>> changes = observed.changes();
    Reader first = new Reader();
    Reader second = new Reader();
    changes.subscribe(first);
    first.request(10);
    rooms.set("a", "1");
    changes.subscribe(second);
    second.request(10);
    rooms.set("b", "2");
    Desk.await("both have theirs", () -> first.got().size() == 2 && second.got().size() == 1);
    assertThat(second.got()).containsExactly("SET b 2");
  }

  @Test
  void theEndOfTheStorageCompletesSubscribers() {
    Reader reader = subscribe(WatchOptions.all());
    reader.request(1);
    desk.point.end("it was removed");
    Desk.await("it has completed", () -> reader.completed.get() == 1);
    assertThat(reader.errors).isEmpty();
    Reader late = new Reader();
    observed.changes().subscribe(late);
    Desk.await("it is told", () -> !late.errors.isEmpty());
    assertThat(late.subscription).isNotNull();
    assertThat(late.errors.peek()).hasMessageContaining("CLOSED");
  }

  @Test
  void aSubscriberThatThrowsIsTakenForOneThatCancelled() {
    observed
        .changes()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(10);
              }

              @Override
              public void onNext(Change<String> change) {
                note(change);
                throw new IllegalStateException("a subscriber with a mistake");
              }

              @Override
              public void onError(Throwable error) {
                seen.add("error");
              }

              @Override
              public void onComplete() {
                seen.add("complete");
              }
            });
    rooms.set("a", "1");
    Desk.await("it was cancelled", () -> desk.notebook.listeners.isEmpty());
    rooms.set("b", "2");
    assertThat(seen).containsExactly("SET a 1");
  }

  @Test
  void aSubscriberMayAskOneByOneWithoutEnd() {
    int count = 20_000;
    AtomicInteger got = new AtomicInteger();
    observed
        .changes(WatchOptions.all().withQueueCapacity(1 << 20))
        .subscribe(
            new Flow.Subscriber<>() {
              private Flow.@Nullable Subscription subscription;

              @Override
              public void onSubscribe(Flow.Subscription given) {
                subscription = given;
                given.request(1);
              }

              @Override
              public void onNext(Change<String> change) {
                got.incrementAndGet();
                Objects.requireNonNull(subscription).request(1);
              }

              @Override
              public void onError(Throwable error) {
                seen.add("error");
              }

              @Override
              public void onComplete() {}
            });
    IntStream.range(0, count).forEach(i -> rooms.set("k", "v"));
    Desk.await("all came", () -> got.get() == count);
    assertThat(seen).isEmpty();
  }
}
