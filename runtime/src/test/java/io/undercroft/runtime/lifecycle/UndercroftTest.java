package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.PluginContext;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ConfigInfo;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.PluginInfo;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.StorageHealth;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.StorageName;
import io.undercroft.storage.Support;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole, from a builder to the end, over the memory backend and small plugins. */
class UndercroftTest {
  private final CupboardPlugin cupboard = new CupboardPlugin();
  private final ExecutorService users = Executors.newCachedThreadPool();

  /** What an application stores. */
  public record Room(String title, int seats) {}

  /** An interface of the application's own. */
  @StorageName("rooms")
  public interface Rooms extends BatchStorage<Room> {
    default void open(String key) {
      set(key, new Room("room " + key, 4));
    }
  }

  @AfterEach
  void nobodyIsLeft() throws InterruptedException {
    users.shutdown();
    assertThat(users.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    assertThat(Threads.ofRuntimes()).isEmpty();
  }

  private Undercroft.Builder builder() {
    return Undercroft.builder().withoutAmbientConfig().withoutClassPathPlugins().plugin(cupboard);
  }

  private Undercroft.Builder rooms(String... more) {
    Undercroft.Builder builder = builder().set("storages.rooms.type", "cupboard");
    for (int i = 0; i < more.length; i += 2) {
      builder.set("storages.rooms." + more[i], more[i + 1]);
    }
    return builder;
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    return failure;
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // --- the ordinary day

  @Test
  void withoutConfigurationTheDefaultStorageIsInMemory() {
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Room> rooms = undercroft.storage(Room.class);
      rooms.set("movie-night", new Room("Movie night", 12));
      assertThat(rooms.get("movie-night")).contains(new Room("Movie night", 12));
      assertThat(rooms.keys()).containsExactly("movie-night");
      assertThat(undercroft.names()).containsExactly("default");
      assertThat(undercroft.info("default").plugin()).isEqualTo("memory");
      assertThat(undercroft.plugins()).extracting(PluginInfo::id).contains("memory");
    }
  }

  @Test
  void healthAsksWhatIsRequiredOrOpen() {
    try (Undercroft undercroft =
        rooms("required", "true")
            .set("storages.spare.type", "memory")
            .set("storages.spare.required", "false")
            .open()) {
      assertThat(undercroft.health())
          .containsExactly(new StorageHealth("rooms", true, Optional.empty()));
      undercroft.storage("spare", Room.class).size();
      assertThat(undercroft.health())
          .extracting(StorageHealth::storage)
          .containsExactly("rooms", "spare");
      cupboard.onStep =
          step -> {
            if (step.startsWith("ping")) {
              throw StorageException.of(ErrorCode.CONNECTION_FAILED, "the cupboard is jammed");
            }
          };
      StorageHealth jammed = undercroft.health().get(0);
      assertThat(jammed.isUp()).isFalse();
      assertThat(jammed.failure().orElseThrow())
          .hasMessageContaining("rooms")
          .hasMessageContaining("the cupboard is jammed");
      cupboard.onStep = step -> {};
      assertThat(undercroft.health()).allMatch(StorageHealth::isUp);
    }
  }

  @Test
  void aStorageIsSwitchedByOneSetting() {
    for (String type : List.of("memory", "cupboard")) {
      try (Undercroft undercroft = builder().storage("rooms", Map.of("type", type)).open()) {
        Storage<Room> rooms = undercroft.storage("rooms", Room.class);
        rooms.set("a", new Room("A", 1), SetOptions.metadata("by", "Ann"));
        assertThat(rooms.entry("a").orElseThrow().metadata()).containsEntry("by", "Ann");
        assertThat(rooms.batched().getMany(List.of("a", "b"))).hasSize(1);
        assertThat(undercroft.info("rooms").plugin()).isEqualTo(type);
      }
    }
  }

  @Test
  void settingsMayComeFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("app.properties");
    Files.writeString(file, "storages.rooms.type=cupboard\nstorages.rooms.board=lower\n");
    try (Undercroft undercroft = builder().config(file).open()) {
      undercroft.storage("rooms", Room.class).set("a", new Room("A", 1));
      assertThat(cupboard.board("lower")).containsOnlyKeys("a");
    }
  }

