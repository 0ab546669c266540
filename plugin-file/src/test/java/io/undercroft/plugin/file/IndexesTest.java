package io.undercroft.plugin.file;

import static io.undercroft.storage.query.Field.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Indexes over files that a person may edit. */
class IndexesTest {
  private static final TypeRef<Map<String, Object>> DOCUMENT = new TypeRef<>() {};
  private static final Query BY_ALICE = Query.where(field("author").eq("Alice"));

  @TempDir Path temp;

  private Undercroft open(String... more) {
    Undercroft.Builder builder =
        Undercroft.builder()
            .withoutAmbientConfig()
            .withoutClassPathPlugins()
            .plugin(new FilePlugin())
            .set("storages.rooms.type", "file")
            .set("storages.rooms.path", temp.resolve("rooms").toString())
            .set("storages.rooms.watch-interval", "50ms");
    for (int i = 0; i < more.length; i += 2) {
      builder.set("storages.rooms." + more[i], more[i + 1]);
    }
    return builder.open();
  }

  private static IndexedStorage<Map<String, Object>> rooms(Undercroft undercroft) {
    return undercroft.storage("rooms", DOCUMENT).indexed();
  }

  private void edit(String name, String text) throws IOException {
    Files.write(temp.resolve("rooms").resolve(name), text.getBytes(UTF_8));
  }

  private static void fill(IndexedStorage<Map<String, Object>> rooms) {
    for (int i = 0; i < 20; i++) {
      rooms.set("room-" + i, Map.of("author", "Bob", "n", i));
    }
  }

  @Test
  void aHandEditIsFoundOnceItWasNoticed() throws IOException {
    try (Undercroft undercroft = open()) {
      IndexedStorage<Map<String, Object>> rooms = rooms(undercroft);
      fill(rooms);
      rooms.createIndex(IndexDefinition.ordered("by-author", Order.asc("author")));
      assertThat(rooms.info().capabilities()).containsEntry("IndexedStorage", Support.EMULATED);
      assertThat(rooms.explain(BY_ALICE).indexes()).containsExactly("by-author");
      edit("room-3.json", "{\"author\": \"Alice\"}");
      edit("by-hand.json", "{\"author\": \"Alice\"}");
      Files.delete(temp.resolve("rooms").resolve("room-4.json"));
      Eventually.passes(() -> assertThat(rooms.count(BY_ALICE)).isEqualTo(2));
      assertThat(rooms.explain(BY_ALICE).indexes()).containsExactly("by-author");
      Query byBob = Query.where(field("author").eq("Bob"));
      Eventually.passes(() -> assertThat(rooms.count(byBob)).isEqualTo(18));
    }
  }

  @Test
  void wordsAndPlacesThatAPersonEditsAreFoundOnceThatWasNoticed() throws IOException {
    Query words = Query.where(field("text").search("whale"));
    Query places = Query.where(field("at").near(7, 50, 1_000));
    try (Undercroft undercroft = open()) {
      IndexedStorage<Map<String, Object>> rooms = rooms(undercroft);
      rooms.createIndex(IndexDefinition.fulltext("words", "text"));
      rooms.createIndex(IndexDefinition.spatial("places", "at"));
      rooms.set("room", Map.of("text", "a whale"));
      assertThat(rooms.findMany(words)).hasSize(1);
      edit("room.json", "{\"text\": \"a shark\"}");
      Eventually.passes(() -> assertThat(rooms.findMany(words)).isEmpty());
      edit(
          "other.json",
          "{\"text\": \"a whale\", \"at\": {\"type\": \"Point\", \"coordinates\": [7, 50]}}");
      Eventually.passes(() -> assertThat(rooms.findMany(words)).hasSize(1));
      Eventually.passes(() -> assertThat(rooms.findMany(places)).hasSize(1));
    }
    edit("other.json", "{\"text\": \"nothing\"}");
    edit("third.json", "{\"text\": \"whale, whale\"}");
    try (Undercroft undercroft = open()) {
      assertThat(rooms(undercroft).query(words).map(found -> found.key()).toList())
          .containsExactly("third");
      assertThat(rooms(undercroft).findMany(places)).isEmpty();
    }
  }

  @Test
  void editsWhileNobodyRanAreSeenAfterOpening() throws IOException {
    try (Undercroft undercroft = open()) {
      fill(rooms(undercroft));
      rooms(undercroft).createIndex(IndexDefinition.hash("by-author", "author"));
    }
    assertThat(temp.resolve("rooms").resolve(".undercroft").resolve("indexes.json")).exists();
    edit("room-3.json", "{\"author\": \"Alice\"}");
    try (Undercroft undercroft = open()) {
      IndexedStorage<Map<String, Object>> rooms = rooms(undercroft);
      assertThat(rooms.findMany(BY_ALICE)).hasSize(1);
      assertThat(rooms.explain(BY_ALICE).indexes()).containsExactly("by-author");
    }
  }

  @Test
  void aFileBrokenByHandFailsAQueryWithAnIndexAsWithoutOne() throws IOException {
    try (Undercroft undercroft = open()) {
      IndexedStorage<Map<String, Object>> rooms = rooms(undercroft);
      fill(rooms);
      rooms.createIndex(IndexDefinition.ordered("by-author", Order.asc("author")));
      edit("room-3.json", "{\"author\": ");
      Eventually.passes(
          () -> {
            StorageException e =
                catchThrowableOfType(StorageException.class, () -> rooms.findMany(BY_ALICE));
            assertThat(e).isNotNull();
            assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
            assertThat(e.getMessage()).contains("'room-3'");
          });
      edit("room-3.json", "{\"author\": \"Alice\"}");
      Eventually.passes(() -> assertThat(rooms.findMany(BY_ALICE)).hasSize(1));
    }
  }

  @Test
  void anIndexIsNotCreatedOverAFileBrokenByHand() throws IOException {
    try (Undercroft undercroft = open()) {
      IndexedStorage<Map<String, Object>> rooms = rooms(undercroft);
      fill(rooms);
      edit("room-3.json", "{\"author\": ");
      StorageException e =
          catchThrowableOfType(
              StorageException.class,
              () -> rooms.createIndex(IndexDefinition.ordered("by-author", Order.asc("author"))));
      assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
      assertThat(e.getMessage()).contains("'room-3'").contains("by-author");
      assertThat(rooms.listIndexes()).isEmpty();
    }
  }

  @Test
  void brokenDefinitionsStopTheOpeningAndAreNamed() throws IOException {
    try (Undercroft undercroft = open()) {
      fill(rooms(undercroft));
      rooms(undercroft).createIndex(IndexDefinition.hash("by-author", "author"));
    }
    Files.writeString(temp.resolve("rooms/.undercroft/indexes.json"), "[{}]");
    StorageException e = catchThrowableOfType(StorageException.class, () -> open().close());
    assertThat(e).isNotNull();
    assertThat(e.getMessage()).contains("definitions of the indexes").contains("rooms");
  }

  @Test
  void whoOnlyReadsHasNoIndexes() {
    try (Undercroft undercroft = open()) {
      fill(rooms(undercroft));
    }
    try (Undercroft undercroft = open("access", "read-only")) {
      assertThat(undercroft.storage("rooms", DOCUMENT).supports(IndexedStorage.class)).isFalse();
    }
  }
}
