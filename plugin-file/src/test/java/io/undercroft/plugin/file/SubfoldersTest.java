package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The files of a folder lie in the subfolders that their names say, as many as were written down.
 */
class SubfoldersTest {
  private static final List<String> KEYS = List.of("a", "b", "c", "d", "e", "movie-night", "A");

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();

  @AfterEach
  void close() {
    given.close();
  }

  private Path rooms() {
    return temp.resolve("rooms");
  }

  private Given.Store open(int subfolders) {
    return given.open(rooms(), Given.spread(subfolders));
  }

  private Given.Store reader(int subfolders) {
    return given.open(rooms(), "access", "read-only", "subfolders", String.valueOf(subfolders));
  }

  private void fill(int subfolders) {
    Given.Store store = open(subfolders);
    KEYS.forEach(key -> store.put(key, "1"));
    store.close();
  }

  private static void refuses(Runnable opening, String... words) {
    StorageException refusal = catchThrowableOfType(StorageException.class, opening::run);
    assertThat(refusal).isNotNull();
    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refusal).hasMessageContainingAll(words);
  }

  // ---- where a file lies

  @ParameterizedTest
  @CsvSource({"1, ", "2, 01/", "16, 01/", "256, c1/"})
  void aFileLiesWhereTheChecksumOfItsStemSays(int subfolders, String where) throws IOException {
    Given.Store store = open(subfolders);
    store.put("movie-night", "{}");
    store.put("A", "{}");
    String place = where == null ? "" : where;
    assertThat(rooms().resolve(place + "movie-night.json")).hasContent("{}");
    if (subfolders == 256) {
      assertThat(rooms().resolve("d4/%41.json")).exists(); // that of the stem, not of the key
    }
    try (Stream<Path> below = Files.list(rooms())) {
      assertThat(below.filter(path -> Files.isDirectory(path) && !path.endsWith(".undercroft")))
          .hasSize(subfolders == 1 ? 0 : subfolders)
          .allSatisfy(
              path ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                      .isEqualTo("rwx------"));
    }
    assertThat(store.keys()).containsExactlyInAnyOrder("movie-night", "A");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "3", "512", "-16"})
  void aNumberThatIsNoPowerOfTwoIsRefused(String number) {
    assertThatThrownBy(() -> FileSettings.SUBFOLDERS.parse(number))
        .hasMessageContaining("must be a power of two from 1 to 256");
  }

  @Test
  void aDocumentHasNoSubfolders() {
    refuses(
        () -> given.open(temp.resolve("rooms.json"), Given.spread(16)),
        "subfolders=16",
        "rooms.json",
        "leave subfolders out");
  }

  // ---- how often the disk is asked

  private int calls(int subfolders, Consumer<Given.Store> deed) {
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    Path path = temp.resolve("counted-" + subfolders);
    Given.Store store = given.open(system.wrap(path), Given.spread(subfolders));
    for (int round = 0; round < 2; round++) { // then the sidecars do not change any more
      KEYS.forEach(key -> store.put(key, "1"));
    }
    system.failOnce(Integer.MAX_VALUE, "never");
    deed.accept(store);
    int calls = system.heal();
    store.close();
    return calls;
  }

  @Test
  void eachDirectoryThatWasTouchedIsForcedOnceAndNoOther() {
    Consumer<Given.Store> one = store -> store.put("a", "2");
    assertThat(calls(16, one)).isEqualTo(calls(1, one));
    Consumer<Given.Store> batch =
        store -> store.batch().putMany(Map.of("a", Given.entry("2"), "b", Given.entry("2")));
    assertThat(calls(16, batch)).as("03, 09").isEqualTo(calls(1, batch) + 1);
    assertThat(calls(2, batch)).as("both in 01").isEqualTo(calls(1, batch));
    Consumer<Given.Store> commit =
        store ->
            store
                .commit()
                .commit(
                    List.of(),
                    List.of(new Mutation.Put("a", Given.entry("2")), new Mutation.Remove("b")));
    // Before the intent, for the drafts, where there is one more for the folder itself; and after.
    assertThat(calls(16, commit)).isEqualTo(calls(1, commit) + 2);
  }

  @Test
  void theTemporaryFileOfAValueLiesBesideItsTarget() throws IOException {
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    List<Path> drafts = new ArrayList<>();
    boolean done = false;
    for (int n = 1; !done; n++) {
      Path path = temp.resolve("dead-" + n);
      Given.Store store = given.open(system.wrap(path), Given.spread(16));
      store.put("a", "1");
      store.put("a", "2"); // with its sidecar
      system.dieAt(n);
      try {
        store.put("a", "3");
      } catch (StorageException e) {
        assertThat(e.code()).isNotEqualTo(ErrorCode.INVALID_CONFIG);
      }
      done = n > system.heal();
      try (Stream<Path> all = Files.walk(path)) {
        all.filter(file -> file.toString().endsWith(".tmp"))
            .map(path::relativize)
            .forEach(drafts::add);
      }
    }
    assertThat(drafts).isNotEmpty().allMatch(draft -> draft.startsWith("03"));
  }

  // ---- how many there are

  @Test
  void anotherNumberThanTheFolderHasIsRefusedAndNothingIsLost() {
    fill(16);
    for (int other : new int[] {1, 4, 256}) {
      refuses(
          () -> open(other),
          "subfolders=" + other,
          rooms().toString(),
          "has 16 subfolders",
          "set subfolders=16, or export");
      refuses(() -> reader(other), "has 16 subfolders");
    }
    assertThat(reader(16).keys()).containsExactlyInAnyOrderElementsOf(KEYS);
    Given.Store store = open(16);
    assertThat(store.keys()).containsExactlyInAnyOrderElementsOf(KEYS);
    assertThat(store.keyValue().size()).isEqualTo(KEYS.size());
    assertThat(store.backend().details()).containsEntry("subfolders", "16");
  }

  @Test
  void aFolderWithEntriesTakesNoSubfolders() {
    fill(1);
    refuses(() -> open(16), "subfolders=16", "has no subfolders", "set subfolders=1");
    refuses(() -> reader(16), "has no subfolders");
    assertThat(rooms().resolve("00")).doesNotExist();
    assertThat(open(1).keys()).containsExactlyInAnyOrderElementsOf(KEYS);
  }

  @Test
  void anEmptyFolderTakesAnyNumberAndNothingOfTheOldOneStays() throws IOException {
    for (int number : new int[] {16, 4, 1, 256, 2, 1}) {
      Given.Store store = open(number);
      store.put("movie-night", "1");
      assertThat(store.keyValue().delete("movie-night", Precondition.NONE)).isNotNull();
      store.close();
      try (Stream<Path> below = Files.list(rooms())) {
        assertThat(below).as("with %d", number).hasSize(1 + (number == 1 ? 0 : number));
      }
    }
  }

  @Test
  void aCommitThatIsStillToBePutInPlaceIsNoEmptyFolder() throws IOException {
    Given.Store store = open(16);
    store.close();
    Files.writeString(rooms().resolve(".undercroft-x-1.commit"), "?");
    refuses(() -> open(1), "has 16 subfolders");
    assertThat(open(16).keys()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3\n", "many"})
  void aNumberThatIsDamagedOrLostIsToldByWhereTheFilesLie(String damage) throws IOException {
    fill(16);
    Path record = rooms().resolve(".undercroft/subfolders");
    assertThat(record).hasContent("16");
    for (boolean lost : new boolean[] {false, true}) {
      if (lost) {
        Files.delete(record);
      } else {
        Files.writeString(record, damage);
      }
      for (int other : new int[] {1, 2, 8, 64}) {
        refuses(() -> open(other), "another number of them");
      }
      assertThat(reader(16).keys()).containsExactlyInAnyOrderElementsOf(KEYS);
      Given.Store store = open(16);
      assertThat(store.keys()).containsExactlyInAnyOrderElementsOf(KEYS);
      store.close();
      assertThat(record).hasContent("16");
    }
  }

  @Test
  void aDeathInTheFirstOpeningLeavesAFolderThatTakesAnyNumber() throws IOException {
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    boolean done = false;
    int deaths = 0;
    for (int n = 1; !done; n++) {
      for (int next : new int[] {4, 1, 8}) {
        Path path = temp.resolve("dead-" + n + "-" + next);
        system.dieAt(n);
        try {
          given.open(system.wrap(path), Given.spread(4)).close();
        } catch (StorageException e) {
          deaths++;
        }
        done = n > system.heal();
        Given.Store store = given.open(path, Given.spread(next));
        KEYS.forEach(key -> store.put(key, "1"));
        store.close();
        assertThat(given.open(path, Given.spread(next)).keys())
            .containsExactlyInAnyOrderElementsOf(KEYS);
      }
    }
    assertThat(deaths).isGreaterThan(3 * 8);
  }

  // ---- what others do

  @Test
  void whatIsInTheWrongPlaceIsNoEntryAndIsNamedWithWhereItBelongs() throws IOException {
    fill(16);
    Files.writeString(rooms().resolve("flat.json"), "1");
    Files.writeString(rooms().resolve("00/movie-night.json"), "2");
    Files.writeString(rooms().resolve("01/Capital.json"), "3");
    List<String> warnings = new ArrayList<>();
    Handler handler = handler(warnings);
    Logger log = Logger.getLogger(Folder.class.getPackageName());
    log.addHandler(handler);
    try {
      Given.Store store = open(16);
      assertThat(store.get("movie-night")).contains("1");
      assertThat(store.get("flat")).isEmpty();
      assertThat(store.keys()).containsExactlyInAnyOrderElementsOf(KEYS);
      assertThat(store.keyValue().size()).isEqualTo(KEYS.size());
      store.keyValue().clear();
      assertThat(store.backend().details())
          .containsEntry("filesInTheWrongPlace", "2")
          .containsEntry("filesOfNoKey", "1");
    } finally {
      log.removeHandler(handler);
    }
    assertThat(warnings)
        .filteredOn(text -> text.contains("wrong place"))
        .hasSize(2)
        .anySatisfy(
            text ->
                assertThat(text)
                    .contains("'" + rooms().resolve("00/movie-night.json") + "'")
                    .contains("'" + rooms().resolve("01") + "'"))
        .anySatisfy(text -> assertThat(text).contains("flat.json"));
    assertThat(rooms().resolve("flat.json")).hasContent("1");
    assertThat(rooms().resolve("00/movie-night.json")).hasContent("2");
  }

  private static Handler handler(List<String> warnings) {
    return new Handler() {
      @Override
      public void publish(LogRecord entry) {
        warnings.add(java.text.MessageFormat.format(entry.getMessage(), entry.getParameters()));
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void aLinkInThePlaceOfASubfolderIsRefused() throws IOException {
    fill(16);
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.move(rooms().resolve("03"), temp.resolve("away"));
    Files.createSymbolicLink(rooms().resolve("03"), elsewhere);
    refuses(() -> open(16), "not followed");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void aSubfolderThatIsGoneHasNotLostItsEntries() throws IOException {
    Given.Store store = open(16);
    KEYS.forEach(key -> store.put(key, "1"));
    Path away = Files.move(rooms().resolve("03"), temp.resolve("away"));
    assertThat(store.get("b")).contains("1");
    List<Runnable> deeds =
        List.of(
            () -> store.get("a"),
            () -> store.put("a", "2"),
            store::keys,
            () -> store.keyValue().clear());
    for (Runnable deed : deeds) {
      StorageException e = catchThrowableOfType(StorageException.class, deed::run);
      assertThat(e).isNotNull();
      assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(e).hasMessageContaining(rooms().resolve("03").toString());
    }
    Files.move(away, rooms().resolve("03"));
    assertThat(store.get("a")).contains("1");
  }

  @Test
  void whatACrashLeftInASubfolderIsRemovedAtTheNextStart() throws IOException {
    fill(16);
    Path draft = Files.writeString(rooms().resolve("03/.undercroft-x-1.tmp"), "half");
    reader(16);
    assertThat(draft).exists();
    assertThat(open(16).keys()).containsExactlyInAnyOrderElementsOf(KEYS);
    assertThat(draft).doesNotExist();
  }

  @Test
  void whoReadsMayComeBeforeTheFirstWriter() throws IOException {
    Files.createDirectory(rooms());
    Given.Store reader =
        given.open(rooms(), "access", "read-only", "subfolders", "16", "watch-interval", "10ms");
    assertThat(reader.keys()).isEmpty();
    assertThat(rooms()).isEmptyDirectory();
    Queue<StoredChange> told = new ConcurrentLinkedQueue<>();
    try (Subscription watching = reader.changes().subscribe(Optional.empty(), told::add)) {
      assertThat(watching.isActive()).isTrue();
      assertThat(reader.get("a")).isEmpty();
      open(16).put("a", "1");
      Eventually.holds("it is told", () -> told.stream().anyMatch(c -> c.key().equals("a")));
    }
    assertThat(reader.get("a")).contains("1");
    assertThat(reader.keys()).containsExactly("a");
  }

  @Test
  void anIntentThatNamesAFileInTheWrongPlaceIsNotOurs() throws IOException {
    fill(16);
    String body = "{\"move\":[],\"remove\":[{\"file\":\"00/a.json\",\"modified\":1,\"size\":1}]}";
    Path intent = rooms().resolve(".undercroft-x-1.commit");
    Files.writeString(intent, digest(body) + "\n" + body);
    assertThatThrownBy(() -> open(16)).hasMessageContaining("cannot open");
    Files.delete(intent);
    assertThat(open(16).keys()).containsExactlyInAnyOrderElementsOf(KEYS);
  }

  private static String digest(String body) {
    try {
      return java.util.HexFormat.of()
          .formatHex(
              java.security.MessageDigest.getInstance("SHA-256")
                  .digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anEntryMayChangeItsTypeAndExpireWhereItLies() throws IOException {
    Given.Store store = open(16);
    store.put("a", "1");
    store.put("a", NewEntry.of(new byte[] {1}, ContentTypes.BINARY.contentType()));
    try (Stream<Path> files = Files.list(rooms().resolve("03"))) {
      assertThat(files).hasSize(1);
    }
    store.put(
        "b",
        new NewEntry(
            "1".getBytes(StandardCharsets.UTF_8),
            Given.JSON,
            Optional.of(given.clock().instant().plusMillis(20)),
            Map.of()));
    given.clock().advance(java.time.Duration.ofMinutes(1));
    Eventually.holds("the file is removed", () -> Files.notExists(rooms().resolve("09/b.json")));
  }
}