  @Test
  void twoTypesOfValuesMayLiveOnOneStorage() {
    try (Undercroft undercroft = rooms().open()) {
      undercroft.storage("rooms", Room.class).set("a", new Room("A", 7));
      Storage<Map<String, Object>> maps =
          undercroft.storage("rooms", new TypeRef<Map<String, Object>>() {});
      assertThat(maps.get("a").orElseThrow()).containsEntry("title", "A");
      assertThat(undercroft.storage("rooms", Room.class))
          .isSameAs(undercroft.storage("rooms", Room.class));
    }
  }

  @Test
  void aTypedStorageIsNamedByItsAnnotationOrByTheCaller() {
    try (Undercroft undercroft = rooms().set("storages.other.type", "memory").open()) {
      Rooms rooms = undercroft.typed(Rooms.class);
      rooms.open("x");
      assertThat(undercroft.storage("rooms", Room.class).get("x")).contains(new Room("room x", 4));
      undercroft.typed("other", Rooms.class).open("y");
      assertThat(rooms.has("y")).isFalse();
      assertThat(undercroft.storage("other", Room.class).has("y")).isTrue();
    }
  }

  @Test
  void aNameThatIsNotConfiguredIsRefusedWithThoseThatAre() {
    try (Undercroft undercroft = rooms().set("storages.users.type", "memory").open()) {
      StorageException unknown =
          failure(ErrorCode.INVALID_CONFIG, () -> undercroft.storage("romos", Room.class));
      assertThat(unknown.getMessage())
          .contains("'romos'")
          .contains("rooms, users")
          .contains("storages.romos.type");
      failure(ErrorCode.INVALID_CONFIG, () -> undercroft.info("romos"));
      failure(ErrorCode.INVALID_CONFIG, () -> undercroft.typed("romos", Rooms.class));
      failure(ErrorCode.INVALID_CONFIG, () -> undercroft.storage(Room.class));
    }
  }

  @Test
  void theInfoTellsWhoDoesWhat() {
    try (Undercroft undercroft = rooms("board", "lower").open()) {
      StorageInfo info = undercroft.info("rooms");
      assertThat(info).isEqualTo(undercroft.storage("rooms", Room.class).info());
      assertThat(info.name()).isEqualTo("rooms");
      assertThat(info.plugin()).isEqualTo("cupboard");
      assertThat(info.capabilities())
          .containsExactly(
              Map.entry("Storage", Support.NATIVE),
              Map.entry("BatchStorage", Support.EMULATED),
              Map.entry("QueryableStorage", Support.EMULATED),
              Map.entry("ObservableStorage", Support.EMULATED),
              Map.entry("Boards", Support.NATIVE));
      assertThat(info.limits())
          .containsEntry("keyBytes", 1_024L)
          .doesNotContainKey("commitEntries");
      assertThat(info.details()).containsEntry("board", "lower");
      assertThat(info.layers()).noneMatch(layer -> layer.contains("plugin-faults"));
      CupboardPlugin.Boards own =
          undercroft.storage("rooms", Room.class).as(CupboardPlugin.Boards.class);
      assertThat(own.board()).isEqualTo("lower");
    }
    try (Undercroft undercroft = builder().set("storage.type", "memory").open()) {
      assertThat(undercroft.info("default").capabilities())
          .containsEntry("BatchStorage", Support.NATIVE);
      assertThat(undercroft.info("default").limits()).containsKey("commitEntries");
    }
  }

