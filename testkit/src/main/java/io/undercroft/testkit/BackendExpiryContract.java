package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link Expiry}, and what is asked of deadlines of a backend without it. */
interface BackendExpiryContract extends Contract {
  @Test
  default void aDeadlineIsKeptToTheMillisecond() {
    KeyValue store = subject().keyValue();
    Instant now = subject().clock().instant();
    for (Instant deadline :
        List.of(
            now.plusMillis(1),
            now.plusMillis(1_001),
            now.plus(Duration.ofDays(36_500)).plusMillis(999),
            Instant.parse("9999-12-31T23:59:59.999Z"),
            Instant.parse("+10000-01-01T00:00:00Z"),
            Instant.parse("+123456-07-08T09:10:11.121Z"))) {
      assertThat(put(store, "a", text("one", deadline)).expires()).contains(deadline);
      assertThat(read(store, "a").meta().expires()).contains(deadline);
      assertThat(Entries.scan(store, "", 10).get(0).entry().meta().expires()).contains(deadline);
    }
  }

  @Test
  default void aDeadlineIsThereAfterReopening() {
    subject().needsPersistence();
    Instant far = Instant.parse("+12000-01-02T03:04:05.678Z");
    Instant near = subject().clock().instant().plus(Duration.ofMinutes(1));
    put(subject().keyValue(), "far", text("one", far));
    put(subject().keyValue(), "near", text("one", near));
    subject().reopenBackend();
    assertThat(read(subject().keyValue(), "far").meta().expires()).contains(far);
    assertThat(read(subject().keyValue(), "near").meta().expires()).contains(near);
  }

  @Test
  default void anExpiredEntryIsStillHandedOutByABackendThatOnlyKeepsDeadlines() {
    Assumptions.assumeFalse(subject().offers(Expiry.class), "the backend hides expired entries");
    KeyValue store = subject().keyValue();
    Instant deadline = expiring(store, "a");
    subject().clock().set(deadline);
    assertThat(read(store, "a").meta().expires()).contains(deadline);
    assertThat(store.size()).isEqualTo(1);
    assertThat(Entries.keys(store)).containsExactly("a");
  }

