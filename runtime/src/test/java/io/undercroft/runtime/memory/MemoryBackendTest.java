package io.undercroft.runtime.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryBackendTest {
  private static final String JSON = "application/json";

  private final ManualClock clock = new ManualClock();
  private final Backend backend = open(Map.of());
  private final KeyValue kv = backend.facets().require(KeyValue.class);
  private final Batch batch = backend.facets().require(Batch.class);
  private final Commit commit = backend.facets().require(Commit.class);

  private Backend open(Map<String, String> settings) {
    return new MemoryPlugin().open(new Given(settings), new TestContext(clock));
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static NewEntry text(String value) {
    return NewEntry.of(value.getBytes(UTF_8), JSON);
  }

  private NewEntry expiringIn(Duration time) {
    return new NewEntry(new byte[] {1}, JSON, Optional.of(clock.instant().plus(time)), Map.of());
  }

  private EntryMeta put(String key, NewEntry entry) {
    return ((PutResult.Written) kv.put(key, entry, Precondition.NONE)).meta();
  }

  private Optional<String> value(String key) {
    return kv.get(key).map(entry -> new String(entry.value(), UTF_8));
  }

  private static <E> List<E> drain(Cursor<E> cursor) {
    List<E> all = new ArrayList<>();
    try (cursor) {
      for (List<E> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        all.addAll(page);
      }
    }
    return all;
  }

  private static void assertCode(ErrorCode code, Runnable call) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }

  // ---- single keys

  @Test
  void itOffersWhatItSays() {
    assertThat(backend.facets().types())
        .containsExactly(
            KeyValue.class,
            Batch.class,
            Commit.class,
            Expiry.class,
            SoleWriter.class,
            IndexHome.class);
    assertThat(backend.details()).containsKey("durability");
    backend.ping();
  }

  @Test
  void whatWasPutIsReadWithEverythingBesideIt() {
    Instant deadline = clock.instant().plusSeconds(60);
    byte[] bytes = {0, -1, 7};
    kv.put(
        "a",
        new NewEntry(bytes, "x/y", Optional.of(deadline), Map.of("by", "Ann")),
        Precondition.NONE);
    StoredEntry entry = kv.get("a").orElseThrow();
    assertThat(entry.value()).containsExactly(0, -1, 7);
    assertThat(entry.meta())
        .isEqualTo(
            new EntryMeta(
                entry.meta().version(),
                clock.instant(),
                clock.instant(),
                Optional.of(deadline),
                "x/y",
                Map.of("by", "Ann")));
    assertThat(kv.has("a")).isTrue();
  }

  @Test
  void anEntryThatWasNeverWrittenIsAbsent() {
    assertThat(kv.get("a")).isEmpty();
    assertThat(kv.has("a")).isFalse();
    assertThat(kv.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    assertThat(kv.size()).isZero();
  }

  @Test
  void overwritingKeepsTheCreationTimeAndForgetsTheRest() {
    Instant first = clock.instant();
    kv.put(
        "a",
        new NewEntry(new byte[0], JSON, Optional.of(first.plusSeconds(9)), Map.of("by", "Ann")),
        Precondition.NONE);
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.put("a", text("2"), Precondition.NONE))
        .isInstanceOfSatisfying(
            PutResult.Written.class, written -> assertThat(written.created()).isFalse());
    EntryMeta meta = kv.get("a").orElseThrow().meta();
    assertThat(meta.created()).isEqualTo(first);
    assertThat(meta.updated()).isEqualTo(clock.instant());
    assertThat(meta.expires()).isEmpty();
    assertThat(meta.metadata()).isEmpty();
  }

  @Test
  void anEntryWrittenAfterADeleteIsANewOne() {
    put("a", text("1"));
    kv.delete("a", Precondition.NONE);
    clock.advance(Duration.ofSeconds(1));
    EntryMeta meta = put("a", text("2"));
    assertThat(meta.created()).isEqualTo(clock.instant());
  }

  @Test
  void absentLetsOneWriterThrough() {
    assertThat(kv.put("a", text("1"), Precondition.ABSENT)).isInstanceOf(PutResult.Written.class);
    String version = kv.get("a").orElseThrow().meta().version();
    assertThat(kv.put("a", text("2"), Precondition.ABSENT))
        .isEqualTo(new PutResult.Conflict(Optional.of(version)));
    assertThat(value("a")).contains("1");
  }

  @Test
  void aVersionLetsItsReaderThroughOnce() {
    String version = put("a", text("1")).version();
    assertThat(kv.put("a", text("2"), Precondition.version(version)))
        .isInstanceOf(PutResult.Written.class);
    String next = kv.get("a").orElseThrow().meta().version();
    assertThat(kv.put("a", text("3"), Precondition.version(version)))
        .isEqualTo(new PutResult.Conflict(Optional.of(next)));
    assertThat(kv.put("b", text("3"), Precondition.version(version)))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    assertThat(value("a")).contains("2");
    assertThat(value("b")).isEmpty();
  }

  @Test
  void aDeleteHonoursItsPrecondition() {
    String old = put("a", text("1")).version();
    String version = put("a", text("2")).version();
    assertThat(kv.delete("a", Precondition.version(old))).isEqualTo(DeleteResult.CONFLICT);
    assertThat(kv.delete("a", Precondition.ABSENT)).isEqualTo(DeleteResult.CONFLICT);
    assertThat(kv.delete("a", Precondition.version(version))).isEqualTo(DeleteResult.DELETED);
    assertThat(kv.delete("a", Precondition.version(version))).isEqualTo(DeleteResult.CONFLICT);
    assertThat(kv.delete("a", Precondition.ABSENT)).isEqualTo(DeleteResult.ABSENT);
    assertThat(kv.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
  }

  @Test
  void noVersionComesTwiceAcrossDeletesAndStorages() {
    Set<String> versions = new HashSet<>();
    int writes = 0;
    try (Backend other = open(Map.of())) {
      for (int i = 0; i < 50; i++) {
        versions.add(put("a", text("x")).version());
        kv.delete("a", Precondition.NONE);
        PutResult there =
            other.facets().require(KeyValue.class).put("a", text("x"), Precondition.NONE);
        versions.add(((PutResult.Written) there).meta().version());
        kv.clear();
        writes += 2;
      }
    }
    assertThat(versions).hasSize(writes).allMatch(version -> version.matches("[!-~]{1,128}"));
  }

  @Test
  void clearLeavesNothing() {
    IntStream.range(0, 100).forEach(i -> put("k" + i, text("x")));
    put("e", expiringIn(Duration.ofSeconds(1)));
    assertThat(kv.size()).isEqualTo(101);
    kv.clear();
    assertThat(kv.size()).isZero();
    assertThat(kv.has("k7")).isFalse();
    assertThat(drain(kv.keys("", 10))).isEmpty();
    clock.advance(Duration.ofSeconds(2));
    put("e", text("x"));
    assertThat(kv.size()).isEqualTo(1);
  }

  // ---- expiry

  @Test
  void theDeadlineIsKeptToTheMillisecond() {
    Instant deadline = clock.instant().plusSeconds(1).plusNanos(1_999_999);
    put("a", new NewEntry(new byte[0], JSON, Optional.of(deadline), Map.of()));
    assertThat(kv.get("a").orElseThrow().meta().expires())
        .contains(clock.instant().plusMillis(1_001));
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.has("a")).isTrue();
    clock.advance(Duration.ofMillis(1));
    assertThat(kv.has("a")).isFalse();
  }

  @Test
  void aDeadlineAtTheEndOfTimeIsFine() {
    put("a", new NewEntry(new byte[0], JSON, Optional.of(Instant.MAX), Map.of()));
    assertThat(kv.has("a")).isTrue();
    assertThat(kv.size()).isEqualTo(1);
  }

  static Stream<Arguments> waysToLook() {
    return Stream.of(
        Arguments.of("get", (Function<Backend, Object>) b -> kv(b).get("old")),
        Arguments.of("has", (Function<Backend, Object>) b -> kv(b).has("old")),
        Arguments.of("size", (Function<Backend, Object>) b -> kv(b).size()),
        Arguments.of("keys", (Function<Backend, Object>) b -> drain(kv(b).keys("", 3))),
        Arguments.of(
            "scan",
            (Function<Backend, Object>)
                b -> drain(kv(b).scan("", 3)).stream().map(KeyedEntry::key).toList()),
        Arguments.of(
            "getMany",
            (Function<Backend, Object>)
                b -> b.facets().require(Batch.class).getMany(List.of("old")).size()),
        Arguments.of(
            "deleteMany",
            (Function<Backend, Object>)
                b -> b.facets().require(Batch.class).deleteMany(List.of("old"))),
        Arguments.of(
            "delete", (Function<Backend, Object>) b -> kv(b).delete("old", Precondition.NONE)),
        Arguments.of(
            "delete absent",
            (Function<Backend, Object>) b -> kv(b).delete("old", Precondition.ABSENT)),
        Arguments.of(
            "put absent",
            (Function<Backend, Object>)
                b ->
                    kv(b).put("old", text("x"), Precondition.ABSENT) instanceof PutResult.Written w
                        ? w.created()
                        : "conflict"),
        Arguments.of(
            "commit",
            (Function<Backend, Object>)
                b ->
                    b.facets()
                        .require(Commit.class)
                        .commit(
                            List.of(new Check("old", Precondition.ABSENT)),
                            List.of(new Mutation.Remove("old")))));
  }

  private static KeyValue kv(Backend backend) {
    return backend.facets().require(KeyValue.class);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("waysToLook")
  void anExpiredEntryIsLikeNoneThoughNothingRanAtItsDeadline(
      String way, Function<Backend, Object> look) {
    Object onNothing;
    try (Backend fresh = open(Map.of())) {
      onNothing = look.apply(fresh);
    }
    put("old", expiringIn(Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));
    assertThat(look.apply(backend)).as(way).isEqualTo(onNothing);
  }

  @Test
  void theVersionOfAnExpiredEntryIsWorthless() {
    String version = put("a", expiringIn(Duration.ofSeconds(1))).version();
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.put("a", text("x"), Precondition.version(version)))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    assertThat(kv.delete("a", Precondition.version(version))).isEqualTo(DeleteResult.CONFLICT);
    assertThat(commit.commit(List.of(new Check("a", Precondition.version(version))), List.of()))
        .isEqualTo(new CommitResult.Conflict("a", Optional.empty()));
  }

  @Test
  void writingOverAnExpiredEntryCreates() {
    put("a", expiringIn(Duration.ofSeconds(1)));
    put("b", expiringIn(Duration.ofSeconds(1)));
    clock.advance(Duration.ofSeconds(1));
    assertThat(put("a", text("x")).created()).isEqualTo(clock.instant());
    CommitResult done = commit.commit(List.of(), List.of(new Mutation.Put("b", text("x"))));
    assertThat(done)
        .isInstanceOfSatisfying(
            CommitResult.Committed.class,
            committed -> {
              CommitResult.Applied applied = committed.results().get(0);
              assertThat(applied.existed()).isFalse();
              assertThat(applied.meta().orElseThrow().created()).isEqualTo(clock.instant());
            });
    assertThat(kv.size()).isEqualTo(2);
  }

  @Test
  void anOverwrittenDeadlineDoesNotTakeTheNewEntryAway() {
    put("a", expiringIn(Duration.ofSeconds(1)));
    put("a", text("x"));
    put("b", expiringIn(Duration.ofSeconds(1)));
    put("b", expiringIn(Duration.ofSeconds(10)));
    clock.advance(Duration.ofSeconds(5));
    assertThat(kv.size()).isEqualTo(2);
    assertThat(drain(kv.keys("", 10))).containsExactlyInAnyOrder("a", "b");
    clock.advance(Duration.ofSeconds(5));
    assertThat(kv.size()).isEqualTo(1);
  }

  // ---- batches and commits

  @Test
  void aBatchDoesManyKeysAndCountsTheLiveOnes() {
    Map<String, EntryMeta> written =
        batch.putMany(Map.of("a", text("1"), "b", text("2"), "c", text("3")));
    assertThat(written).containsOnlyKeys("a", "b", "c");
    assertThat(written.get("b")).isEqualTo(kv.get("b").orElseThrow().meta());
    assertThat(batch.getMany(List.of("a", "c", "x"))).containsOnlyKeys("a", "c");
    assertThat(batch.deleteMany(List.of("a", "x", "b", "a"))).isEqualTo(2);
    assertThat(kv.size()).isEqualTo(1);
  }

  @Test
  void aCommitTellsWhatEachMutationDid() {
    put("a", text("1"));
    CommitResult result =
        commit.commit(
            List.of(new Check("new", Precondition.ABSENT)),
            List.of(
                new Mutation.Put("a", text("2")),
                new Mutation.Put("new", text("3")),
                new Mutation.Remove("none")));
    assertThat(result)
        .isEqualTo(
            new CommitResult.Committed(
                List.of(
                    new CommitResult.Applied(kv.get("a").map(StoredEntry::meta), true),
                    new CommitResult.Applied(kv.get("new").map(StoredEntry::meta), false),
                    new CommitResult.Applied(Optional.empty(), false))));
    assertThat(kv.size()).isEqualTo(2);
    assertThat(commit.commit(List.of(), List.of(new Mutation.Remove("a"))))
        .isEqualTo(
            new CommitResult.Committed(List.of(new CommitResult.Applied(Optional.empty(), true))));
    assertThat(kv.has("a")).isFalse();
    assertThat(kv.size()).isEqualTo(1);
    assertThat(drain(kv.keys("", 10))).containsExactly("new");
  }

  @Test
  void aCommitWithAFailedCheckChangesNothing() {
    String version = put("a", text("1")).version();
    CommitResult result =
        commit.commit(
            List.of(
                new Check("a", Precondition.version(version)),
                new Check("b", Precondition.version("other"))),
            List.of(new Mutation.Put("a", text("2")), new Mutation.Put("c", text("2"))));
    assertThat(result).isEqualTo(new CommitResult.Conflict("b", Optional.empty()));
    assertThat(value("a")).contains("1");
    assertThat(kv.has("c")).isFalse();
  }

  @Test
  void aCommitMayOnlyCheck() {
    String version = put("a", text("1")).version();
    List<Check> checks = List.of(new Check("a", Precondition.version(version)));
    assertThat(commit.commit(checks, List.of())).isEqualTo(new CommitResult.Committed(List.of()));
    put("a", text("2"));
    assertThat(commit.commit(checks, List.of())).isInstanceOf(CommitResult.Conflict.class);
  }

  @Test
  void twoMutationsOfOneKeyAreRefused() {
    assertThatThrownBy(
            () ->
                commit.commit(
                    List.of(), List.of(new Mutation.Put("a", text("1")), new Mutation.Remove("a"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'");
    assertThat(kv.size()).isZero();
  }

  // ---- scans

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 100, 10_000})
  void aScanGivesEveryEntryOfThePrefixOnceInPagesOfAtMostTheSize(int pageSize) {
    IntStream.range(0, 100).forEach(i -> put("k" + i, text("v" + i)));
    put("other", text("x"));
    try (Cursor<KeyedEntry> cursor = kv.scan("k", pageSize)) {
      List<String> seen = new ArrayList<>();
      for (List<KeyedEntry> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        assertThat(page).hasSizeLessThanOrEqualTo(pageSize);
        page.forEach(
            found -> seen.add(found.key() + "=" + new String(found.entry().value(), UTF_8)));
      }
      assertThat(seen)
          .containsExactlyInAnyOrderElementsOf(
              IntStream.range(0, 100).mapToObj(i -> "k" + i + "=v" + i).toList());
      assertThat(cursor.next()).isEmpty();
    }
    assertThat(drain(kv.keys("", pageSize))).hasSize(101).doesNotHaveDuplicates();
  }

  @Test
  void whatAScanHandsOutIsTheEntryAndNothingIsRememberedWithIt() {
    put("k", new NewEntry(new byte[] {7}, "text/plain", Optional.empty(), Map.of("a", "b")));

    StoredEntry passing = drain(kv.scan("", 10)).get(0).entry();
    passing.remember(this, "what was made of it");

    assertThat(passing.isRemembered()).isFalse();
    StoredEntry held = kv.get("k").orElseThrow();
    assertThat(held.isRemembered()).isFalse();
    assertThat(passing.value()).isSameAs(held.value());
    assertThat(passing.contentType()).isEqualTo("text/plain");
    assertThat(passing.meta()).isEqualTo(held.meta());

    held.remember(this, "what was made of it");
    assertThat(drain(kv.scan("", 10)).get(0).entry().recall(this)).isEqualTo("what was made of it");
  }

  @Test
  void aClosedCursorIsAtItsEnd() {
    put("a", text("1"));
    Cursor<String> cursor = kv.keys("", 10);
    cursor.close();
    cursor.close();
    assertThat(cursor.next()).isEmpty();
  }

  @Test
  void aKeyRemovedAndWrittenAnewDuringAScanIsNotHandedOutTwice() {
    // Every key ends up in few bins, so that a new node stands behind the place of the old one.
    List<String> keys = IntStream.range(0, 40).mapToObj(i -> collidingKey(i)).toList();
    keys.forEach(key -> put(key, text("1")));
    List<String> seen = new ArrayList<>();
    try (Cursor<String> cursor = kv.keys("", 1)) {
      for (List<String> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
        seen.addAll(page);
        for (String key : keys) {
          kv.delete(key, Precondition.NONE);
          put(key, text("2"));
        }
      }
    }
    assertThat(seen).doesNotHaveDuplicates();
  }

  /** Texts of one hash: {@code Aa} and {@code BB} are equal in that. */
  private static String collidingKey(int number) {
    StringBuilder key = new StringBuilder();
    for (int bit = 0; bit < 8; bit++) {
      key.append((number >> bit & 1) == 0 ? "Aa" : "BB");
    }
    return key.toString();
  }

  // ---- limits

  @Test
  void moreEntriesThanAllowedAreRefusedAndTheOldOnesStay() {
    try (Backend small = open(Map.of("max-entries", "2"))) {
      KeyValue few = small.facets().require(KeyValue.class);
      few.put("a", text("1"), Precondition.NONE);
      few.put("b", text("1"), Precondition.NONE);
      assertThatThrownBy(() -> few.put("c", text("1"), Precondition.NONE))
          .hasMessageContaining("max-entries=2");
      assertCode(
          ErrorCode.QUOTA_EXCEEDED,
          () ->
              small
                  .facets()
                  .require(Commit.class)
                  .commit(
                      List.of(),
                      List.of(
                          new Mutation.Put("a", text("2")),
                          new Mutation.Remove("none"),
                          new Mutation.Put("c", text("2")))));
      assertThat(few.get("a").orElseThrow().value()).containsExactly('1');
      assertThat(few.has("c")).isFalse();
      few.put("a", text("2"), Precondition.NONE);
      few.delete("a", Precondition.NONE);
      few.put("c", text("1"), Precondition.NONE);
      assertThat(few.size()).isEqualTo(2);
    }
  }

  @Test
  void moreBytesThanAllowedAreRefusedAndADeleteMakesRoom() {
    try (Backend small = open(Map.of("max-bytes", "10"))) {
      KeyValue few = small.facets().require(KeyValue.class);
      few.put("a", text("123456"), Precondition.NONE);
      assertCode(ErrorCode.QUOTA_EXCEEDED, () -> few.put("b", text("12345"), Precondition.NONE));
      assertThat(few.size()).isEqualTo(1);
      few.put("a", text("12345"), Precondition.NONE);
      few.put("b", text("12345"), Precondition.NONE);
      few.delete("a", Precondition.NONE);
      few.put("a", text("1"), Precondition.NONE);
      assertThat(few.size()).isEqualTo(2);
    }
  }

  @Test
  void whatHasExpiredMakesRoom() {
    try (Backend small = open(Map.of("max-entries", "20"))) {
      KeyValue few = small.facets().require(KeyValue.class);
      for (int i = 0; i < 20; i++) {
        few.put("old" + i, expiringIn(Duration.ofSeconds(1)), Precondition.NONE);
      }
      clock.advance(Duration.ofSeconds(1));
      List<Mutation> twenty =
          IntStream.range(0, 20)
              .<Mutation>mapToObj(i -> new Mutation.Put("new" + i, text("x")))
              .toList();
      assertThat(small.facets().require(Commit.class).commit(List.of(), twenty))
          .isInstanceOf(CommitResult.Committed.class);
      assertThat(few.size()).isEqualTo(20);
    }
  }

  // ---- after close

  static Stream<Arguments> everyMethod() {
    List<Arguments> all = new ArrayList<>();
    Map<String, Consumer<Backend>> calls =
        Map.ofEntries(
            Map.entry("get", b -> kv(b).get("a")),
            Map.entry("has", b -> kv(b).has("a")),
            Map.entry("put", b -> kv(b).put("a", text("x"), Precondition.NONE)),
            Map.entry("delete", b -> kv(b).delete("a", Precondition.NONE)),
            Map.entry("clear", b -> kv(b).clear()),
            Map.entry("size", b -> kv(b).size()),
            Map.entry("keys", b -> kv(b).keys("", 1)),
            Map.entry("scan", b -> kv(b).scan("", 1)),
            Map.entry("getMany", b -> b.facets().require(Batch.class).getMany(List.of("a"))),
            Map.entry(
                "putMany", b -> b.facets().require(Batch.class).putMany(Map.of("a", text("x")))),
            Map.entry("deleteMany", b -> b.facets().require(Batch.class).deleteMany(List.of("a"))),
            Map.entry("commit", b -> b.facets().require(Commit.class).commit(List.of(), List.of())),
            Map.entry("ping", Backend::ping));
    calls.forEach((name, call) -> all.add(Arguments.of(name, call)));
    return all.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("everyMethod")
  void afterCloseEveryMethodSaysSo(String name, Consumer<Backend> call) {
    put("a", text("1"));
    Cursor<String> cursor = kv.keys("", 1);
    backend.close();
    backend.close();
    assertCode(ErrorCode.CLOSED, () -> call.accept(backend));
    assertCode(ErrorCode.CLOSED, cursor::next);
  }
}