  @Test
  void emulationMayBeSwitchedOff() {
    try (Undercroft undercroft = rooms("emulation", "native-only").open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      rooms.set("a", new Room("A", 1));
      StorageException refused = failure(ErrorCode.UNSUPPORTED, rooms::observable);
      assertThat(refused.getMessage())
          .contains("storage 'rooms'")
          .contains("plugin cupboard")
          .contains("offers Storage, Boards");
    }
  }

  @Test
  void aReadOnlyStorageRefusesWrites() {
    cupboard.board("top");
    try (Undercroft undercroft = rooms("read-only", "true").open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThat(rooms.get("a")).isEmpty();
      StorageException refused =
          failure(ErrorCode.UNSUPPORTED, () -> rooms.set("a", new Room("A", 1)));
      assertThat(refused.storage()).contains("rooms");
      assertThat(cupboard.board("top")).isEmpty();
    }
  }

  @Test
  void theClockIsTheOneThatWasGiven() {
    Instant noon = Instant.parse("2026-05-01T12:00:00Z");
    try (Undercroft undercroft = rooms().clock(Clock.fixed(noon, ZoneOffset.UTC)).open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThat(
              rooms
                  .set("a", new Room("A", 1), SetOptions.expiresIn(Duration.ofDays(7)))
                  .expiresAt())
          .contains(noon.plus(Duration.ofDays(7)));
      assertThat(cupboard.contexts.get(0).clock().instant()).isEqualTo(noon);
    }
  }

  @Test
  void theContextTellsWhatTheUserHints() {
    try (Undercroft undercroft =
        rooms("hints.expected-size", "1000", "hints.access-pattern", "read-heavy").open()) {
      PluginContext context = cupboard.contexts.get(0);
      assertThat(context.storage()).isEqualTo("rooms");
      assertThat(context.expectedSize()).hasValue(1_000);
      assertThat(context.accessPattern()).isEqualTo(PluginContext.AccessPattern.READ_HEAVY);
      assertThat(undercroft.names()).hasSize(1);
    }
  }

  // --- opening

  @Test
  void aRequiredStorageIsOpenedAndPingedAtTheStart() {
    try (Undercroft undercroft = rooms("required", "true").open()) {
      assertThat(cupboard.steps).containsExactly("open rooms", "ping rooms");
      undercroft.storage("rooms", Room.class).get("a");
      assertThat(cupboard.steps).hasSize(2);
    }
  }

