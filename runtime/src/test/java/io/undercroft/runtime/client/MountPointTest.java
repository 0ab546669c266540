package io.undercroft.runtime.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MountPointTest {
  private final Desk desk = Desk.full();
  private final AtomicInteger openings = new AtomicInteger();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  private Notebook notebook() {
    return new Notebook(desk.clock);
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T result(Future<T> future) throws Exception {
    return future.get(10, TimeUnit.SECONDS);
  }

  @Test
  void nothingIsOpenBeforeTheFirstUse() {
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              openings.incrementAndGet();
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    Storage<String> rooms = point.handle(String.class);
    assertThat(openings).hasValue(0);
    assertThat(point.peek()).isEmpty();
    rooms.get("a");
    rooms.get("a");
    assertThat(openings).hasValue(1);
    assertThat(point.peek()).isPresent();
  }

  @Test
  void manyFirstUsersWaitForOneOpening() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              openings.incrementAndGet();
              waitFor(mayOpen);
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    List<Future<Optional<String>>> users = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      users.add(desk.threads.submit(() -> point.<String>handle(String.class).get("a")));
    }
    Desk.await("somebody opens", () -> openings.get() == 1);
    mayOpen.countDown();
    for (Future<Optional<String>> user : users) {
      assertThat(result(user)).isEmpty();
    }
    assertThat(openings).hasValue(1);
  }

  @Test
  void aFailedOpeningIsSharedByThoseWhoWaitedAndTriedAgainByTheNext() throws Exception {
    CountDownLatch mayFail = new CountDownLatch(1);
    AtomicInteger waiting = new AtomicInteger();
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              if (openings.incrementAndGet() == 1) {
                waitFor(mayFail);
                throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody there")
                    .in(Desk.NAME);
              }
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    Storage<String> rooms = point.handle(String.class);
    List<Future<?>> users = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      users.add(
          desk.threads.submit(
              () -> {
                synchronized (threads) {
                  threads.add(Thread.currentThread());
                }
                waiting.incrementAndGet();
                Failing.with(ErrorCode.CONNECTION_FAILED, () -> rooms.get("a"));
              }));
    }
    Desk.await("all four are there", () -> waiting.get() == 4);
    Desk.await(
        "all four wait",
        () -> {
          synchronized (threads) {
            return threads.stream().noneMatch(t -> t.getState() == Thread.State.RUNNABLE);
          }
        });
    mayFail.countDown();
    for (Future<?> user : users) {
      result(user);
    }
    assertThat(openings).hasValue(1);
    assertThat(rooms.get("a")).isEmpty();
    assertThat(openings).hasValue(2);
  }

  @Test
  void whoIsInterruptedWhileItOpensKeepsTheFlag() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              openings.incrementAndGet();
              waitFor(mayOpen);
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    Storage<String> rooms = point.handle(String.class);
    Future<?> opening = desk.threads.submit(() -> rooms.get("a"));
    Desk.await("somebody opens", () -> openings.get() == 1);
    Thread.currentThread().interrupt();
    Failing.with(ErrorCode.INTERRUPTED, () -> rooms.get("a"));
    assertThat(Thread.interrupted()).isTrue();
    mayOpen.countDown();
    result(opening);
  }

  @Test
  void aStorageThatNeedsItselfToOpenIsToldSo() {
    AtomicReference<MountPoint> self = new AtomicReference<>();
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              Objects.requireNonNull(self.get()).handle(String.class).get("a");
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    self.set(point);
    StorageException itself =
        Failing.with(ErrorCode.INVALID_CONFIG, () -> point.handle(String.class).get("a"));
    assertThat(itself.getMessage()).contains("needs the storage itself");
  }

  // --- replace

  @Test
  void handlesFollowTheNewMountAndTheOldIsClosed() {
    Storage<String> rooms = desk.texts();
    rooms.set("a", "old");
    Notebook second = notebook();
    desk.point.replace(() -> desk.mount(second), false);
    assertThat(desk.notebook.isClosed()).isTrue();
    assertThat(rooms.get("a")).isEmpty();
    rooms.set("a", "new");
    assertThat(rooms.get("a")).contains("new");
    assertThat(second.isClosed()).isFalse();
  }

  @Test
  void whenTheNewOneDoesNotOpenTheOldStays() {
    Storage<String> rooms = desk.texts();
    rooms.set("a", "old");
    assertThatThrownBy(
            () ->
                desk.point.replace(
                    () -> {
                      throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody there");
                    },
                    false))
        .hasMessageContaining("nobody there");
    assertThat(rooms.get("a")).contains("old");
    assertThat(desk.notebook.isClosed()).isFalse();
  }

  @Test
  void aNewOneThatNeedsTheRoomOpensAfterTheOldIsClosed() {
    desk.texts().set("a", "old");
    Notebook second = notebook();
    AtomicBoolean wasClosed = new AtomicBoolean();
    desk.point.replace(
        () -> {
          wasClosed.set(desk.notebook.isClosed());
          return desk.mount(second);
        },
        true);
    assertThat(wasClosed).isTrue();
    assertThat(desk.texts().get("a")).isEmpty();
  }

  @Test
  void whenTheNewOneThatNeededTheRoomDoesNotOpenTheOldIsOpenedAgain() throws Exception {
    List<Notebook> opened = new ArrayList<>();
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              Notebook fresh = notebook();
              opened.add(fresh);
              return desk.mount(fresh);
            },
            desk.surroundings);
    Storage<String> rooms = point.handle(String.class);
    rooms.set("a", "x");
    AtomicReference<Future<Optional<String>>> during = new AtomicReference<>();
    assertThatThrownBy(
            () ->
                point.replace(
                    () -> {
                      during.set(desk.threads.submit(() -> rooms.get("a")));
                      throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody there");
                    },
                    true))
        .hasMessageContaining("nobody there");
    assertThat(opened).hasSize(2);
    assertThat(opened.get(0).isClosed()).isTrue();
    assertThat(result(Objects.requireNonNull(during.get()))).isEmpty();
    rooms.set("a", "y");
    assertThat(rooms.get("a")).contains("y");
  }

  @Test
  void underLoadNoCallFailsAndNoAcknowledgedWriteIsLost() throws Exception {
    List<Notebook> notebooks = new ArrayList<>(List.of(desk.notebook));
    ConcurrentHashMap<String, Integer> acknowledged = new ConcurrentHashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    Storage<Integer> numbers = desk.numbers();
    List<Future<Integer>> writers = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int thread = t;
      writers.add(
          desk.threads.submit(
              () -> {
                int n = 0;
                while (!over.get()) {
                  String key = thread + "-" + n;
                  numbers.set(key, n);
                  acknowledged.put(key, n++);
                  numbers.get(key);
                }
                return n;
              }));
    }
    for (int round = 0; round < 40; round++) {
      int before = acknowledged.size();
      Desk.await("they have written", () -> acknowledged.size() > before + 50);
      Notebook next = notebook();
      notebooks.add(next);
      desk.point.replace(() -> desk.mount(next), false);
    }
    over.set(true);
    int written = 0;
    for (Future<Integer> writer : writers) {
      written += result(writer);
    }
    assertThat(written).isEqualTo(acknowledged.size());
    int kept = 0;
    for (Notebook notebook : notebooks) {
      assertThat(notebook.isClosed()).isEqualTo(notebook != notebooks.get(40));
      kept += notebook.written().size();
      notebook.written().forEach(acknowledged::remove);
    }
    assertThat(acknowledged).isEmpty();
    assertThat(kept).isEqualTo(written);
  }

  // --- the end

  @Test
  void theEndWaitsForOperationsUnderWay() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    Storage<String> rooms = desk.texts();
    rooms.get("a");
    desk.notebook.beforeEachCall =
        () -> {
          inside.countDown();
          waitFor(mayGo);
        };
    Future<?> slow = desk.threads.submit(() -> rooms.set("a", "x"));
    waitFor(inside);
    Future<Boolean> end = desk.threads.submit(() -> desk.point.end("it was removed"));
    Desk.await("it has ended", desk.point::hasEnded);
    assertThat(desk.notebook.isClosed()).isFalse();
    Failing.with(ErrorCode.CLOSED, () -> rooms.get("a"));
    mayGo.countDown();
    assertThat(result(end)).isTrue();
    result(slow);
    assertThat(desk.notebook.isClosed()).isTrue();
    assertThat(desk.point.end("again")).isFalse();
  }

  @Test
  void theEndDoesNotWaitForEverForAnOperationThatHangs() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    Surroundings hasty =
        new Surroundings(
            desk.threads,
            desk.threads,
            desk.clock,
            desk.surroundings.random(),
            desk.surroundings.caller(),
            desk.surroundings.context(),
            Duration.ofMillis(50));
    MountPoint point = new MountPoint(Desk.NAME, () -> desk.mount(desk.notebook), hasty);
    Storage<String> rooms = point.handle(String.class);
    rooms.get("a");
    desk.notebook.beforeEachCall =
        () -> {
          inside.countDown();
          waitFor(mayGo);
        };
    Future<?> slow =
        desk.threads.submit(() -> Failing.with(ErrorCode.CLOSED, () -> rooms.set("a", "x")));
    waitFor(inside);
    point.end("it was removed");
    assertThat(desk.notebook.isClosed()).isTrue();
    mayGo.countDown();
    result(slow);
  }

  @Test
  void whatIsStillOpeningAtTheEndIsClosedWhenItIsOpen() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              openings.incrementAndGet();
              waitFor(mayOpen);
              return desk.mount(desk.notebook);
            },
            desk.surroundings);
    Future<?> user =
        desk.threads.submit(
            () ->
                Failing.with(ErrorCode.CLOSED, () -> point.<String>handle(String.class).get("a")));
    Desk.await("somebody opens", () -> openings.get() == 1);
    Future<Boolean> end = desk.threads.submit(() -> point.end("it was removed"));
    Desk.await("it has ended", point::hasEnded);
    mayOpen.countDown();
    assertThat(result(end)).isTrue();
    result(user);
    assertThat(desk.notebook.isClosed()).isTrue();
  }

  @Test
  void aPlaceThatHasEndedTakesNoOtherMount() {
    desk.point.end("it was removed");
    Notebook second = notebook();
    Failing.with(ErrorCode.CLOSED, () -> desk.point.replace(() -> desk.mount(second), false));
    assertThat(second.isClosed()).isTrue();
    Failing.with(ErrorCode.CLOSED, () -> desk.point.replace(() -> desk.mount(second), true));
  }

  @Test
  void whatClosingThrowsComesOutOfTheEnd() {
    MountPoint point =
        new MountPoint(
            Desk.NAME,
            () -> {
              Mount mount = desk.mount(desk.notebook);
              return new Mount(
                  mount.plugin(),
                  mount.facets(),
                  mount.limits(),
                  mount.clock(),
                  mount.codecs(),
                  mount.ping(),
                  mount.info(),
                  () -> {
                    throw new IllegalStateException("the lid is stuck");
                  });
            },
            desk.surroundings);
    point.mount();
    assertThatThrownBy(() -> point.end("it was removed")).hasMessage("the lid is stuck");
    Failing.with(ErrorCode.CLOSED, () -> point.handle(String.class).get("a"));
  }
}
