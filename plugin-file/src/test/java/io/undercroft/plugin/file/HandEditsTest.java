package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People edit, add, remove and damage files; the storage sees it and loses nothing. */
class HandEditsTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();

  @AfterEach
  void close() {
    given.close();
  }

  private Path file(String name) {
    return temp.resolve("rooms").resolve(name);
  }

  @Test
  void theFileIsExactlyTheValueForAPerson() throws IOException {
    Given.Store store = given.open(temp.resolve("rooms"));
    store.put("movie-night", "{\"title\":\"Movie night\",\"seats\":12}");
    assertThat(Files.readString(file("movie-night.json")))
        .isEqualTo("{\n  \"title\": \"Movie night\",\n  \"seats\": 12\n}\n");
  }

  @Test
  void anEditedFileIsANewVersionThatKeepsItsDeadlineAndMetadata() throws IOException {
    Given.Store store = given.open(temp.resolve("rooms"));
    var deadline = given.clock().instant().plus(Duration.ofDays(7));
    EntryMeta before =
        store.put(
            "a",
            new NewEntry(
                "1".getBytes(StandardCharsets.UTF_8),
                Given.JSON,
                Optional.of(deadline),
                Map.of("by", "x")));
    Files.writeString(file("a.json"), "{\"edited\": true}");
    EntryMeta after = store.keyValue().get("a").orElseThrow().meta();
    assertThat(store.get("a")).contains("{\"edited\":true}");
    assertThat(after.version()).isNotEqualTo(before.version());
    assertThat(after.created()).isEqualTo(before.created());
    assertThat(after.expires()).contains(deadline);
    assertThat(after.metadata()).isEqualTo(Map.of("by", "x"));
    assertThat(store.keyValue().put("a", Given.entry("2"), Precondition.version(before.version())))
        .isEqualTo(new PutResult.Conflict(Optional.of(after.version())));
  }

  @Test
  void filesThatComeAndGoAreEntriesThatComeAndGo() throws IOException {
    Given.Store store = given.open(temp.resolve("rooms"));
    store.put("a", "1");
    Files.writeString(file("dropped.json"), "2");
    assertThat(store.get("dropped")).contains("2");
    assertThat(store.keyValue().size()).isEqualTo(2);
    Files.delete(file("a.json"));
    assertThat(store.get("a")).isEmpty();
    assertThat(store.keyValue().size()).isEqualTo(1);
    assertThat(store.keys()).containsExactly("dropped");
  }

  @Test
  void anEntryWrittenWhereARemovedOneHadADeadlineHasNone() throws IOException {
    Given.Store store = given.open(temp.resolve("rooms"));
    var soon = given.clock().instant().plus(Duration.ofMinutes(1));
    store.put(
        "a",
        new NewEntry(
            "1".getBytes(StandardCharsets.UTF_8), Given.JSON, Optional.of(soon), Map.of()));
    Files.delete(file("a.json"));
    store.put("a", "2");
    given.clock().advance(Duration.ofDays(1));
    assertThat(store.get("a")).contains("2");
    store.close();
    Given.Store reopened = given.open(temp.resolve("rooms"));
    assertThat(reopened.get("a")).contains("2");
    assertThat(reopened.keyValue().size()).isEqualTo(1);
  }

  @Test
  void lostOrDamagedMetadataNeverHideAValue() throws IOException {
    Given.Store store = given.open(temp.resolve("rooms"));
    String longKey = "x".repeat(1_000);
    for (String key : List.of("a", longKey)) {
      store.put(
          key,
          new NewEntry(
              "1".getBytes(StandardCharsets.UTF_8),
              Given.JSON,
              Optional.empty(),
              Map.of("by", "x")));
    }
    store.close();
    Path meta = temp.resolve("rooms/.undercroft/meta");
    try (Stream<Path> sidecars = Files.list(meta)) {
      for (Path sidecar : sidecars.toList()) {
        Files.writeString(sidecar, "{ damaged");
      }
    }
    Given.Store reopened = given.open(temp.resolve("rooms"));
    assertThat(reopened.get("a")).contains("1");
    assertThat(reopened.get(longKey)).contains("1");
    reopened.put(longKey, "2");
    assertThat(reopened.keys()).contains("a", longKey);
  }

  @Test
  void linksAndDirectoriesAreNeitherFollowedNorCountedNorReplaced() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside.json"), "\"secret\"");
    Given.Store first = given.open(temp.resolve("rooms"));
    first.put("a", "1");
    first.close();
    Files.createSymbolicLink(file("link.json"), outside);
    Files.createDirectory(file("directory.json"));
    Given.Store store = given.open(temp.resolve("rooms"));
    assertThat(store.keyValue().size()).isEqualTo(1);
    assertThat(store.keys()).containsExactly("a");
    for (String key : List.of("link", "directory")) {
      assertThat(store.get(key)).isEmpty();
      assertThatThrownBy(() -> store.put(key, "2")).hasMessageContaining("not a regular file");
    }
    assertThat(Files.readString(outside)).isEqualTo("\"secret\"");
  }

  @Test
  void aLinkInThePlaceOfOurOwnFolderIsRefused() throws IOException {
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.createDirectory(temp.resolve("rooms"));
    Files.createSymbolicLink(file(".undercroft"), elsewhere);
    assertThatThrownBy(() -> given.open(temp.resolve("rooms")))
        .hasMessageContaining("not followed");
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void thoseWhoWatchHearOwnWritesOnceAndWhatOthersDid() throws Exception {
    Given.Store store = given.open(temp.resolve("rooms"));
    store.put("there", "1");
    BlockingQueue<StoredChange> heard = new LinkedBlockingQueue<>();
    try (Subscription watching = store.changes().subscribe(Optional.empty(), heard::add)) {
      assertThat(watching.isActive()).isTrue();
      for (int i = 0; i < 50; i++) {
        store.put("own", String.valueOf(i));
      }
      Files.writeString(file("foreign.json"), "7");
      Files.delete(file("there.json"));
      int own = 0;
      boolean came = false;
      boolean went = false;
      while (own < 50 || !came || !went) {
        StoredChange change = heard.poll(20, TimeUnit.SECONDS);
        assertThat(change).as("own %d, came %s, went %s", own, came, went).isNotNull();
        if (change.key().equals("own")) {
          assertThat(change.type()).isEqualTo(ChangeType.SET);
          assertThat(new String(change.after().orElseThrow().value(), StandardCharsets.UTF_8))
              .isEqualTo(String.valueOf(own++));
        }
        came |= change.key().equals("foreign") && change.type() == ChangeType.SET;
        went |= change.key().equals("there") && change.type() == ChangeType.DELETE;
      }
      store.put("last", "1");
      StoredChange change = heard.poll(20, TimeUnit.SECONDS);
      while (change != null && !change.key().equals("last")) {
        assertThat(change.key()).as("an own write told twice").isNotEqualTo("own");
        change = heard.poll(20, TimeUnit.SECONDS);
      }
      assertThat(change).isNotNull();
    }
  }

  @Test
  void whereMessagesOverflowOwnWritesAreStillToldOnceAndNothingIsToldLost() throws Exception {
    Given.Store store = given.open(temp.resolve("rooms"), "durability", "relaxed");
    Queue<StoredChange> heard = new ConcurrentLinkedQueue<>();
    int writers = 3;
    int each = 2_000; // of the operating system's messages a directory's watch keeps 512
    try (Subscription watching = store.changes().subscribe(Optional.empty(), heard::add)) {
      assertThat(watching.isActive()).isTrue();
      atOnce(
          writers,
          runner -> {
            for (int i = 0; i < each; i++) {
              String key = "own-" + runner + "-" + i % 300;
              if (i % 7 == 6) {
                store.keyValue().delete(key, Precondition.NONE);
              } else {
                store.put(key, String.valueOf(i));
              }
            }
          });
      store.put("last", "1");
      Eventually.holds(
          "everything is told", () -> heard.stream().anyMatch(c -> c.key().equals("last")));
    }
    assertThat(heard).extracting(StoredChange::type).doesNotContain(ChangeType.RESYNC);
    for (int runner = 0; runner < writers; runner++) {
      String own = "own-" + runner + "-";
      assertThat(
              heard.stream()
                  .filter(c -> c.key().startsWith(own) && c.type() == ChangeType.SET)
                  .map(c -> new String(c.after().orElseThrow().value(), StandardCharsets.UTF_8)))
          .containsExactlyElementsOf(
              IntStream.range(0, each).filter(i -> i % 7 != 6).mapToObj(String::valueOf).toList());
    }
    assertThat(store.keyValue().size()).isEqualTo(store.keys().size());
  }

  @Test
  void whereMessagesOverflowAFileThatSomebodyRemovedIsToldAsResync() throws Exception {
    Given.Store store = given.open(temp.resolve("rooms"), "durability", "relaxed");
    for (int i = 0; i < 20; i++) {
      store.put("there-" + i, "1");
    }
    Queue<StoredChange> heard = new ConcurrentLinkedQueue<>();
    try (Subscription watching = store.changes().subscribe(Optional.empty(), heard::add)) {
      assertThat(watching.isActive()).isTrue();
      atOnce(
          3,
          runner -> {
            for (int i = 0; i < 2_000; i++) {
              store.put("own-" + runner + "-" + i % 300, String.valueOf(i));
              if (runner == 0 && i % 100 == 50) {
                Files.delete(file("there-" + i / 100 + ".json"));
              }
            }
          });
      Eventually.holds(
          "the files that went away are not counted", () -> store.keyValue().size() == 900);
      for (int i = 0; i < 20; i++) {
        String gone = "there-" + i;
        Eventually.holds(
            gone + " is told, or that something was lost",
            () ->
                heard.stream()
                    .anyMatch(
                        c ->
                            c.type() == ChangeType.RESYNC
                                || (c.type() == ChangeType.DELETE && c.key().equals(gone))));
      }
    }
  }

  private interface Leg {
    void run(int runner) throws IOException;
  }

  private static void atOnce(int runners, Leg leg) throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(runners);
    try {
      List<Callable<Boolean>> legs = new ArrayList<>();
      for (int i = 0; i < runners; i++) {
        int runner = i;
        legs.add(
            () -> {
              leg.run(runner);
              return true;
            });
      }
      for (Future<Boolean> done : pool.invokeAll(legs)) {
        assertThat(done.get()).isTrue();
      }
    } finally {
      pool.shutdownNow();
    }
  }
}
