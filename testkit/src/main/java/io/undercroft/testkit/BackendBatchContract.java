package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@link Batch}: the same as one by one, in fewer calls. */
interface BackendBatchContract extends Contract {
  @Test
  default void aBatchReadsWhatWasPutOneByOne() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    put(store, "a", text("one", Map.of("who", "Alice")));
    put(store, "b", NewEntry.of(new byte[] {1, 0, -1}, Entries.BINARY));
    Map<String, StoredEntry> found = batch.getMany(List.of("a", "nothing", "b"));
    assertThat(found).containsOnlyKeys("a", "b");
    for (Map.Entry<String, StoredEntry> entry : found.entrySet()) {
      StoredEntry single = read(store, entry.getKey());
      assertThat(entry.getValue().value()).isEqualTo(single.value());
      assertThat(entry.getValue().meta()).isEqualTo(single.meta());
    }
  }

  /** The same entries one after the other; who takes them may throw, and nothing breaks. */
  @Test
  default void aBatchHandsOnWhatItReads() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    List<String> keys = IntStream.range(0, 1_000).mapToObj(i -> "key " + i).toList();
    for (int i = 0; i < keys.size(); i += 2) {
      put(store, keys.get(i), text("value " + i));
    }
    Map<String, StoredEntry> each = new LinkedHashMap<>();
    batch.getEach(keys, each::put);
    Map<String, StoredEntry> many = batch.getMany(keys);
    assertThat(each.keySet()).isEqualTo(many.keySet()).hasSize(500);
    many.forEach(
        (key, entry) -> {
          StoredEntry handedOn = Objects.requireNonNull(each.get(key), key);
          assertThat(handedOn.value()).isEqualTo(entry.value());
          assertThat(handedOn.meta()).isEqualTo(entry.meta());
        });
    IllegalStateException own = new IllegalStateException("enough");
    for (int round = 0; round < 20; round++) {
      AtomicInteger left = new AtomicInteger(1 + 20 * round);
      assertThatThrownBy(
              () ->
                  batch.getEach(
                      keys,
                      (key, entry) -> {
                        if (left.decrementAndGet() == 0) {
                          throw own;
                        }
                      }))
          .isSameAs(own);
      assertThat(text(store, "key 0")).contains("value 0");
      assertThat(batch.getMany(List.of("key 998", "key 999"))).containsOnlyKeys("key 998");
    }
  }

  @Test
  default void aBatchWritesWhatIsReadOneByOne() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    Instant deadline = subject().clock().instant().plus(Duration.ofDays(1));
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    entries.put("a", text("one"));
    entries.put("b", NewEntry.of(new byte[] {1, 0, -1}, Entries.BINARY));
    entries.put(
        "c",
        new NewEntry(new byte[] {'3'}, Entries.JSON, Optional.of(deadline), Map.of("who", "Bob")));
    Map<String, EntryMeta> written = batch.putMany(entries);
    assertThat(written).containsOnlyKeys("a", "b", "c");
    written.forEach((key, meta) -> assertThat(read(store, key).meta()).isEqualTo(meta));
    assertThat(text(store, "a")).contains("one");
    assertThat(read(store, "b").value()).containsExactly(1, 0, -1);
    assertThat(read(store, "c").meta().expires()).contains(deadline);
    assertThat(read(store, "c").meta().metadata()).isEqualTo(Map.of("who", "Bob"));
    assertThat(store.size()).isEqualTo(3);
  }

  @Test
  default void aBatchOverwritesAsASinglePutDoes() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    EntryMeta before = put(store, "a", text("one", Map.of("who", "Alice")));
    Instant later = subject().clock().advance(Duration.ofMinutes(1));
    EntryMeta after =
        Objects.requireNonNull(
            batch.putMany(Map.of("a", text("one"), "b", text("two"))).get("a"), "meta of a");
    assertThat(after.created()).isEqualTo(before.created());
    assertThat(after.updated()).isEqualTo(later);
    assertThat(after.version()).isNotEqualTo(before.version()).matches("[!-~]{1,128}");
    assertThat(after.metadata()).isEmpty();
    assertThat(store.size()).isEqualTo(2);
  }

  @Test
  default void aBatchDeletesAndCountsTheLiveEntries() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    for (String key : List.of("a", "b", "c", "d")) {
      put(store, key, key);
    }
    assertThat(batch.deleteMany(List.of("a", "nothing", "c"))).isEqualTo(2);
    assertThat(Entries.keys(store)).containsExactlyInAnyOrder("b", "d");
    assertThat(batch.deleteMany(List.of("a", "c"))).isZero();
    assertThat(batch.deleteMany(Set.of("b", "d"))).isEqualTo(2);
    assertThat(store.size()).isZero();
  }

  @Test
  default void aKeyNamedTwiceInABatchCountsOnce() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    assertThat(batch.getMany(List.of("a", "a", "b", "b"))).containsOnlyKeys("a");
    assertThat(batch.deleteMany(List.of("a", "a", "b", "b"))).isEqualTo(1);
  }

  @Test
  default void anEmptyBatchDoesNothing() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    EntryMeta there = put(store, "a", "one");
    assertThat(batch.getMany(List.of())).isEmpty();
    assertThat(batch.putMany(Map.of())).isEmpty();
    assertThat(batch.deleteMany(List.of())).isZero();
    assertThat(read(store, "a").meta()).isEqualTo(there);
  }

  @Test
  default void everyWriteOfABatchHasItsOwnVersion() {
    Batch batch = subject().facet(Batch.class);
    EntryMeta first = batch.putMany(Map.of("a", text("one"))).get("a");
    EntryMeta second = batch.putMany(Map.of("a", text("one"))).get("a");
    batch.deleteMany(List.of("a"));
    EntryMeta third = batch.putMany(Map.of("a", text("one"))).get("a");
    assertThat(List.of(first, second, third))
        .extracting(EntryMeta::version)
        .doesNotHaveDuplicates();
  }
}
