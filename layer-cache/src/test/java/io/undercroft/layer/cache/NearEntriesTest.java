package io.undercroft.layer.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is kept, for how long, and what is asked below meanwhile. */
@Timeout(60)
class NearEntriesTest {
  private final SlowShelf shelf = new SlowShelf();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private long nanos;

  @AfterEach
  void end() {
    shelf.go();
    threads.shutdownNow();
  }

  private NearEntries near(Bounds bounds) {
    return new NearEntries(
        shelf, bounds, shelf.clock(), () -> nanos, Runnable::run, Runnable::run, Optional.empty());
  }

  private static Bounds lasting(
      Optional<Duration> write, Optional<Duration> access, Optional<Duration> refresh) {
    return new Bounds(100, false, write, access, refresh, false, true);
  }

  private static final Bounds PLAIN = Bounds.entries(100);

  private static String text(Optional<StoredEntry> entry) {
    return entry.map(found -> new String(found.value(), StandardCharsets.UTF_8)).orElse("nothing");
  }

  private void put(NearEntries near, String key, String value) {
    near.one(key, () -> shelf.put(key, entry(value), Precondition.NONE));
  }

  private static NewEntry entry(String value) {
    return NewEntry.of(value.getBytes(StandardCharsets.UTF_8), "text/plain");
  }