  @Test
  void aStorageThatIsNotRequiredIsOpenedAtItsFirstUseOnceForAll() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    cupboard.onStep = step -> waitFor(mayOpen);
    try (Undercroft undercroft = rooms("required", "false").open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThat(cupboard.steps).isEmpty();
      List<Future<Optional<Room>>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(users.submit(() -> rooms.get("a")));
      }
      Threads.await("somebody opens", () -> cupboard.steps.size() == 1);
      mayOpen.countDown();
      for (Future<Optional<Room>> one : all) {
        assertThat(one.get(10, TimeUnit.SECONDS)).isEmpty();
      }
      assertThat(cupboard.steps).containsExactly("open rooms");
    }
  }

  @Test
  void whileOneStorageOpensTheOthersWork() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    cupboard.onStep =
        step -> {
          if (step.equals("open slow")) {
            waitFor(mayOpen);
          }
        };
    try (Undercroft undercroft =
        rooms("required", "false")
            .storage("slow", Map.of("type", "cupboard", "required", "false"))
            .open()) {
      Future<Optional<Room>> slow =
          users.submit(() -> undercroft.storage("slow", Room.class).get("a"));
      Threads.await("it opens", () -> cupboard.steps.contains("open slow"));
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      rooms.set("a", new Room("A", 1));
      assertThat(rooms.get("a")).isPresent();
      undercroft.define("third", Map.of("type", "cupboard"));
      assertThat(undercroft.storage("third", Room.class).size()).isEqualTo(1);
      assertThat(undercroft.remove("third")).isTrue();
      mayOpen.countDown();
      assertThat(slow.get(10, TimeUnit.SECONDS)).isPresent();
    }
  }

  @Test
  void aRequiredStorageThatDoesNotOpenFailsTheStartAndClosesTheRest() {
    cupboard.onStep =
        step -> {
          if (step.equals("open broken")) {
            throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody at 10.0.0.1:6379")
                .with("host", "10.0.0.1");
          }
        };
    StorageException failed =
        failure(
            ErrorCode.CONNECTION_FAILED,
            () ->
                builder()
                    .set("storages.a.type", "cupboard")
                    .set("storages.broken.type", "cupboard")
                    .set("storages.c.type", "cupboard")
                    .open());
    assertThat(failed.storage()).contains("broken");
    assertThat(failed.getMessage())
        .contains("plugin cupboard")
        .contains("could not open it: nobody at 10.0.0.1:6379");
    assertThat(failed.details()).containsEntry("host", "10.0.0.1");
    assertThat(failed).hasCauseInstanceOf(StorageException.class);
    assertThat(cupboard.steps)
        .containsExactly(
            "open a", "ping a", "open broken", "open c", "ping c", "close c", "close a");
  }

  @Test
  void aPingThatFailsFailsTheStartToo() {
    cupboard.onStep =
        step -> {
          if (step.startsWith("ping")) {
            throw new IllegalArgumentException("a mistake in the plugin");
          }
        };
    StorageException failed = failure(ErrorCode.CONNECTION_FAILED, () -> rooms().open());
    assertThat(failed.getMessage())
        .contains("storage 'rooms'")
        .contains("plugin cupboard")
        .contains("answer a ping")
        .contains("java.lang.IllegalArgumentException");
    assertThat(failed).hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(cupboard.steps).containsExactly("open rooms", "ping rooms", "close rooms");
  }

  @Test
  void anOpeningThatFailsLaterIsTriedAgainAtTheNextUse() {
    AtomicInteger tries = new AtomicInteger();
    cupboard.onStep =
        step -> {
          if (step.startsWith("open") && tries.incrementAndGet() == 1) {
            throw StorageException.of(ErrorCode.CONNECTION_FAILED, "not yet");
          }
        };
    try (Undercroft undercroft = rooms("required", "false").open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThat(failure(ErrorCode.CONNECTION_FAILED, () -> rooms.get("a")).storage())
          .contains("rooms");
      assertThat(rooms.get("a")).isEmpty();
    }
  }

  @Test
  void aMistakeInAPluginIsWrappedWithItsNameAndNeverSwallowed() {
    try (Undercroft undercroft = rooms().open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      cupboard.onCall =
          call -> {
            if (call.endsWith(" a") || call.startsWith("scan") || call.equals("clear")) {
              throw new ArrayIndexOutOfBoundsException(7);
            }
          };
      StorageException write = failure(ErrorCode.UNKNOWN_OUTCOME, rooms::clear);
      assertThat(write.getMessage())
          .contains("plugin cupboard")
          .contains("java.lang.ArrayIndexOutOfBoundsException")
          .contains("CLEAR rooms");
      assertThat(write).hasRootCauseInstanceOf(ArrayIndexOutOfBoundsException.class);
      StorageException read = failure(ErrorCode.CONNECTION_LOST, () -> rooms.get("a"));
      assertThat(read.getMessage()).contains("plugin cupboard").contains("GET rooms 'a'");
      failure(ErrorCode.CONNECTION_LOST, () -> rooms.keys().count());
    }
  }

  @Test
  void thePluginsOwnClassLoaderIsTheContextAtOpenPingAndClose() throws IOException {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader application = new URLClassLoader(new URL[0], before)) {
      thread.setContextClassLoader(application);
      Undercroft undercroft = rooms().open();
      undercroft.close();
      assertThat(thread.getContextClassLoader()).isSameAs(application);
    } finally {
      thread.setContextClassLoader(before);
    }
    assertThat(cupboard.steps).containsExactly("open rooms", "ping rooms", "close rooms");
    assertThat(cupboard.loaders).containsOnly(CupboardPlugin.class.getClassLoader());
  }

  // --- layers

  /** Writes down what passes. */
  static final class NoteAround implements Around {
    private final String name;
    private final Stage stage;
    private final List<String> notes;

    NoteAround(String name, Stage stage, List<String> notes) {
      this.name = name;
      this.stage = stage;
      this.notes = notes;
    }

    @Override
    public String id() {
      return name;
    }

    @Override
    public Stage stage() {
      return stage;
    }

    @Override
    public Object around(Call call, Next next) throws Exception {
      notes.add(name + " " + call.kind());
      return next.proceed(call);
    }
  }

  @Test
  void wrappersFromCodeStandInTheOrderOfTheirStages() {
    List<String> notes = new CopyOnWriteArrayList<>();
    try (Undercroft undercroft =
        rooms()
            .wrap("rooms", new NoteAround("guard", Around.Stage.GUARD, notes))
            .wrap("rooms", new NoteAround("first", Around.Stage.EDGE, notes))
            .wrap("rooms", new NoteAround("second", Around.Stage.EDGE, notes))
            .open()) {
      undercroft.storage("rooms", Room.class).get("a");
      assertThat(notes).containsExactly("first GET", "second GET", "guard GET");
      assertThat(undercroft.info("rooms").layers()).containsSubsequence("first", "second", "guard");
    }
  }

  @Test
  void twoWrappersOfOneNameAreToldApart() {
    List<String> notes = new CopyOnWriteArrayList<>();
    try (Undercroft undercroft =
        rooms()
            .wrap("rooms", new NoteAround("note", Around.Stage.EDGE, notes))
            .wrap("rooms", new NoteAround("note", Around.Stage.EDGE, notes))
            .open()) {
      undercroft.storage("rooms", Room.class).has("a");
      assertThat(notes).hasSize(2);
      assertThat(undercroft.info("rooms").layers()).containsSubsequence("note", "note-2");
    }
  }

  @Test
  void whatAWrapperThrowsOnPurposeComesOutAsItIs() {
    try (Undercroft undercroft =
        rooms()
            .wrap(
                "rooms",
                (Around)
                    (call, next) -> {
                      throw new SecurityException("not you");
                    })
            .open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      assertThatThrownBy(() -> rooms.get("a")).isInstanceOf(SecurityException.class);
    }
  }

  @Test
  void aWrapperForAStorageThatIsNotConfiguredIsRefused() {
    StorageException refused =
        failure(
            ErrorCode.INVALID_CONFIG,
            () -> rooms().wrap("romos", (Around) (call, next) -> next.proceed(call)).open());
    assertThat(refused.getMessage()).contains("'romos'").contains("rooms");
  }

  // --- define and remove

  @Test
  void aStorageMayBeAddedReplacedAndRemovedWhileRunning() {
    try (Undercroft undercroft = rooms().open()) {
      undercroft.define("extra", Map.of("type", "cupboard", "board", "one"));
      assertThat(undercroft.names()).containsExactly("extra", "rooms");
      Storage<Room> extra = undercroft.storage("extra", Room.class);
      extra.set("a", new Room("A", 1));

      undercroft.define("extra", Map.of("type", "cupboard", "board", "two", "key", "s3cret"));
      assertThat(extra.get("a")).isEmpty();
      assertThat(undercroft.info("extra").details()).containsEntry("board", "two");
      assertThat(undercroft.config())
          .extracting(ConfigInfo::name, ConfigInfo::value)
          .contains(tuple("storages.extra.board", "two"), tuple("storages.extra.key", "***"));
      assertThat(cupboard.steps).containsSubsequence("open extra", "open extra", "close extra");

      assertThat(undercroft.remove("extra")).isTrue();
      assertThat(undercroft.remove("extra")).isFalse();
      assertThat(undercroft.names()).containsExactly("rooms");
      assertThat(failure(ErrorCode.CLOSED, () -> extra.get("a")).getMessage())
          .contains("storage 'extra'")
          .contains("removed");
      undercroft.define("extra", Map.of("type", "cupboard", "board", "one"));
      assertThat(undercroft.storage("extra", Room.class).get("a")).isPresent();
      failure(ErrorCode.CLOSED, () -> extra.get("a"));
    }
  }

  @Test
  void aDefinitionThatFailsLeavesTheOldStorageAsItWas() {
    try (Undercroft undercroft = rooms().open()) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      rooms.set("a", new Room("A", 1));
      StorageException wrong =
          failure(
              ErrorCode.INVALID_CONFIG,
              () -> undercroft.define("rooms", Map.of("type", "cupbord", "bord", "x")));
      assertThat(wrong.getMessage()).contains("cupboard");
      cupboard.onStep =
          step -> {
            throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody there");
          };
      failure(
          ErrorCode.CONNECTION_FAILED,
          () -> undercroft.define("rooms", Map.of("type", "cupboard", "board", "two")));
      failure(
          ErrorCode.CONNECTION_FAILED,
          () -> undercroft.define("extra", Map.of("type", "cupboard", "board", "two")));
      assertThat(undercroft.names()).containsExactly("rooms");
      assertThat(rooms.get("a")).isPresent();
      assertThat(undercroft.info("rooms").details()).containsEntry("board", "top");
      cupboard.onStep = step -> {};
    }
  }

  @Test
  void twoStoragesMayNotNeedTheSameThingAlone() {
    try (Undercroft undercroft = rooms("board", "one", "alone", "true").open()) {
      Map<String, String> same = Map.of("type", "cupboard", "board", "one", "alone", "true");
      failure(ErrorCode.INVALID_CONFIG, () -> undercroft.define("extra", same));
      undercroft.storage("rooms", Room.class).set("a", new Room("A", 1));
      undercroft.define("rooms", same);
      assertThat(cupboard.steps)
          .as("the old one makes room before the new one opens")
          .containsExactly("open rooms", "ping rooms", "close rooms", "open rooms", "ping rooms");
      assertThat(undercroft.storage("rooms", Room.class).get("a")).isPresent();
      undercroft.remove("rooms");
      undercroft.define("extra", same);
      assertThat(undercroft.storage("extra", Room.class).get("a")).isPresent();
    }
  }

  @Test
  void whoDefinesFirstHasWhatOnlyOneCanHave() throws Exception {
    CountDownLatch mayOpen = new CountDownLatch(1);
    try (Undercroft undercroft = rooms().open()) {
      cupboard.onStep =
          step -> {
            if (step.equals("open first")) {
              waitFor(mayOpen);
            }
          };
      Map<String, String> same = Map.of("type", "cupboard", "board", "one", "alone", "true");
      Future<?> first = users.submit(() -> undercroft.define("first", same));
      Threads.await("the first opens", () -> cupboard.steps.contains("open first"));
      failure(ErrorCode.INVALID_CONFIG, () -> undercroft.define("second", same));
      mayOpen.countDown();
      first.get(10, TimeUnit.SECONDS);
      assertThat(undercroft.names()).containsExactly("first", "rooms");
    }
  }

  @Test
  void underLoadARedefinitionLosesNoAcknowledgedWriteAndFailsNoCall() throws Exception {
    AtomicInteger over = new AtomicInteger();
    try (Undercroft undercroft = rooms().open()) {
      Storage<Integer> numbers = undercroft.storage("rooms", Integer.class);
      List<Future<Integer>> writers = new ArrayList<>();
      AtomicInteger written = new AtomicInteger();
      for (int t = 0; t < 8; t++) {
        int thread = t;
        writers.add(
            users.submit(
                () -> {
                  int n = 0;
                  while (over.get() == 0) {
                    String key = thread + "-" + n++;
                    numbers.set(key, n);
                    assertThat(numbers.get(key)).contains(n);
                    numbers.update("sum", now -> Optional.of(now.orElse(0) + 1));
                    written.incrementAndGet();
                  }
                  return n;
                }));
      }
      for (int round = 0; round < 30; round++) {
        int before = written.get();
        Threads.await("they have written", () -> written.get() > before + 20);
        undercroft.define("rooms", Map.of("type", "cupboard", "format", "json"));
      }
      over.set(1);
      int all = 0;
      for (Future<Integer> writer : writers) {
        all += writer.get(20, TimeUnit.SECONDS);
      }
      assertThat(numbers.size()).isEqualTo(all + 1);
      assertThat(numbers.get("sum")).contains(all);
      assertThat(cupboard.steps.stream().filter("open rooms"::equals)).hasSize(31);
      assertThat(cupboard.steps.stream().filter("close rooms"::equals)).hasSize(30);
    }
  }

  // --- the end

  @Test
  void theEndClosesEverythingInReverseOrderOnce() {
    Undercroft undercroft =
        builder()
            .storage("a", Map.of("type", "cupboard", "required", "false"))
            .storage("b", Map.of("type", "cupboard"))
            .storage("c", Map.of("type", "cupboard", "required", "false"))
            .storage("never", Map.of("type", "cupboard", "required", "false"))
            .open();
    Storage<Room> a = undercroft.storage("a", Room.class);
    undercroft.storage("c", Room.class).get("x");
    a.get("x");
    undercroft.define("d", Map.of("type", "cupboard"));
    cupboard.steps.clear();
    undercroft.close();
    undercroft.close();
    assertThat(cupboard.steps).containsExactly("close d", "close a", "close c", "close b");
    assertThat(failure(ErrorCode.CLOSED, () -> a.get("x")).storage()).contains("a");
    failure(ErrorCode.CLOSED, () -> undercroft.storage("a", Room.class));
    failure(ErrorCode.CLOSED, () -> undercroft.info("a"));
    failure(ErrorCode.CLOSED, () -> undercroft.define("e", Map.of("type", "memory")));
    failure(ErrorCode.CLOSED, () -> undercroft.remove("a"));
    failure(ErrorCode.CLOSED, undercroft::reloadPlugins);
    failure(ErrorCode.CLOSED, undercroft::plugins);
    failure(ErrorCode.CLOSED, undercroft::config);
  }

  @Test
  void theEndKeepsTheFirstFailureAndClosesTheRest() {
    Undercroft undercroft =
        builder()
            .storage("a", Map.of("type", "cupboard"))
            .storage("b", Map.of("type", "cupboard"))
            .storage("c", Map.of("type", "cupboard"))
            .open();
    cupboard.onStep =
        step -> {
          if (!step.equals("close b")) {
            throw new IllegalStateException(step + " is stuck");
          }
        };
    StorageException failed = failure(ErrorCode.CONNECTION_FAILED, undercroft::close);
    assertThat(failed.storage()).contains("c");
    assertThat(failed.getSuppressed()).hasSize(1);
    assertThat(failed.getSuppressed()[0]).hasMessageContaining("storage 'a'");
    assertThat(cupboard.steps).endsWith("close c", "close b", "close a");
    assertThatCode(undercroft::close).doesNotThrowAnyException();
  }

  @Test
  void theEndWaitsForOperationsUnderWay() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch mayGo = new CountDownLatch(1);
    Undercroft undercroft = rooms().open();
    Storage<Room> rooms = undercroft.storage("rooms", Room.class);
    cupboard.onCall =
        call -> {
          inside.countDown();
          waitFor(mayGo);
        };
    Future<?> write = users.submit(() -> rooms.set("a", new Room("A", 1)));
    waitFor(inside);
    Future<?> end = users.submit(undercroft::close);
    Threads.await(
        "it is closing",
        () -> {
          try {
            undercroft.plugins();
            return false;
          } catch (StorageException e) {
            return e.code() == ErrorCode.CLOSED;
          }
        });
    assertThat(cupboard.steps).doesNotContain("close rooms");
    mayGo.countDown();
    end.get(10, TimeUnit.SECONDS);
    write.get(10, TimeUnit.SECONDS);
    assertThat(cupboard.board("top")).containsOnlyKeys("a");
  }

  @Test
  void whatAPluginScheduledEndsWithItsStorage() {
    AtomicInteger ticks = new AtomicInteger();
    try (Undercroft undercroft = rooms().storage("other", Map.of("type", "cupboard")).open()) {
      PluginContext rooms = contextOf("rooms");
      PluginContext other = contextOf("other");
      Future<?> ticking =
          rooms
              .scheduler()
              .scheduleAtFixedRate(ticks::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
      Threads.await("it ticks", () -> ticks.get() > 3);
      AtomicInteger work = new AtomicInteger();
      rooms.executor().execute(work::incrementAndGet);
      Threads.await("it works", () -> work.get() == 1);
      undercroft.remove("rooms");
      assertThat(ticking).isCancelled();
      assertThatThrownBy(() -> rooms.scheduler().execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
      AtomicInteger more = new AtomicInteger();
      other.scheduler().execute(more::incrementAndGet);
      Threads.await("the scheduler of the others goes on", () -> more.get() == 1);
    }
    int last = ticks.get();
    assertThat(Threads.ofRuntimes()).isEmpty();
    assertThat(ticks).hasValue(last);
  }

  private PluginContext contextOf(String storage) {
    return cupboard.contexts.stream()
        .filter(context -> context.storage().equals(storage))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void watchesAndAsynchronousCallsEndWithTheRuntime() throws Exception {
    List<String> seen = new CopyOnWriteArrayList<>();
    Undercroft undercroft = rooms().open();
    Storage<Room> rooms = undercroft.storage("rooms", Room.class);
    rooms.observable().watch("*", change -> seen.add(change.type() + " " + change.key()));
    rooms.async().set("a", new Room("A", 1)).toCompletableFuture().get(10, TimeUnit.SECONDS);
    Threads.await("the change was seen", () -> seen.contains("SET a"));
    undercroft.close();
    assertThat(Threads.ofRuntimes()).isEmpty();
    assertThat(rooms.async().get("a").toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void workGoesToTheExecutorThatWasGivenWhichStaysOpen() throws Exception {
    AtomicInteger tasks = new AtomicInteger();
    try (Undercroft undercroft =
        rooms()
            .executor(
                task -> {
                  tasks.incrementAndGet();
                  users.execute(task);
                })
            .open()) {
      undercroft
          .storage("rooms", Room.class)
          .async()
          .get("a")
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      assertThat(tasks).hasValue(1);
    }
    assertThat(users.isShutdown()).isFalse();
  }

  @Test
  void manyRuntimesLiveSideBySide() {
    try (Undercroft one = rooms().open();
        Undercroft two = Undercroft.builder().withoutAmbientConfig().open()) {
      one.storage("rooms", Room.class).set("a", new Room("A", 1));
      two.storage(Room.class).set("b", new Room("B", 2));
      assertThat(two.storage(Room.class).has("a")).isFalse();
    }
  }

  @Test
  void aBuilderRefusesASecondClockAndASecondExecutor() {
    Undercroft.Builder builder = builder().clock(Clock.systemUTC()).executor(Runnable::run);
    assertThatThrownBy(() -> builder.clock(Clock.systemUTC()))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> builder.executor(Runnable::run))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bindingsNeedCdi() {
    StorageException refused =
        failure(ErrorCode.INVALID_CONFIG, () -> rooms("bindings", "com.acme.Audited").open());
    assertThat(refused.getMessage()).contains("rooms").contains("CDI").contains("bindings");
  }
}
