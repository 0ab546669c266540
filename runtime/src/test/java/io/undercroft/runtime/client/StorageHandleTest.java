package io.undercroft.runtime.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Limits;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorageHandleTest {
  private final Desk desk = Desk.full();
  private final Storage<String> rooms = desk.texts();

  @AfterEach
  void clearTheDesk() {
    desk.close();
  }

  @Test
  void whatWasSetIsThereUntilItIsDeleted() {
    assertThat(rooms.get("a")).isEmpty();
    rooms.set("a", "one");
    assertThat(rooms.get("a")).contains("one");
    assertThat(rooms.has("a")).isTrue();
    assertThat(rooms.size()).isEqualTo(1);
    rooms.set("a", "two");
    assertThat(rooms.get("a")).contains("two");
    assertThat(rooms.delete("a")).isTrue();
    assertThat(rooms.delete("a")).isFalse();
    assertThat(rooms.has("a")).isFalse();
    assertThat(rooms.size()).isZero();
  }

  @Test
  void clearRemovesEverything() {
    rooms.set("a", "1");
    rooms.set("b", "2");
    rooms.clear();
    assertThat(rooms.keys()).isEmpty();
  }

  @Test
  void everyHandleForATypeIsTheSame() {
    assertThat(desk.texts()).isSameAs(rooms);
    assertThat((Object) desk.numbers()).isNotSameAs(rooms);
    assertThat(rooms.name()).isEqualTo(Desk.NAME);
    assertThat(rooms).hasToString("Storage[rooms of java.lang.String]");
  }

  @Test
  void aWrongKeyIsRefusedByEveryMethodBeforeTheBackendIsAsked() {
    desk.notebook.beforeEachCall =
        () -> {
          throw new AssertionError("the backend was asked");
        };
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.get(""));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.set("", "x"));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.set("", "x", SetOptions.none()));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.delete(""));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.delete("", "v1"));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.has(""));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.entry(""));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.update("", now -> now));
    Failing.with(ErrorCode.INVALID_KEY, () -> rooms.keys("\uD83D"));
  }

  @Test
  void aNullValueIsRefused() {
    String nothing = nothing();
    Failing.with(ErrorCode.INVALID_VALUE, () -> rooms.set("a", nothing));
    Failing.with(ErrorCode.INVALID_VALUE, () -> rooms.set("a", nothing, SetOptions.none()));
    assertThat(rooms.has("a")).isFalse();
  }

  @SuppressWarnings({
    "NullAway",
    "TypeParameterUnusedInFormals"
  }) // a caller who does not know of nulls
  private static <N> N nothing() {
    return null;
  }

  // --- entries and conditions

  @Test
  void anEntryTellsVersionTimesDeadlineAndMetadata() {
    Instant deadline = Instant.parse("2026-05-02T00:00:00.987654321Z");
    Entry<String> written =
        rooms.set("a", "one", SetOptions.expiresAt(deadline).andMetadata("by", "Ann"));
    assertThat(written.value()).isEqualTo("one");
    assertThat(written.createdAt()).isEqualTo(Desk.NOON);
    assertThat(written.expiresAt()).contains(Instant.parse("2026-05-02T00:00:00.987Z"));
    assertThat(written.metadata()).containsExactly(Map.entry("by", "Ann"));
    assertThat(rooms.entry("a")).contains(written);
    assertThat(rooms.entry("b")).isEmpty();

    desk.clock.forward(Duration.ofMinutes(1));
    Entry<String> again = rooms.set("a", "two", SetOptions.none());
    assertThat(again.createdAt()).isEqualTo(Desk.NOON);
    assertThat(again.updatedAt()).isEqualTo(Desk.NOON.plusSeconds(60));
    assertThat(again.version()).isNotEqualTo(written.version());
    assertThat(again.expiresAt()).isEmpty();
    assertThat(again.metadata()).isEmpty();
  }

  @Test
  void ifAbsentAndIfVersionWriteOnlyWhenTheyHold() {
    Entry<String> first = rooms.set("a", "one", SetOptions.ifAbsent());
    StorageException taken =
        Failing.with(ErrorCode.VERSION_CONFLICT, () -> rooms.set("a", "x", SetOptions.ifAbsent()));
    assertThat(taken.getMessage())
        .contains("key 'a': expected no entry, found version '" + first.version() + "'");
    assertThat(taken.details()).containsEntry("key", "a");

    Entry<String> second = rooms.set("a", "two", SetOptions.ifVersion(first.version()));
    StorageException stale =
        Failing.with(
            ErrorCode.VERSION_CONFLICT,
            () -> rooms.set("a", "x", SetOptions.ifVersion(first.version())));
    assertThat(stale.getMessage())
        .contains("expected version '" + first.version() + "'")
        .contains("found version '" + second.version() + "'");
    StorageException gone =
        Failing.with(
            ErrorCode.VERSION_CONFLICT, () -> rooms.set("b", "x", SetOptions.ifVersion("v9")));
    assertThat(gone.getMessage()).contains("found no entry");
    assertThat(rooms.get("a")).contains("two");
    assertThat(rooms.has("b")).isFalse();
  }

  @Test
  void aDeleteWithAVersionTellsAbsenceFromConflict() {
    assertThat(rooms.delete("a", "v1")).isFalse();
    String version = rooms.set("a", "one", SetOptions.none()).version();
    Failing.with(ErrorCode.VERSION_CONFLICT, () -> rooms.delete("a", "v77"));
    assertThat(rooms.has("a")).isTrue();
    assertThat(rooms.delete("a", version)).isTrue();
    assertThat(rooms.delete("a", version)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "two words", "ümlaut", "line\nbreak", "\u0000"})
  void aVersionThatNoBackendGivesIsAConflictAndReachesNoBackend(String version) {
    rooms.set("a", "one");
    Failing.with(
        ErrorCode.VERSION_CONFLICT, () -> rooms.set("a", "x", SetOptions.ifVersion(version)));
    Failing.with(ErrorCode.VERSION_CONFLICT, () -> rooms.delete("a", version));
    assertThat(rooms.delete("b", version)).isFalse();
    assertThat(rooms.get("a")).contains("one");
  }

  // --- deadlines

  @Test
  void aDeadlineThatHasPassedIsRefused() {
    StorageException past =
        Failing.with(
            ErrorCode.INVALID_VALUE,
            () -> rooms.set("a", "x", SetOptions.expiresAt(Desk.NOON.minusSeconds(1))));
    assertThat(past.getMessage()).contains("has passed already").contains("2026-05-01T12:00:00");
    Failing.with(
        ErrorCode.INVALID_VALUE, () -> rooms.set("a", "x", SetOptions.expiresAt(Desk.NOON)));
    Failing.with(
        ErrorCode.INVALID_VALUE, () -> rooms.set("a", "x", SetOptions.expiresAt(Instant.MIN)));
    assertThat(rooms.has("a")).isFalse();
  }

  @Test
  void aDeadlineWithinTheSameMillisecondIsTheNextOne() {
    Entry<String> entry = rooms.set("a", "x", SetOptions.expiresIn(Duration.ofNanos(1)));
    assertThat(entry.expiresAt()).contains(Instant.parse("2026-05-01T12:00:00.124Z"));
  }

  @Test
  void aDeadlineMayBeFarAwayButNotBeyondCounting() {
    Instant far = Instant.ofEpochMilli(Long.MAX_VALUE);
    assertThat(rooms.set("a", "x", SetOptions.expiresAt(far)).expiresAt()).contains(far);
    for (SetOptions how :
        List.of(
            SetOptions.expiresAt(far.plusMillis(1)),
            SetOptions.expiresAt(Instant.MAX),
            SetOptions.expiresIn(Duration.ofSeconds(Long.MAX_VALUE)),
            SetOptions.expiresIn(Duration.ofDays(365_000_000_000L)))) {
      StorageException beyond =
          Failing.with(ErrorCode.INVALID_VALUE, () -> rooms.set("b", "x", how));
      assertThat(beyond.getMessage()).contains("without a deadline stays for ever");
    }
  }

  // --- sizes and texts

  @Test
  void aValueBeyondTheBackendsLimitIsRefusedWithBothSizes() {
    Limits limits = new Limits(1 << 20, 1 << 10, 10, 10);
    try (Desk small = Desk.of(clock -> new Notebook(clock, limits))) {
      small.texts().set("a", "x".repeat(1 << 20));
      StorageException large =
          Failing.with(
              ErrorCode.INVALID_VALUE, () -> small.texts().set("a", "x".repeat((1 << 20) + 1)));
      assertThat(large.getMessage()).contains("1048577 bytes").contains("at most 1048576");
      assertThat(large.getMessage()).doesNotContain("xx");
    }
  }

  @Test
  void metadataIsWellFormedAndWithinTheLimit() {
    Limits limits = new Limits(1 << 20, 1 << 10, 10, 10);
    try (Desk small = Desk.of(clock -> new Notebook(clock, limits))) {
      Storage<String> texts = small.texts();
      texts.set("a", "x", SetOptions.metadata("n", "ä".repeat(511) + "z"));
      StorageException large =
          Failing.with(
              ErrorCode.INVALID_VALUE,
              () -> texts.set("a", "x", SetOptions.metadata("n", "ä".repeat(512))));
      assertThat(large.getMessage()).contains("1025 UTF-8 bytes").contains("at most 1024");
      for (Map.Entry<String, String> wrong :
          Map.of("", "text", "half", "\uD83D", "\uDE00", "half", "null", "\u0000").entrySet()) {
        Failing.with(
            ErrorCode.INVALID_VALUE,
            () -> texts.set("a", "x", SetOptions.metadata(wrong.getKey(), wrong.getValue())));
      }
    }
  }

  // --- codecs

  @Test
  void aCodecsFailureNamesKeyAndTypeAndNeverTheValue() {
    StorageException write =
        Failing.with(ErrorCode.SERIALIZATION_FAILED, () -> rooms.set("a", "unspeakable"));
    assertThat(write.getMessage())
        .contains("'a'")
        .contains("java.lang.String")
        .contains("IllegalStateException")
        .doesNotContain("unspeakable");
    assertThat(write.details()).containsEntry("key", "a");

    desk.notebook.scribble("n", "not a number".getBytes(UTF_8), "text/plain");
    StorageException read =
        Failing.with(ErrorCode.SERIALIZATION_FAILED, () -> desk.numbers().get("n"));
    assertThat(read.getMessage()).contains("'n'").doesNotContain("not a number");

    desk.notebook.scribble("j", "{}".getBytes(UTF_8), "application/json");
    StorageException other = Failing.with(ErrorCode.SERIALIZATION_FAILED, () -> rooms.get("j"));
    assertThat(other.details()).containsEntry("key", "j");
  }

  @Test
  void aTypeWithoutACodecIsRefusedAtTheFirstUse() {
    Storage<?> dates = desk.point.handle((Type) Instant.class);
    StorageException refused = Failing.with(ErrorCode.INVALID_CONFIG, () -> dates.get("a"));
    assertThat(refused.getMessage()).contains("java.time.Instant");
    assertThat(rooms.get("a")).isEmpty();
  }

  // --- streams

  @Test
  void streamsGiveEveryKeyValueAndEntry() {
    Map<String, String> all = new TreeMap<>();
    IntStream.range(0, 2_500).forEach(i -> all.put("k" + i, "v" + i));
    rooms.batched().setMany(all);
    try (Stream<String> keys = rooms.keys();
        Stream<String> some = rooms.keys("k24");
        Stream<String> values = rooms.values();
        Stream<Entry<String>> entries = rooms.entries()) {
      assertThat(keys).containsExactlyInAnyOrderElementsOf(all.keySet());
      assertThat(some).hasSize(1 + 10 + 100).allMatch(key -> key.startsWith("k24"));
      assertThat(values).containsExactlyInAnyOrderElementsOf(all.values());
      assertThat(entries.toList())
          .extracting(Entry::key, Entry::value)
          .hasSize(2_500)
          .contains(Tuple.tuple("k17", "v17"));
    }
    assertThat(desk.notebook.openCursors).hasValue(0);
  }

  @Test
  void aStreamIsLazyAndClosesItselfAtItsEnd() {
    rooms.set("a", "1");
    desk.notebook.pages.set(0);
    Stream<String> keys = rooms.keys();
    assertThat(desk.notebook.openCursors).hasValue(0);
    Iterator<String> iterator = keys.iterator();
    assertThat(iterator.hasNext()).isTrue();
    assertThat(desk.notebook.openCursors).hasValue(1);
    assertThat(desk.notebook.pages).hasValue(1);
    iterator.next();
    assertThat(iterator.hasNext()).isFalse();
    assertThat(desk.notebook.openCursors).hasValue(0);
    keys.close();
  }

  @Test
  void aStreamMayBeClosedEarlyTwiceAndUnread() {
    IntStream.range(0, 3_000).forEach(i -> rooms.set("k" + i, "v"));
    Stream<String> early = rooms.keys();
    assertThat(early.iterator().next()).isNotEmpty();
    assertThat(desk.notebook.openCursors).hasValue(1);
    early.close();
    early.close();
    assertThat(desk.notebook.openCursors).hasValue(0);
    rooms.values().close();
    assertThat(rooms.keys().limit(5)).hasSize(5);
    assertThat(rooms.keys().parallel().distinct().count()).isEqualTo(3_000);
  }

  @Test
  void aStreamWhoseBackendFailsGivesTheCursorBackAndNamesTheStorage() {
    IntStream.range(0, 1_500).forEach(i -> rooms.set("k" + i, "v"));
    Iterator<String> keys = rooms.keys().iterator();
    IntStream.range(0, 1_000).forEach(i -> keys.next());
    desk.notebook.beforeEachCall =
        () -> {
          throw StorageException.of(ErrorCode.CONNECTION_LOST, "the cable is out");
        };
    Failing.with(ErrorCode.CONNECTION_LOST, keys::hasNext);
    assertThat(desk.notebook.openCursors).hasValue(0);
  }

  @Test
  void aValueThatCannotBeReadEndsTheStreamAndGivesTheCursorBack() {
    rooms.set("a", "fine");
    desk.notebook.scribble("b", "{}".getBytes(UTF_8), "application/json");
    StorageException broken =
        Failing.with(ErrorCode.SERIALIZATION_FAILED, () -> rooms.values().toList());
    assertThat(broken.details()).containsEntry("key", "b");
    assertThat(desk.notebook.openCursors).hasValue(0);
  }

  // --- failures

  @Test
  void aBackendsFailureGetsTheStoragesName() {
    desk.notebook.beforeEachCall =
        () -> {
          throw StorageException.of(ErrorCode.STORAGE_FULL, "no page is left");
        };
    StorageException full = Failing.with(ErrorCode.STORAGE_FULL, () -> rooms.set("a", "x"));
    assertThat(full).hasMessage("STORAGE_FULL: storage 'rooms': no page is left");
    Failing.with(ErrorCode.STORAGE_FULL, () -> rooms.size());
    Failing.with(ErrorCode.STORAGE_FULL, () -> rooms.get("a"));
    Failing.with(ErrorCode.STORAGE_FULL, () -> rooms.update("a", now -> now));
  }

  @Test
  void whatALayerThrowsOnPurposeComesOutAsItIs() {
    desk.notebook.beforeEachCall =
        () -> {
          throw new SecurityException("not you");
        };
    assertThatThrownBy(() -> rooms.get("a")).isInstanceOf(SecurityException.class);
    assertThatThrownBy(() -> rooms.keys().count()).isInstanceOf(SecurityException.class);
  }

  @Test
  void afterTheEndEveryMethodThrowsClosed() {
    rooms.set("a", "x");
    Stream<String> open = rooms.keys();
    Iterator<String> begun = rooms.keys().iterator();
    assertThat(begun.next()).isEqualTo("a");
    desk.point.end("the runtime was closed");
    assertThat(desk.notebook.isClosed()).isTrue();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> rooms.get("a"),
            () -> rooms.set("a", "x"),
            () -> rooms.set("a", "x", SetOptions.none()),
            () -> rooms.delete("a"),
            () -> rooms.delete("a", "v1"),
            () -> rooms.has("a"),
            () -> rooms.clear(),
            () -> rooms.size(),
            () -> rooms.keys(),
            () -> rooms.keys("a"),
            () -> rooms.values(),
            () -> rooms.entries(),
            () -> rooms.entry("a"),
            () -> rooms.update("a", now -> now),
            () -> rooms.batched(),
            () -> rooms.observable(),
            () -> rooms.as(KeyValue.class),
            () -> rooms.supports(KeyValue.class),
            () -> rooms.info(),
            open::count,
            begun::hasNext)) {
      StorageException closed = Failing.with(ErrorCode.CLOSED, call);
      assertThat(closed.reason()).isEqualTo("the runtime was closed");
    }
  }

  // --- update

  @Test
  void anUpdateReadsChangesAndWrites() {
    assertThat(rooms.update("a", now -> Optional.of(now.orElse("") + "x"))).contains("x");
    assertThat(rooms.update("a", now -> Optional.of(now.orElse("") + "x"))).contains("xx");
    assertThat(rooms.update("a", now -> Optional.empty())).isEmpty();
    assertThat(rooms.has("a")).isFalse();
    assertThat(rooms.update("a", now -> Optional.empty())).isEmpty();
  }

  @Test
  void anUpdateKeepsDeadlineAndMetadata() {
    Entry<String> before =
        rooms.set("a", "x", SetOptions.expiresIn(Duration.ofHours(1)).andMetadata("by", "Ann"));
    rooms.update("a", now -> now.map(text -> text + "y"));
    Entry<String> after = rooms.entry("a").orElseThrow();
    assertThat(after.value()).isEqualTo("xy");
    assertThat(after.expiresAt()).isEqualTo(before.expiresAt());
    assertThat(after.metadata()).isEqualTo(before.metadata());
    assertThat(after.version()).isNotEqualTo(before.version());
  }

  @Test
  void anUpdateThatIsOvertakenIsTriedAgainWithTheNewValue() {
    rooms.set("a", "1");
    List<Optional<String>> seen = new ArrayList<>();
    rooms.update(
        "a",
        now -> {
          seen.add(now);
          if (seen.size() <= 2) {
            rooms.set("a", "other " + seen.size());
          }
          return Optional.of("mine");
        });
    assertThat(seen)
        .containsExactly(Optional.of("1"), Optional.of("other 1"), Optional.of("other 2"));
    assertThat(rooms.get("a")).contains("mine");
  }

  @Test
  void whatTheChangeThrowsComesOutAndNothingIsChanged() {
    rooms.set("a", "1");
    assertThatThrownBy(
            () ->
                rooms.update(
                    "a",
                    now -> {
                      throw new ArithmeticException("no");
                    }))
        .isInstanceOf(ArithmeticException.class);
    Failing.with(ErrorCode.INVALID_VALUE, () -> rooms.update("a", now -> nothing()));
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void anUpdateThatNeverComesThroughIsAConflictInTheEnd() {
    int[] tries = {0};
    StorageException lost =
        Failing.with(
            ErrorCode.VERSION_CONFLICT,
            () ->
                rooms.update(
                    "a",
                    now -> {
                      rooms.set("a", "other " + tries[0]++);
                      return Optional.of("mine");
                    }));
    assertThat(lost.getMessage()).contains("in 200 attempts");
    assertThat(tries[0]).isEqualTo(200);
    assertThat(rooms.get("a")).contains("other 199");
  }

  @Test
  void anInterruptedUpdateEndsAndKeepsTheFlag() {
    rooms.set("a", "1");
    Failing.with(
        ErrorCode.INTERRUPTED,
        () ->
            rooms.update(
                "a",
                now -> {
                  rooms.set("a", "other");
                  Thread.currentThread().interrupt();
                  return Optional.of("mine");
                }));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(rooms.get("a")).contains("other");
  }

  @Test
  void sixteenThreadsThatUpdateOneKeyLoseNothing() throws Exception {
    Storage<Integer> counters = desk.numbers();
    int threads = 16;
    int each = 250;
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      all.add(
          desk.threads.submit(
              () -> {
                for (int i = 0; i < each; i++) {
                  counters.update("c", now -> Optional.of(now.orElse(0) + 1));
                }
              }));
    }
    for (Future<?> one : all) {
      one.get(60, TimeUnit.SECONDS);
    }
    assertThat(counters.get("c")).contains(threads * each);
  }
}
