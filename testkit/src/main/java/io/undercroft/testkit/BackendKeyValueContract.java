package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link KeyValue}: single entries, their bytes, versions, times and preconditions. */
interface BackendKeyValueContract extends Contract {
  @Test
  default void anEmptyBackendHoldsNothing() {
    KeyValue store = subject().keyValue();
    assertThat(store.get("a")).isEmpty();
    assertThat(store.has("a")).isFalse();
    assertThat(store.size()).isZero();
    assertThat(Entries.keys(store)).isEmpty();
    assertThat(Entries.scan(store, "", 10)).isEmpty();
    assertThat(store.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    store.clear();
    assertThat(store.size()).isZero();
  }

  @Test
  default void aPutEntryIsThereForEveryMethod() {
    KeyValue store = subject().keyValue();
    PutResult result = store.put("a", text("one"), Precondition.NONE);
    assertThat(result).isInstanceOf(PutResult.Written.class);
    assertThat(((PutResult.Written) result).created()).as("created").isTrue();
    assertThat(text(store, "a")).contains("one");
    assertThat(store.has("a")).isTrue();
    assertThat(store.size()).isEqualTo(1);
    assertThat(Entries.keys(store)).containsExactly("a");
    assertThat(Entries.scan(store, "", 10))
        .singleElement()
        .satisfies(
            found -> {
              assertThat(found.key()).isEqualTo("a");
              assertThat(text(found.entry())).isEqualTo("one");
              assertThat(found.entry().meta()).isEqualTo(read(store, "a").meta());
            });
  }

  @Test
  default void putReturnsTheMetaThatIsReadAfterwards() {
    KeyValue store = subject().keyValue();
    Instant deadline = subject().clock().instant().plus(Duration.ofDays(1));
    NewEntry entry =
        new NewEntry(bytes("{}"), Entries.JSON, Optional.of(deadline), Map.of("who", "Alice"));
    EntryMeta written = put(store, "a", entry);
    assertThat(read(store, "a").meta()).isEqualTo(written);
    assertThat(written.contentType()).isEqualTo(Entries.JSON);
    assertThat(written.expires()).contains(deadline);
    assertThat(written.metadata()).isEqualTo(Map.of("who", "Alice"));
  }

  @Test
  default void whatLiesInMemoryIsFoundAsGetFindsIt() {
    KeyValue store = subject().keyValue();
    Optional<HeldEntries> held = store.held();
    Assumptions.assumeTrue(held.isPresent(), "nothing says that it lies in memory");
    HeldEntries near = held.get();
    put(store, "a", "one");
    for (String text : List.of("two", "three")) {
      put(store, "a", text);
      store.get("a");
      assertThat(near.find("a"))
          .isNotNull()
          .satisfies(found -> assertThat(text(found)).isEqualTo(text));
    }
    for (String other : List.of("b", "", "\0", "\uD800", "k".repeat(5_000))) {
      assertThat(near.find(other)).as(other).isNull();
    }
    store.delete("a", Precondition.NONE);
    assertThat(near.find("a")).isNull();
    put(store, "a", "four");
    store.get("a");
    store.clear();
    assertThat(near.find("a")).isNull();
    if (subject().offers(Expiry.class)) {
      Instant deadline = subject().clock().instant().plusMillis(1);
      put(store, "a", text("five", deadline));
      store.get("a");
      assertThat(near.find("a")).isNotNull();
      subject().clock().set(deadline);
      assertThat(near.find("a")).isNull();
    }
    put(store, "a", "six");
    store.get("a");
    subject().backend().close();
    assertThat(near.find("a")).isNull();
  }

  @Test
  default void anOverwrittenEntryHasTheNewBytesOnly() {
    KeyValue store = subject().keyValue();
    put(store, "a", "a long text that was there before");
    PutResult result = store.put("a", text("new"), Precondition.NONE);
    assertThat(((PutResult.Written) result).created()).as("created").isFalse();
    assertThat(text(store, "a")).contains("new");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  default void aDeletedEntryIsGoneForEveryMethod() {
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    put(store, "b", "two");
    assertThat(store.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.DELETED);
    assertThat(store.get("a")).isEmpty();
    assertThat(store.has("a")).isFalse();
    assertThat(store.size()).isEqualTo(1);
    assertThat(Entries.keys(store)).containsExactly("b");
    assertThat(store.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    assertThat(text(store, "b")).contains("two");
  }

  @Test
  default void clearRemovesEverything() {
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 25; i++) {
      put(store, "key-" + i, "value " + i);
    }
    assertThat(store.size()).isEqualTo(25);
    store.clear();
    assertThat(store.size()).isZero();
    assertThat(Entries.keys(store)).isEmpty();
    assertThat(store.get("key-3")).isEmpty();
    put(store, "key-3", "again");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  default void everyByteComesBack() {
    KeyValue store = subject().keyValue();
    byte[] all = new byte[512];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    put(store, "a", NewEntry.of(all, Entries.BINARY));
    assertThat(read(store, "a").value()).isEqualTo(all);
    assertThat(read(store, "a").meta().contentType()).isEqualTo(Entries.BINARY);
  }

  @Test
  default void binaryValuesOfAnyLengthComeBackByteForByte() {
    KeyValue store = subject().keyValue();
    Seed.run(
        random -> {
          for (int length : new int[] {0, 1, 2, 3, 255, 256, 4_095, 4_096, 65_537, 1 << 20}) {
            byte[] value = new byte[length];
            random.nextBytes(value);
            put(store, "length-" + length, NewEntry.of(value, Entries.BINARY));
            assertThat(read(store, "length-" + length).value()).isEqualTo(value);
          }
        });
  }

  @Test
  default void bytesThatLookLikeTextComeBackAsTheyAre() {
    KeyValue store = subject().keyValue();
    for (String text :
        List.of("plain", "{\"a\": 1 }", " {} ", "\r\n", "null", "a\u0308", "\ufeffx", "\0")) {
      put(store, "a", NewEntry.of(bytes(text), "text/plain; charset=UTF-8"));
      assertThat(read(store, "a").value()).isEqualTo(bytes(text));
      assertThat(read(store, "a").meta().contentType()).isEqualTo("text/plain; charset=UTF-8");
    }
  }

  @Test
  default void everyDocumentComesBackEqual() {
    KeyValue store = subject().keyValue();
    Seed.run(
        random -> {
          List<String> documents = CorpusOfDocuments.json(random.nextLong(), subject().scaled(200));
          for (int i = 0; i < documents.size(); i++) {
            put(store, "film-" + i, NewEntry.of(bytes(documents.get(i)), Entries.JSON));
          }
          for (int i = 0; i < documents.size(); i++) {
            assertThat(Json.read(read(store, "film-" + i).value()))
                .isEqualTo(Json.read(documents.get(i)));
          }
        });
  }

  @Test
  default void metadataComesBackTextForText() {
    KeyValue store = subject().keyValue();
    Map<String, String> metadata =
        Map.of(
            "who", "Zoë \ud83d\ude00",
            "who knows", "",
            "WHO", "a\u0308",
            "a.b/c", "line\nbreak \"and\" \\",
            "\u540d", "%20 = & ?",
            "long", "x".repeat(500));
    put(store, "a", text("one", metadata));
    assertThat(read(store, "a").meta().metadata()).isEqualTo(metadata);
    put(store, "a", text("one", Map.of("who", "Bob")));
    assertThat(read(store, "a").meta().metadata()).isEqualTo(Map.of("who", "Bob"));
  }

  @Test
  default void whatTheNewEntryDoesNotCarryIsGone() {
    KeyValue store = subject().keyValue();
    Instant deadline = subject().clock().instant().plus(Duration.ofDays(1));
    put(
        store,
        "a",
        new NewEntry(bytes("1"), Entries.JSON, Optional.of(deadline), Map.of("who", "Alice")));
    put(store, "a", NewEntry.of(new byte[] {1}, Entries.BINARY));
    EntryMeta meta = read(store, "a").meta();
    assertThat(meta.expires()).isEmpty();
    assertThat(meta.metadata()).isEmpty();
    assertThat(meta.contentType()).isEqualTo(Entries.BINARY);
  }

  @Test
  default void timesComeFromTheClockAndTheCreationIsKept() {
    KeyValue store = subject().keyValue();
    Instant first = subject().clock().instant();
    EntryMeta created = put(store, "a", "one");
    assertThat(created.created()).isEqualTo(first);
    assertThat(created.updated()).isEqualTo(first);
    Instant second = subject().clock().advance(Duration.ofMinutes(3));
    put(store, "a", "two");
    assertThat(read(store, "a").meta().created()).isEqualTo(first);
    assertThat(read(store, "a").meta().updated()).isEqualTo(second);
    store.delete("a", Precondition.NONE);
    Instant third = subject().clock().advance(Duration.ofMinutes(3));
    put(store, "a", "three");
    assertThat(read(store, "a").meta().created()).isEqualTo(third);
    assertThat(read(store, "a").meta().updated()).isEqualTo(third);
  }

  @Test
  default void aClockThatGoesBackNeverPutsTheUpdateBeforeTheCreation() {
    KeyValue store = subject().keyValue();
    EntryMeta before = put(store, "a", "one");
    subject().clock().advance(Duration.ofHours(-1));
    EntryMeta after = put(store, "a", "two");
    assertThat(after.created()).isEqualTo(before.created());
    assertThat(after.updated()).isAfterOrEqualTo(after.created());
    assertThat(after.version()).isNotEqualTo(before.version());
  }

  @Test
  default void aVersionIsShortPrintableText() {
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 20; i++) {
      assertThat(put(store, "a", "value " + i).version()).matches("[!-~]{1,128}");
    }
  }

  @Test
  default void noTwoWritesOfAKeyHaveTheSameVersion() {
    KeyValue store = subject().keyValue();
    Set<String> versions = new HashSet<>();
    for (int round = 0; round < 5; round++) {
      assertThat(versions.add(put(store, "a", "same").version())).as("the first write").isTrue();
      assertThat(versions.add(put(store, "a", "same").version())).as("the same value").isTrue();
      assertThat(versions.add(put(store, "a", "other").version())).as("another value").isTrue();
      store.delete("a", Precondition.NONE);
      assertThat(versions.add(put(store, "a", "same").version())).as("after a delete").isTrue();
      store.clear();
      assertThat(versions.add(put(store, "a", "same").version())).as("after clear").isTrue();
      store.delete("a", Precondition.NONE);
      subject().clock().advance(Duration.ofHours(round == 2 ? -5 : 1));
    }
  }

  @Test
  default void readingDoesNotChangeAVersion() {
    KeyValue store = subject().keyValue();
    EntryMeta written = put(store, "a", "one");
    put(store, "b", "two");
    assertThat(store.has("a")).isTrue();
    assertThat(Entries.scan(store, "", 10)).hasSize(2);
    assertThat(store.delete("b", Precondition.NONE)).isEqualTo(DeleteResult.DELETED);
    assertThat(read(store, "a").meta()).isEqualTo(written);
  }

  @Test
  default void aPutForAnAbsentKeyIsRefusedWhenTheKeyIsThere() {
    KeyValue store = subject().keyValue();
    PutResult first = store.put("a", text("one"), Precondition.ABSENT);
    assertThat(first).isInstanceOf(PutResult.Written.class);
    EntryMeta there = ((PutResult.Written) first).meta();
    PutResult second = store.put("a", text("two"), Precondition.ABSENT);
    assertThat(second).isEqualTo(new PutResult.Conflict(Optional.of(there.version())));
    assertUnchanged(store, "a", "one", there);
  }

  @Test
  default void aPutForAVersionIsRefusedWhenThereIsAnother() {
    KeyValue store = subject().keyValue();
    EntryMeta first = put(store, "a", "one");
    PutResult second = store.put("a", text("two"), Precondition.version(first.version()));
    assertThat(second).isInstanceOf(PutResult.Written.class);
    assertThat(((PutResult.Written) second).created()).isFalse();
    EntryMeta there = ((PutResult.Written) second).meta();
    PutResult third = store.put("a", text("three"), Precondition.version(first.version()));
    assertThat(third).isEqualTo(new PutResult.Conflict(Optional.of(there.version())));
    assertUnchanged(store, "a", "two", there);
    for (String never : List.of("0", "never-written", "~", "x".repeat(128))) {
      assertThat(store.put("a", text("four"), Precondition.version(never)))
          .isEqualTo(new PutResult.Conflict(Optional.of(there.version())));
    }
    assertUnchanged(store, "a", "two", there);
  }

  @Test
  default void aPutForAVersionIsRefusedWhenThereIsNoEntry() {
    KeyValue store = subject().keyValue();
    assertThat(store.put("a", text("one"), Precondition.version("1")))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    assertThat(store.has("a")).isFalse();
    EntryMeta gone = put(store, "a", "one");
    store.delete("a", Precondition.NONE);
    assertThat(store.put("a", text("two"), Precondition.version(gone.version())))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    assertThat(store.size()).isZero();
  }

  @Test
  default void aDeleteForAVersionRemovesThatVersionOnly() {
    KeyValue store = subject().keyValue();
    EntryMeta first = put(store, "a", "one");
    EntryMeta second = put(store, "a", "two");
    assertThat(store.delete("a", Precondition.version(first.version())))
        .isEqualTo(DeleteResult.CONFLICT);
    assertUnchanged(store, "a", "two", second);
    assertThat(store.delete("a", Precondition.version(second.version())))
        .isEqualTo(DeleteResult.DELETED);
    assertThat(store.has("a")).isFalse();
    assertThat(store.delete("a", Precondition.version(second.version())))
        .isEqualTo(DeleteResult.CONFLICT);
  }

  @Test
  default void aDeleteForAnAbsentKeyNeverRemoves() {
    KeyValue store = subject().keyValue();
    assertThat(store.delete("a", Precondition.ABSENT)).isEqualTo(DeleteResult.ABSENT);
    EntryMeta there = put(store, "a", "one");
    assertThat(store.delete("a", Precondition.ABSENT)).isEqualTo(DeleteResult.CONFLICT);
    assertUnchanged(store, "a", "one", there);
  }

  @Test
  default void aVersionOfOneKeySaysNothingAboutAnother() {
    KeyValue store = subject().keyValue();
    EntryMeta a = put(store, "a", "one");
    EntryMeta b = put(store, "b", "one");
    put(store, "b", "two");
    assertThat(store.put("b", text("three"), Precondition.version(b.version())))
        .isInstanceOf(PutResult.Conflict.class);
    assertThat(store.put("a", text("two"), Precondition.version(a.version())))
        .isInstanceOf(PutResult.Written.class);
  }

  private static void assertUnchanged(KeyValue store, String key, String text, EntryMeta meta) {
    StoredEntry entry = read(store, key);
    assertThat(text(entry)).isEqualTo(text);
    assertThat(entry.meta()).isEqualTo(meta);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
