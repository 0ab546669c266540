package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link Entry}: versions, times, metadata, and writes under a condition. */
interface EntryContract extends Contract {
  @Test
  default void anEntrySaysWhatIsKnownOfAValue() {
    Storage<String> storage = subject().storage(String.class);
    Instant now = subject().clock().instant();
    assertThat(storage.entry("a")).isEmpty();
    Entry<String> written = storage.set("a", "one", SetOptions.metadata("who", "Alice"));
    assertThat(storage.entry("a")).contains(written);
    assertThat(written.key()).isEqualTo("a");
    assertThat(written.value()).isEqualTo("one");
    assertThat(written.version()).isNotEmpty();
    assertThat(written.createdAt()).isEqualTo(now);
    assertThat(written.updatedAt()).isEqualTo(now);
    assertThat(written.expiresAt()).isEmpty();
    assertThat(written.metadata()).isEqualTo(Map.of("who", "Alice"));
    try (var entries = storage.entries()) {
      assertThat(entries).containsExactly(written);
    }
  }

  @Test
  default void aVersionChangesWithEveryWrite() {
    Storage<String> storage = subject().storage(String.class);
    Set<String> versions = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      storage.set("a", "same");
      assertThat(versions.add(version(storage))).as("set").isTrue();
      storage.set("a", "same");
      assertThat(versions.add(version(storage))).as("set of the same value").isTrue();
      assertThat(versions.add(storage.set("a", "same", SetOptions.none()).version())).isTrue();
      storage.batched().setMany(Map.of("a", "same"));
      assertThat(versions.add(version(storage))).as("setMany").isTrue();
      assertThat(storage.update("a", value -> value)).contains("same");
      assertThat(versions.add(version(storage))).as("update").isTrue();
      storage.delete("a");
      storage.set("a", "same");
      assertThat(versions.add(version(storage))).as("set after delete").isTrue();
      storage.clear();
      storage.set("a", "same");
      assertThat(versions.add(version(storage))).as("set after clear").isTrue();
      subject().clock().advance(Duration.ofMinutes(round == 1 ? -90 : 1));
    }
  }

  @Test
  default void creationIsKeptAndUpdatesNeverGoBack() {
    Storage<String> storage = subject().storage(String.class);
    Instant created = subject().clock().instant();
    storage.set("a", "one");
    Instant last = created;
    for (int minutes : new int[] {1, 1, 0, 5}) {
      last = subject().clock().advance(Duration.ofMinutes(minutes));
      storage.set("a", "again");
      Entry<String> entry = storage.entry("a").orElseThrow();
      assertThat(entry.createdAt()).isEqualTo(created);
      assertThat(entry.updatedAt()).isEqualTo(last);
    }
    storage.update("a", value -> Optional.of("updated"));
    assertThat(storage.entry("a").orElseThrow().createdAt()).isEqualTo(created);
    subject().clock().advance(Duration.ofDays(-1));
    storage.set("a", "in the past");
    Entry<String> entry = storage.entry("a").orElseThrow();
    assertThat(entry.createdAt()).isEqualTo(created);
    assertThat(entry.updatedAt()).isAfterOrEqualTo(entry.createdAt());
  }

  @Test
  default void aDeletedEntryComesIntoBeingAnew() {
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    storage.delete("a");
    Instant later = subject().clock().advance(Duration.ofMinutes(1));
    storage.set("a", "two");
    assertThat(storage.entry("a").orElseThrow().createdAt()).isEqualTo(later);
  }

  @Test
  default void ifAbsentWritesOnlyWhereNothingIs() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> first = storage.set("a", "one", SetOptions.ifAbsent());
    Expect.failure(
        ErrorCode.VERSION_CONFLICT, () -> storage.set("a", "two", SetOptions.ifAbsent()));
    assertThat(storage.entry("a")).contains(first);
    storage.delete("a");
    assertThat(storage.set("a", "three", SetOptions.ifAbsent()).value()).isEqualTo("three");
  }

  @Test
  default void ifVersionWritesOnlyOverThatVersion() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> first = storage.set("a", "one", SetOptions.none());
    Entry<String> second = storage.set("a", "two", SetOptions.ifVersion(first.version()));
    assertThat(storage.entry("a")).contains(second);
    for (String stale : List.of(first.version(), "never-was", "0")) {
      Expect.failure(
          ErrorCode.VERSION_CONFLICT, () -> storage.set("a", "x", SetOptions.ifVersion(stale)));
    }
    assertThat(storage.entry("a")).contains(second);
    storage.delete("a");
    Expect.failure(
        ErrorCode.VERSION_CONFLICT,
        () -> storage.set("a", "x", SetOptions.ifVersion(second.version())));
    assertThat(storage.has("a")).isFalse();
  }

  @Test
  default void aVersionThatNoBackendGivesIsAConflictLikeAnyOther() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> there = storage.set("a", "one", SetOptions.none());
    for (String odd : List.of("", " ", "\u00e4", "a b", "\0", "x".repeat(5_000), "\ud83d")) {
      Expect.failure(
          ErrorCode.VERSION_CONFLICT, () -> storage.set("a", "x", SetOptions.ifVersion(odd)));
      Expect.failure(ErrorCode.VERSION_CONFLICT, () -> storage.delete("a", odd));
    }
    assertThat(storage.entry("a")).contains(there);
  }

  @Test
  default void deleteOfAVersionRemovesOnlyThatVersion() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> first = storage.set("a", "one", SetOptions.none());
    Entry<String> second = storage.set("a", "two", SetOptions.none());
    Expect.failure(ErrorCode.VERSION_CONFLICT, () -> storage.delete("a", first.version()));
    assertThat(storage.entry("a")).contains(second);
    assertThat(storage.delete("a", second.version())).isTrue();
    assertThat(storage.has("a")).isFalse();
    assertThat(storage.delete("a", second.version())).isFalse();
    assertThat(storage.delete("never", "1")).isFalse();
  }

  @Test
  default void metadataComesBackAndIsReplacedAsAWhole() {
    Storage<String> storage = subject().storage(String.class);
    Map<String, String> metadata = new HashMap<>();
    metadata.put("who", "Zoë \ud83d\ude00");
    metadata.put("WHO", "line\nbreak");
    metadata.put("a.b c/d", "");
    metadata.put("\u540d", "\"quoted\" %41 = &");
    storage.set("a", "one", SetOptions.none().andMetadata(metadata));
    assertThat(storage.entry("a").orElseThrow().metadata()).isEqualTo(metadata);
    storage.set("a", "two", SetOptions.metadata("only", "this"));
    assertThat(storage.entry("a").orElseThrow().metadata()).isEqualTo(Map.of("only", "this"));
    storage.set("a", "three");
    assertThat(storage.entry("a").orElseThrow().metadata()).isEmpty();
  }

  @Test
  default void updateChangesWhatIsThereAndKeepsTheRest() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> before =
        storage.set(
            "a", "one", SetOptions.metadata("who", "Alice").andExpiresIn(Duration.ofDays(1)));
    subject().clock().advance(Duration.ofMinutes(1));
    assertThat(storage.update("a", value -> value.map(text -> text + " more")))
        .contains("one more");
    Entry<String> after = storage.entry("a").orElseThrow();
    assertThat(after.value()).isEqualTo("one more");
    assertThat(after.createdAt()).isEqualTo(before.createdAt());
    assertThat(after.metadata()).isEqualTo(before.metadata());
    assertThat(after.expiresAt()).isEqualTo(before.expiresAt());
    assertThat(after.version()).isNotEqualTo(before.version());
  }

  @Test
  default void updateWritesWhereNothingIsAndRemovesWhatBecomesNothing() {
    Storage<String> storage = subject().storage(String.class);
    assertThat(
            storage.update(
                "a",
                value -> {
                  assertThat(value).isEmpty();
                  return Optional.of("new");
                }))
        .contains("new");
    assertThat(storage.get("a")).contains("new");
    assertThat(storage.update("a", value -> Optional.empty())).isEmpty();
    assertThat(storage.has("a")).isFalse();
    assertThat(storage.update("a", value -> Optional.empty())).isEmpty();
    assertThat(storage.size()).isZero();
  }

  @Test
  default void whatAnUpdateThrowsComesOutAndNothingIsChanged() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> before = storage.set("a", "one", SetOptions.none());
    IllegalStateException own = new IllegalStateException("own reasons");
    assertThatThrownBy(
            () ->
                storage.update(
                    "a",
                    value -> {
                      throw own;
                    }))
        .isSameAs(own);
    assertThat(storage.entry("a")).contains(before);
  }

  @Test
  default void anUpdateThatSomebodyOvertakesIsTriedAgainOnTheNewValue() {
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one");
    int[] tries = new int[1];
    Optional<String> result =
        storage.update(
            "a",
            value -> {
              if (tries[0]++ < 3) {
                storage.set("a", "overtaken " + tries[0]);
              }
              return value.map(text -> text + "!");
            });
    assertThat(tries[0]).isEqualTo(4);
    assertThat(result).contains("overtaken 3!");
    assertThat(storage.get("a")).contains("overtaken 3!");
  }

  @Test
  default void entriesAreThereAfterReopening() {
    subject().needsPersistence();
    Storage<String> storage = subject().storage(String.class);
    Map<String, Entry<String>> expected = new HashMap<>();
    for (int i = 0; i < 20; i++) {
      subject().clock().advance(Duration.ofMillis(11));
      SetOptions how = SetOptions.metadata("number", String.valueOf(i));
      expected.put("key-" + i, storage.set("key-" + i, "first", how));
      subject().clock().advance(Duration.ofMillis(11));
      if (i % 3 == 0) {
        how = SetOptions.expiresIn(Duration.ofDays(i + 1));
        expected.put("key-" + i, storage.set("key-" + i, "value " + i, how));
      }
    }
    storage.set("deleted", "one");
    storage.delete("deleted");
    subject().reopen();
    Storage<String> again = subject().storage(String.class);
    assertThat(again.size()).isEqualTo(20);
    expected.forEach((key, entry) -> assertThat(again.entry(key)).contains(entry));
    try (var entries = again.entries()) {
      assertThat(entries).containsExactlyInAnyOrderElementsOf(expected.values());
    }
    Entry<String> kept = Objects.requireNonNull(expected.get("key-1"), "what was written");
    assertThat(again.set("key-1", "next", SetOptions.ifVersion(kept.version())).version())
        .isNotEqualTo(kept.version());
  }

  private static String version(Storage<String> storage) {
    return storage.entry("a").orElseThrow().version();
  }
}
