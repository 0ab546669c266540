package io.undercroft.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Field;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The values that go between runtime and plugin. */
class EntriesOfTheSpiTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  private static EntryMeta meta(Optional<Instant> expires) {
    return new EntryMeta("v1", NOON, NOON, expires, "application/json", Map.of());
  }

  @Test
  void anEntryIsExpiredAtItsDeadlineAndNotBefore() {
    EntryMeta meta = meta(Optional.of(NOON));
    assertThat(meta.isExpired(NOON.minusMillis(1))).isFalse();
    assertThat(meta.isExpired(NOON)).isTrue();
    assertThat(meta.isExpired(Instant.MAX)).isTrue();
    assertThat(meta(Optional.empty()).isExpired(Instant.MAX)).isFalse();
  }

  @Test
  void metadataIsCopiedAndCannotBeChanged() {
    Map<String, String> metadata = new HashMap<>(Map.of("who", "Alice"));
    NewEntry entry = new NewEntry(new byte[0], "text/plain", Optional.empty(), metadata);
    EntryMeta meta = new EntryMeta("v1", NOON, NOON, Optional.empty(), "text/plain", metadata);
    metadata.put("who", "Mallory");
    assertThat(entry.metadata()).isEqualTo(Map.of("who", "Alice"));
    assertThat(meta.metadata()).isEqualTo(Map.of("who", "Alice"));
    assertThatThrownBy(() -> entry.metadata().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> meta.metadata().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aStoredEntryNeverShowsItsContent() {
    byte[] value = "hunter2".getBytes(StandardCharsets.UTF_8);
    StoredEntry entry = new StoredEntry(value, meta(Optional.empty()));
    assertThat(entry).hasToString("StoredEntry[7 bytes, v1]");
    assertThat(entry.value()).isSameAs(value);
    assertThat(new KeyedEntry("a", entry).toString()).doesNotContain("hunter2");
    assertThat(new Mutation.Put("a", NewEntry.of(value, "text/plain")).toString())
        .doesNotContain("hunter2");
  }

  @Test
  void aNewEntryOfBytesHasNothingElse() {
    NewEntry entry = NewEntry.of(new byte[] {1}, "application/json");
    assertThat(entry.value()).containsExactly(1);
    assertThat(entry.contentType()).isEqualTo("application/json");
    assertThat(entry.expires()).isEmpty();
    assertThat(entry.metadata()).isEmpty();
  }

  @Test
  void limitsThatAreTooSmallAreRefused() {
    assertThat(Limits.DEFAULT.valueBytes()).isEqualTo(64L << 20);
    assertThat(new Limits(1 << 20, 1 << 10, 1, 1).batchEntries()).isEqualTo(1);
    for (Runnable tooSmall :
        List.<Runnable>of(
            () -> new Limits((1 << 20) - 1, 1 << 10, 1, 1),
            () -> new Limits(1 << 20, (1 << 10) - 1, 1, 1),
            () -> new Limits(1 << 20, 1 << 10, 0, 1),
            () -> new Limits(1 << 20, 1 << 10, 1, 0))) {
      assertThatIllegalArgumentException()
          .isThrownBy(tooSmall::run)
          .withMessageContaining("limits are too small");
    }
  }

  @Test
  void preconditionsAreEqualWhenTheyAskTheSame() {
    assertThat(Precondition.version("v1")).isEqualTo(Precondition.version("v1"));
    assertThat(Precondition.version("v1")).isNotEqualTo(Precondition.version("v2"));
    assertThat(Precondition.NONE).isEqualTo(new Precondition.None());
    assertThat(Precondition.ABSENT).isEqualTo(new Precondition.Absent());
  }

  @Test
  void theResultsOfACommitAreCopied() {
    List<CommitResult.Applied> applied =
        new ArrayList<>(List.of(new CommitResult.Applied(Optional.empty(), true)));
    CommitResult.Committed committed = new CommitResult.Committed(applied);
    applied.clear();
    assertThat(committed.results()).hasSize(1);
  }

  @Test
  void anAnswerIsLimitedOnlyWhenItIsOrderedAndComplete() {
    Condition rest = Field.field("a").eq(1);
    Cursor<Queries.Found> none =
        new Cursor<>() {
          @Override
          public List<Queries.Found> next() {
            return List.of();
          }

          @Override
          public void close() {}
        };
    assertThat(new Queries.Answer(none, Optional.empty(), true, true).limited()).isTrue();
    assertThat(new Queries.Answer(none, Optional.of(rest), true, false).limited()).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Queries.Answer(none, Optional.of(rest), true, true));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Queries.Answer(none, Optional.empty(), false, true));
  }

  @Test
  void aSecretIsNeverShown() {
    Secret secret = new Secret("hunter2");
    assertThat(secret).hasToString("***");
    assertThat(String.valueOf(List.of(secret))).doesNotContain("hunter2");
    assertThat(secret.reveal()).isEqualTo("hunter2");
  }
}
