package io.undercroft.plugin.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One document of all entries, which a person may read, edit, damage and mend. */
class DocumentTest {
  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit sets it before each test
  Path temp;

  private final Given given = new Given();

  @AfterEach
  void close() {
    given.close();
  }

  private Path path() {
    return temp.resolve("rooms.json");
  }

  @Test
  void itIsOneObjectOfKeysAndValues() throws IOException {
    Given.Store store = given.open(path());
    store.put("b", "{\"seats\":12}");
    store.put("a", "[1]");
    assertThat(Files.readString(path()))
        .isEqualTo("{\n  \"b\": {\n    \"seats\": 12\n  },\n  \"a\": [1]\n}\n");
    store.close();
    Given.Store compact = given.open(path(), "pretty", "false");
    compact.put("c", "{\"x\":1}");
    assertThat(Files.readString(path())).endsWith(",\"c\":{\"x\":1}}\n");
  }

  @Test
  void whoLooksWhileTheDocumentIsFirstWrittenFindsItEmptyAndNotGone() throws Exception {
    FaultyFileSystem system = new FaultyFileSystem(FileSystems.getDefault());
    Given.Store store = given.open(system.wrap(path()));
    CountDownLatch looked = new CountDownLatch(1);
    CountDownLatch written = new CountDownLatch(1);
    system.forget(
        new FaultyFileSystem.Witness() {
          @Override
          public void renaming(String target) {}

          @Override
          public void listing() {}

          @Override
          public void looked(String name) {
            if (name.equals("rooms.json") && Thread.currentThread().getName().equals("reader")) {
              looked.countDown();
              try {
                assertThat(written.await(30, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
          }
        });
    CompletableFuture<Optional<String>> read = new CompletableFuture<>();
    Thread reader =
        new Thread(
            () -> {
              try {
                read.complete(store.get("a"));
              } catch (RuntimeException e) {
                read.completeExceptionally(e);
              }
            },
            "reader");
    reader.start();
    assertThat(looked.await(30, TimeUnit.SECONDS)).isTrue();
    store.put("a", "1");
    written.countDown();
    assertThat(read.get(30, TimeUnit.SECONDS)).isEmpty();
    assertThat(store.get("a")).contains("1");
  }

  @Test
  void anEditIsSeenAndOnlyWhatChangedHasANewVersion() throws IOException {
    Given.Store store = given.open(path());
    EntryMeta same = store.put("same", "{\"x\":1}");
    EntryMeta edited = store.put("edited", "1");
    Files.writeString(path(), "{\"same\":\n\n{ \"x\" : 1 }, \"edited\": 2, \"new\": 3}");
    assertThat(store.get("edited")).contains("2");
    assertThat(store.get("new")).contains("3");
    assertThat(store.keyValue().get("same").orElseThrow().meta()).isEqualTo(same);
    assertThat(store.keyValue().get("edited").orElseThrow().meta().version())
        .isNotEqualTo(edited.version());
    assertThat(store.keyValue().size()).isEqualTo(3);
  }

  @Test
  void damageIsNamedByLineAndColumnAndNothingIsLost() throws IOException {
    Given.Store store = given.open(path());
    store.put("a", "1");
    String damaged = "{\n  \"a\": 1,\n  \"b\": oops\n}\n";
    Files.writeString(path(), damaged);
    for (Runnable deed :
        new Runnable[] {() -> store.get("a"), () -> store.put("c", "1"), store::keys}) {
      StorageException e = catchThrowableOfType(StorageException.class, deed::run);
      assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED);
      assertThat(e).hasMessageContaining("rooms.json").hasMessageContaining("line 3, column 8");
    }
    assertThat(Files.readString(path())).isEqualTo(damaged);
    Files.writeString(path(), damaged.replace("oops", "2"));
    assertThat(store.get("b")).contains("2");
    store.put("c", "3");
    assertThat(store.keys()).containsExactly("a", "b", "c");
  }

  @Test
  void aKeyThatIsThereTwiceIsDamage() throws IOException {
    Files.writeString(path(), "{\"a\": 1,\n\"\\u0061\": 2}");
    StorageException e = catchThrowableOfType(StorageException.class, () -> given.open(path()));
    assertThat(e).hasMessageContaining("line 2, column 1").hasMessageContaining("twice");
  }

  @Test
  void otherContentTypesDescribeThemselves() throws IOException {
    Given.Store store = given.open(path());
    byte[] bytes = {0, 1, (byte) 0xff};
    store.put("a", NewEntry.of(bytes, "application/msgpack+gzip"));
    String alike = "{\"$contentType\":\"x\",\"$base64\":\"AAAA\"}";
    store.put("b", alike);
    assertThat(Files.readString(path())).contains("\"$base64\": \"AAH/\"");
    store.close();
    Given.Store again = given.open(path());
    assertThat(again.keyValue().get("a").orElseThrow().value()).isEqualTo(bytes);
    assertThat(again.keyValue().get("a").orElseThrow().meta().contentType())
        .isEqualTo("application/msgpack+gzip");
    assertThat(again.get("b")).contains(alike);
    assertThat(again.keyValue().get("b").orElseThrow().meta().contentType()).isEqualTo(Given.JSON);
  }

  @Test
  void whatAnEncodingLacksIsEscaped() throws IOException {
    for (Path place : new Path[] {path(), temp.resolve("folder")}) {
      Given.Store store = given.open(place, "encoding", "ISO-8859-1");
      store.put("a", "\"Köln €\"");
      Path file = place.equals(path()) ? place : place.resolve("a.json");
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("Köln");
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("\\u20ac");
      store.close();
      assertThat(given.open(place, "encoding", "ISO-8859-1").get("a").orElseThrow())
          .startsWith("\"Köln");
    }
  }

  @Test
  void manyWritersShareRewritesAndLoseNothing() throws Exception {
    Given.Store store = given.open(path());
    Thread[] writers = new Thread[8];
    for (int t = 0; t < writers.length; t++) {
      int number = t;
      writers[t] =
          new Thread(
              () -> {
                for (int i = 0; i < 50; i++) {
                  store.put("key-" + number + "-" + i, String.valueOf(i));
                }
              });
      writers[t].start();
    }
    for (Thread writer : writers) {
      writer.join();
    }
    store.close();
    assertThat(given.open(path()).keyValue().size()).isEqualTo(400);
  }
}