  @Test
  default void anEntryLivesUntilItsDeadlineAndNotAtIt() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    Instant deadline = expiring(store, "a");
    subject().clock().set(deadline.minusMillis(1));
    assertThat(text(store, "a")).contains("expiring");
    subject().clock().set(deadline);
    assertThat(store.get("a")).isEmpty();
  }

  @Test
  default void anExpiredEntryIsNotSeenByGetOrHas() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    expire(store, "a");
    assertThat(store.get("a")).isEmpty();
    assertThat(store.has("a")).isFalse();
  }

  @Test
  default void anExpiredEntryIsNotCounted() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    put(store, "stays", "one");
    expire(store, "a");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  default void anExpiredEntryIsNotListed() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 10; i++) {
      put(store, "stays-" + i, "one");
    }
    List<Instant> deadlines = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      deadlines.add(expiring(store, "key-" + i));
    }
    subject().clock().set(deadlines.get(29));
    for (int pageSize : new int[] {1, 3, 1_000}) {
      assertThat(Entries.keys(store, "", pageSize)).hasSize(10).allMatch(k -> k.startsWith("stay"));
      assertThat(Entries.scan(store, "", pageSize)).hasSize(10);
      assertThat(Entries.keys(store, "key-", pageSize)).isEmpty();
    }
  }

  @Test
  default void anEntryThatExpiresDuringAScanIsNotHandedOutAnyMore() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    Instant deadline = subject().clock().instant();
    for (int i = 0; i < 20; i++) {
      deadline = expiring(store, "key-" + i);
    }
    int first;
    List<String> after;
    try (Cursor<String> cursor = store.keys("", 5)) {
      first = cursor.next().size();
      subject().clock().set(deadline);
      after = Entries.drain(cursor, 5);
    }
    assertThat(first).isBetween(1, 5);
    assertThat(after).isEmpty();
  }

  @Test
  default void anExpiredEntryIsAbsentForEveryPrecondition() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    EntryMeta expired = expire(store, "a");
    assertThat(store.put("a", text("x"), Precondition.version(expired.version())))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    assertThat(store.delete("a", Precondition.version(expired.version())))
        .isEqualTo(DeleteResult.CONFLICT);
    assertThat(store.delete("a", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    expire(store, "b");
    assertThat(store.delete("b", Precondition.ABSENT)).isEqualTo(DeleteResult.ABSENT);
    EntryMeta before = expire(store, "c");
    PutResult result = store.put("c", text("new"), Precondition.ABSENT);
    assertThat(result).isInstanceOf(PutResult.Written.class);
    PutResult.Written written = (PutResult.Written) result;
    assertThat(written.created()).isTrue();
    assertThat(written.meta().version()).isNotEqualTo(before.version());
  }

  @Test
  default void whatIsWrittenOverAnExpiredEntryIsANewOne() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    EntryMeta before = expire(store, "a");
    Instant now = subject().clock().advance(Duration.ofSeconds(1));
    PutResult result = store.put("a", text("new"), Precondition.NONE);
    assertThat(((PutResult.Written) result).created()).isTrue();
    EntryMeta after = read(store, "a").meta();
    assertThat(after.created()).isEqualTo(now);
    assertThat(after.version()).isNotEqualTo(before.version());
    assertThat(after.expires()).isEmpty();
    subject().clock().advance(Duration.ofDays(10_000));
    assertThat(text(store, "a")).contains("new");
  }

  @Test
  default void aWriteWithoutADeadlineClearsTheFormerOne() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    Instant deadline = expiring(store, "a");
    put(store, "a", "stays");
    subject().clock().set(deadline.plus(Duration.ofDays(1)));
    assertThat(text(store, "a")).contains("stays");
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  default void aWriteMovesTheDeadline() {
    subject().needs(Expiry.class);
    KeyValue store = subject().keyValue();
    Instant first = expiring(store, "a");
    Instant second = first.plus(Duration.ofMinutes(1));
    put(store, "a", text("again", second));
    subject().clock().set(first);
    assertThat(text(store, "a")).contains("again");
    subject().clock().set(second);
    assertThat(store.has("a")).isFalse();
    assertThat(store.size()).isZero();
  }

  @Test
  default void anExpiredEntryIsNotSeenByABatch() {
    subject().needs(Expiry.class);
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    put(store, "stays", "one");
    expire(store, "a");
    expire(store, "b");
    assertThat(batch.getMany(List.of("a", "stays"))).containsOnlyKeys("stays");
    assertThat(batch.deleteMany(List.of("b", "stays"))).isEqualTo(1);
    Instant now = subject().clock().instant();
    EntryMeta fresh =
        Objects.requireNonNull(batch.putMany(Map.of("a", text("new"))).get("a"), "meta of a");
    assertThat(fresh.created()).isEqualTo(now);
  }

  @Test
  default void anExpiredEntryIsNotSeenByACommit() {
    subject().needs(Expiry.class);
    Commit commit = subject().facet(Commit.class);
    KeyValue store = subject().keyValue();
    EntryMeta expired = expire(store, "a");
    assertThat(
            commit.commit(
                List.of(new Check("a", Precondition.version(expired.version()))), List.of()))
        .isEqualTo(new CommitResult.Conflict("a", Optional.empty()));
    expire(store, "b");
    CommitResult result =
        commit.commit(
            List.of(new Check("a", Precondition.ABSENT)),
            List.of(new Mutation.Put("a", text("new")), new Mutation.Remove("b")));
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    assertThat(((CommitResult.Committed) result).results())
        .extracting(CommitResult.Applied::existed)
        .containsExactly(false, false);
    assertThat(read(store, "a").meta().created()).isEqualTo(subject().clock().instant());
  }

  @Test
  default void whatExpiredWhileClosedIsNotSeenAfterReopening() {
    subject().needs(Expiry.class);
    subject().needsPersistence();
    put(subject().keyValue(), "stays", "one");
    Instant deadline = expiring(subject().keyValue(), "a");
    subject().backend().close();
    subject().clock().set(deadline);
    subject().reopenBackend();
    KeyValue store = subject().keyValue();
    assertThat(store.has("a")).isFalse();
    assertThat(store.size()).isEqualTo(1);
    assertThat(Entries.keys(store)).containsExactly("stays");
  }

  /** Writes an entry that will expire, and returns when. */
  private Instant expiring(KeyValue store, String key) {
    Instant deadline = subject().clock().instant().plus(Duration.ofMinutes(5));
    put(store, key, text("expiring", deadline));
    return deadline;
  }

  /** Writes an entry and moves the clock to its deadline. */
  private EntryMeta expire(KeyValue store, String key) {
    Instant deadline = expiring(store, key);
    EntryMeta meta = read(store, key).meta();
    subject().clock().set(deadline);
    return meta;
  }
}
