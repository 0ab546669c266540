package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@link Limits}: what is declared works up to the last byte; the kit stops at 16 MiB. */
interface BackendLimitsContract extends Contract {
  /** The largest value that is tried, whatever the limit. */
  int LARGEST_TRIED = 16 << 20;

  /** The most metadata that is tried, whatever the limit. */
  int MOST_METADATA_TRIED = 256 << 10;

  @Test
  default void theLimitsAreTheSameEveryTime() {
    assertThat(subject().backend().limits()).isEqualTo(subject().backend().limits());
  }

  @Test
  default void aBinaryValueOfExactlyTheLimitComesBack() {
    KeyValue store = subject().keyValue();
    byte[] value = new byte[largest()];
    new Random(value.length).nextBytes(value);
    put(store, "a", NewEntry.of(value, Entries.BINARY));
    assertThat(read(store, "a").value()).isEqualTo(value);
    put(store, "a", "small");
    assertThat(text(store, "a")).contains("small");
  }

  @Test
  default void aDocumentOfExactlyTheLimitComesBack() {
    KeyValue store = subject().keyValue();
    String text = "ä".repeat((largest() - 2) / 2) + (largest() % 2 == 0 ? "" : "a");
    byte[] value = ("\"" + text + "\"").getBytes(StandardCharsets.UTF_8);
    assertThat(value).hasSize(largest());
    put(store, "a", NewEntry.of(value, Entries.JSON));
    assertThat(text(read(store, "a")).equals(text)).as("the document comes back equal").isTrue();
  }

  @Test
  default void metadataOfExactlyTheLimitComesBack() {
    KeyValue store = subject().keyValue();
    int left = Math.min(subject().backend().limits().metadataBytes(), MOST_METADATA_TRIED);
    put(store, "a", text("one", Map.of("n", "x".repeat(left - 1))));
    assertThat(read(store, "a").meta().metadata()).containsEntry("n", "x".repeat(left - 1));
    Map<String, String> many = new HashMap<>();
    for (int i = 0; left >= 20; i++) {
      String name = String.format("n%07d", i);
      String value = left < 40 ? "y".repeat(left - 8) : "y".repeat(12);
      many.put(name, value);
      left -= name.length() + value.length();
    }
    put(store, "a", text("one", many));
    assertThat(read(store, "a").meta().metadata()).isEqualTo(many);
  }

  @Test
  default void aBatchOfExactlyTheLimitIsDone() {
    Batch batch = subject().facet(Batch.class);
    int count = Math.min(subject().backend().limits().batchEntries(), subject().scaled(2_000, 2));
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      entries.put("key-" + i, text("value " + i));
    }
    assertThat(batch.putMany(entries)).hasSize(count);
    assertThat(subject().keyValue().size()).isEqualTo(count);
    assertThat(batch.getMany(entries.keySet())).hasSize(count);
    assertThat(batch.deleteMany(entries.keySet())).isEqualTo(count);
    assertThat(subject().keyValue().size()).isZero();
  }

  @Test
  default void aCommitOfExactlyTheLimitIsDone() {
    Commit commit = subject().facet(Commit.class);
    int count = Math.min(subject().backend().limits().commitEntries(), subject().scaled(2_000, 2));
    List<Check> checks = new ArrayList<>();
    List<Mutation> mutations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i % 2 == 0) {
        checks.add(new Check("absent-" + i, Precondition.ABSENT));
      } else {
        mutations.add(new Mutation.Put("key-" + i, text("value " + i)));
      }
    }
    CommitResult result = commit.commit(checks, mutations);
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    assertThat(((CommitResult.Committed) result).results()).hasSize(mutations.size());
    assertThat(subject().keyValue().size()).isEqualTo(mutations.size());
  }

  private int largest() {
    return (int) Math.min(subject().backend().limits().valueBytes(), LARGEST_TRIED);
  }
}
