package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Deadlines: an expired entry is never seen again, even when nothing ran at its deadline. */
interface ExpiryContract extends Contract {
  @Test
  default void anExpiredEntryIsSeenByNoMethod() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    storage.set("stays", "one");
    for (int i = 0; i < 10; i++) {
      storage.set("going-" + i, "two", SetOptions.expiresIn(Duration.ofMinutes(1)));
    }
    assertThat(storage.size()).isEqualTo(11);
    subject().clock().advance(Duration.ofMinutes(1));
    assertThat(storage.get("going-0")).isEmpty();
    assertThat(storage.has("going-1")).isFalse();
    assertThat(storage.entry("going-2")).isEmpty();
    assertThat(storage.size()).isEqualTo(1);
    try (var keys = storage.keys();
        var some = storage.keys("going-");
        var values = storage.values();
        var entries = storage.entries()) {
      assertThat(keys).containsExactly("stays");
      assertThat(some).isEmpty();
      assertThat(values).containsExactly("one");
      assertThat(entries).extracting(Entry::key).containsExactly("stays");
    }
    assertThat(storage.getMany(List.of("going-3", "stays"))).containsOnlyKeys("stays");
    assertThat(storage.deleteMany(List.of("going-4", "going-5"))).isZero();
    assertThat(storage.delete("going-6")).isFalse();
    assertThat(storage.update("going-7", value -> value)).isEmpty();
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void onlyTheCountIsAskedAndItIsRight() {
    Storage<String> storage = subject().storage(String.class);
    for (int i = 1; i <= 20; i++) {
      storage.set("key-" + i, "value", SetOptions.expiresIn(Duration.ofSeconds(i)));
    }
    for (int i = 1; i <= 20; i++) {
      subject().clock().advance(Duration.ofSeconds(1));
      assertThat(storage.size()).isEqualTo(20 - i);
    }
  }

  @Test
  default void anEntryIsThereUntilTheMillisecondOfItsDeadline() {
    Storage<String> storage = subject().storage(String.class);
    Instant deadline = subject().clock().instant().plusMillis(1_234);
    assertThat(storage.set("a", "one", SetOptions.expiresAt(deadline)).expiresAt())
        .contains(deadline);
    subject().clock().set(deadline.minusMillis(1));
    assertThat(storage.entry("a").orElseThrow().expiresAt()).contains(deadline);
    subject().clock().set(deadline);
    assertThat(storage.has("a")).isFalse();
  }

  @Test
  default void expiresInCountsFromTheWriteByTheStoragesClock() {
    Storage<String> storage = subject().storage(String.class);
    subject().clock().advance(Duration.ofDays(3));
    Entry<String> entry = storage.set("a", "one", SetOptions.expiresIn(Duration.ofHours(1)));
    assertThat(entry.expiresAt()).contains(subject().clock().instant().plus(Duration.ofHours(1)));
  }

  @Test
  default void aDeadlineThatHasPassedIsRefused() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> before = storage.set("a", "one", SetOptions.none());
    Instant now = subject().clock().instant();
    for (Instant past : List.of(now, now.minusMillis(1), Instant.EPOCH, Instant.MIN)) {
      Expect.failure(
          ErrorCode.INVALID_VALUE, () -> storage.set("a", "two", SetOptions.expiresAt(past)));
    }
    assertThat(storage.entry("a")).contains(before);
  }

  @Test
  default void aDeadlineBeyondTheYear9999IsKept() {
    Storage<String> storage = subject().storage(String.class);
    for (String far : List.of("+10000-01-01T00:00:00Z", "+123456-07-08T09:10:11.121Z")) {
      Instant deadline = Instant.parse(far);
      storage.set("a", "one", SetOptions.expiresAt(deadline));
      assertThat(storage.entry("a").orElseThrow().expiresAt()).contains(deadline);
      assertThat(storage.size()).isEqualTo(1);
    }
    subject().clock().advance(Duration.ofDays(365 * 5_000));
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void aDeadlineWithoutEndIsRefusedOrKept() {
    Storage<String> storage = subject().storage(String.class);
    try {
      storage.set("a", "one", SetOptions.expiresAt(Instant.MAX));
    } catch (StorageException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_VALUE);
      assertThat(storage.has("a")).isFalse();
      return;
    }
    subject().clock().advance(Duration.ofDays(365 * 5_000));
    assertThat(storage.get("a")).contains("one");
  }

  @Test
  default void settingAgainClearsTheDeadline() {
    Storage<String> storage = subject().storage(String.class);
    storage.set("a", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    storage.set("a", "two");
    storage.set("b", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    storage.set("b", "two", SetOptions.metadata("who", "Alice"));
    storage.set("c", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    storage.batched().setMany(Map.of("c", "two"));
    subject().clock().advance(Duration.ofDays(1));
    assertThat(storage.get("a")).contains("two");
    assertThat(storage.get("b")).contains("two");
    assertThat(storage.get("c")).contains("two");
    assertThat(storage.size()).isEqualTo(3);
  }

  @Test
  default void anExpiredEntryIsAbsentForEveryCondition() {
    Storage<String> storage = subject().storage(String.class);
    SetOptions shortly = SetOptions.expiresIn(Duration.ofMinutes(1));
    Entry<String> a = storage.set("a", "one", shortly);
    Entry<String> b = storage.set("b", "one", shortly);
    storage.set("c", "one", shortly);
    Instant now = subject().clock().advance(Duration.ofMinutes(1));
    Expect.failure(
        ErrorCode.VERSION_CONFLICT,
        () -> storage.set("a", "two", SetOptions.ifVersion(a.version())));
    assertThat(storage.delete("b", b.version())).isFalse();
    Entry<String> fresh = storage.set("c", "two", SetOptions.ifAbsent());
    assertThat(fresh.createdAt()).isEqualTo(now);
    assertThat(storage.entry("c")).contains(fresh);
    assertThat(storage.update("a", value -> Optional.of(value.orElse("nothing"))))
        .contains("nothing");
    assertThat(storage.entry("a").orElseThrow().expiresAt()).isEmpty();
  }

  @Test
  default void whatExpiresWhileClosedIsNotSeenAfterReopening() {
    subject().needsPersistence();
    Storage<String> storage = subject().storage(String.class);
    storage.set("going", "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    storage.set("stays", "two", SetOptions.expiresIn(Duration.ofDays(1)));
    subject().undercroft().close();
    subject().clock().advance(Duration.ofMinutes(1));
    subject().reopen();
    Storage<String> again = subject().storage(String.class);
    assertThat(again.size()).isEqualTo(1);
    assertThat(again.get("going")).isEmpty();
    assertThat(again.get("stays")).contains("two");
  }

  @Test
  default void aStreamThatIsReadAcrossADeadlineEndsWithTheLiving() {
    Storage<String> storage = subject().storage(String.class);
    for (int i = 0; i < 10; i++) {
      storage.set("going-" + i, "one", SetOptions.expiresIn(Duration.ofMinutes(1)));
    }
    storage.set("stays", "two");
    try (var keys = storage.keys()) {
      subject().clock().advance(Duration.ofMinutes(1));
      assertThat(keys).containsExactly("stays");
    }
  }
}