  @Test
  void aThousandThreadsOnOneColdKeyAreOneLoad() throws Exception {
    NearEntries near = near(PLAIN);
    shelf.set("cold", "ice");
    shelf.stop();
    CountDownLatch started = new CountDownLatch(1_000);
    List<Future<String>> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(
          threads.submit(
              () -> {
                started.countDown();
                return text(near.get("cold"));
              }));
    }
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    shelf.awaitStopped(1);
    shelf.go();
    for (Future<String> answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo("ice");
    }
    assertThat(shelf.loads("cold")).isEqualTo(1);
  }

  /** So that a value that it makes of the bytes is there for the next one. */
  @Test
  void whoLoadsIsHandedWhatIsKept() {
    NearEntries near = near(PLAIN);
    shelf.set("a", "1");
    shelf.set("b", "2");

    StoredEntry a = near.get("a").orElseThrow();
    StoredEntry b = near.getMany(List.of("b"), shelf::getMany).get("b");

    assertThat(a.isHeld()).isTrue();
    assertThat(near.find("a")).isSameAs(a);
    assertThat(near.find("b")).isNotNull().isSameAs(b);
  }

  @Test
  void whatWasReadBeforeAWriteIsNotKept() throws Exception {
    NearEntries near = near(PLAIN);
    shelf.set("a", "old");
    shelf.stop();
    Future<String> early = threads.submit(() -> text(near.get("a")));
    shelf.awaitStopped(1);
    put(near, "a", "new");
    Future<String> late = threads.submit(() -> text(near.get("a")));
    shelf.awaitStopped(2);
    shelf.go();
    assertThat(early.get(30, TimeUnit.SECONDS)).isEqualTo("old");
    assertThat(late.get(30, TimeUnit.SECONDS)).isEqualTo("new");
    assertThat(text(near.get("a"))).isEqualTo("new");
  }

  @Test
  void whatWasReadBeforeAClearIsNotKept() throws Exception {
    NearEntries near = near(PLAIN);
    shelf.set("a", "old");
    shelf.stop();
    Future<String> early = threads.submit(() -> text(near.get("a")));
    shelf.awaitStopped(1);
    near.all(shelf::clear);
    shelf.go();
    assertThat(early.get(30, TimeUnit.SECONDS)).isEqualTo("old");
    assertThat(text(near.get("a"))).isEqualTo("nothing");
  }

  @Test
  void nothingIsKeptWhileAKeyIsBeingWritten() {
    NearEntries near = near(PLAIN);
    shelf.set("a", "old");
    near.one(
        "a",
        () -> {
          near.get("a");
          near.getMany(List.of("a"), shelf::getMany);
          shelf.set("a", "new");
          return true;
        });
    assertThat(text(near.get("a"))).isEqualTo("new");
  }

  @Test
  void aFailedReadingFailsForAllAndIsNoMiss() throws Exception {
    NearEntries near =
        near(
            new Bounds(
                9, false, Optional.empty(), Optional.empty(), Optional.empty(), true, false));
    shelf.set("a", "there");
    shelf.stop();
    Future<String> first = threads.submit(() -> text(near.get("a")));
    shelf.awaitStopped(1);
    shelf.fail(true);
    shelf.go();
    assertThat(
            catchThrowableOfType(ExecutionException.class, () -> first.get(30, TimeUnit.SECONDS))
                .getCause())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("CONNECTION_LOST");
    shelf.fail(false);
    assertThat(text(near.get("a"))).isEqualTo("there");
  }

  @Test
  void aReaderThatIsInterruptedSaysSo() throws Exception {
    NearEntries near = near(PLAIN);
    shelf.stop();
    threads.execute(() -> near.get("a"));
    shelf.awaitStopped(1);
    Thread.currentThread().interrupt();
    StorageException failed = catchThrowableOfType(StorageException.class, () -> near.get("a"));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failed.code()).isEqualTo(ErrorCode.INTERRUPTED);
  }

  @Test
  void aDeadlineIsKeptToTheMillisecond() {
    NearEntries near = near(PLAIN);
    Instant deadline = shelf.clock().instant().plusMillis(500);
    shelf.put(
        "a",
        new NewEntry(new byte[] {'x'}, "text/plain", Optional.of(deadline), Map.of()),
        Precondition.NONE);
    near.get("a");
    shelf.clock().advance(Duration.ofMillis(499));
    assertThat(near.get("a")).isPresent();
    assertThat(near.has("a")).isTrue();
    shelf.clock().advance(Duration.ofMillis(1));
    assertThat(near.has("a")).isFalse();
    assertThat(near.getMany(List.of("a"), shelf::getMany)).isEmpty();
    assertThat(near.get("a")).isEmpty();
  }

  @Test
  void entriesAreForgottenAfterTheirTime() {
    NearEntries near =
        near(lasting(Optional.of(Duration.ofSeconds(10)), Optional.empty(), Optional.empty()));
    shelf.set("a", "1");
    near.get("a");
    shelf.set("a", "2"); // by somebody else
    nanos = Duration.ofSeconds(10).toNanos() - 1;
    assertThat(text(near.get("a"))).isEqualTo("1");
    nanos++;
    assertThat(text(near.get("a"))).isEqualTo("2");
  }

  @Test
  void entriesAreForgottenWhenNobodyAsks() {
    NearEntries near =
        near(lasting(Optional.empty(), Optional.of(Duration.ofSeconds(10)), Optional.empty()));
    shelf.set("a", "1");
    for (int i = 0; i < 5; i++) {
      near.get("a");
      nanos += Duration.ofSeconds(9).toNanos();
    }
    assertThat(shelf.loads("a")).isEqualTo(1);
    nanos += Duration.ofSeconds(10).toNanos();
    near.get("a");
    assertThat(shelf.loads("a")).isEqualTo(2);
  }

  @Test
  void anAgeingEntryIsAnsweredAndReadAnew() {
    NearEntries near =
        near(lasting(Optional.empty(), Optional.empty(), Optional.of(Duration.ofSeconds(5))));
    shelf.set("a", "1");
    near.get("a");
    shelf.set("a", "2"); // by somebody else
    nanos = Duration.ofSeconds(5).toNanos();
    assertThat(text(near.get("a"))).isEqualTo("1");
    assertThat(text(near.get("a"))).isEqualTo("2");
    assertThat(shelf.loads("a")).isEqualTo(2);
  }

  @Test
  void missesAreRememberedOnlyIfAsked() {
    NearEntries plain = near(PLAIN);
    plain.get("a");
    plain.get("a");
    assertThat(shelf.loads("a")).isEqualTo(2);
    NearEntries remembering =
        near(
            new Bounds(
                9, false, Optional.empty(), Optional.empty(), Optional.empty(), true, false));
    remembering.get("b");
    assertThat(remembering.get("b")).isEmpty();
    assertThat(remembering.has("b")).isFalse();
    assertThat(shelf.loads("b")).isEqualTo(1);
    put(remembering, "b", "now");
    assertThat(text(remembering.get("b"))).isEqualTo("now");
  }

  @Test
  void noMoreIsKeptThanThereIsRoomFor() {
    NearEntries near =
        near(
            new Bounds(
                100_000, true, Optional.empty(), Optional.empty(), Optional.empty(), false, true));
    for (int i = 0; i < 1_000; i++) {
      shelf.set("k" + i, "x".repeat(1_000));
      near.get("k" + i);
    }
    assertThat(Integer.parseInt(near.figures().getOrDefault("entries", "none"))).isBetween(10, 80);
    assertThat(near.figures()).containsEntry("loads", "1000").containsEntry("misses", "1000");
  }

  @Test
  void aChangeByOthersIsForgottenAndOnesOwnIsKept() {
    NearEntries near = near(PLAIN);
    shelf.set("a", "1");
    String version = near.get("a").orElseThrow().meta().version();
    near.changed("a", Optional.of(version));
    near.get("a");
    assertThat(shelf.loads("a")).isEqualTo(1);
    near.changed("a", Optional.of("another"));
    near.get("a");
    assertThat(shelf.loads("a")).isEqualTo(2);
    near.allChanged();
    near.get("a");
    assertThat(shelf.loads("a")).isEqualTo(3);
  }
}
