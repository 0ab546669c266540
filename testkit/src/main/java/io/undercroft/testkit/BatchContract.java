package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@link BatchStorage}: many entries in one call, native or not. */
interface BatchContract extends Contract {
  @Test
  default void manyValuesAreWrittenReadAndDeletedInOneCall() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    storage.setMany(Map.of("a", "one", "b", "two", "c", "three"));
    assertThat(storage.size()).isEqualTo(3);
    assertThat(storage.get("b")).contains("two");
    assertThat(storage.getMany(List.of("a", "c", "nothing")))
        .isEqualTo(Map.of("a", "one", "c", "three"));
    assertThat(storage.deleteMany(Set.of("a", "b", "nothing"))).isEqualTo(2);
    assertThat(storage.getMany(List.of("a", "b", "c"))).isEqualTo(Map.of("c", "three"));
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void noKeysAreNoWork() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    storage.set("a", "one");
    assertThat(storage.getMany(List.of())).isEmpty();
    storage.setMany(Map.of());
    assertThat(storage.deleteMany(List.of())).isZero();
    assertThat(storage.size()).isEqualTo(1);
  }

  @Test
  default void aKeyThatIsNamedTwiceCountsOnce() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    storage.set("a", "one");
    assertThat(storage.getMany(List.of("a", "a", "b"))).isEqualTo(Map.of("a", "one"));
    assertThat(storage.deleteMany(List.of("a", "a", "b"))).isEqualTo(1);
  }

  @Test
  default void setManyWritesAsSetDoes() {
    Storage<String> storage = subject().storage(String.class);
    Entry<String> before =
        storage.set(
            "a", "one", SetOptions.metadata("who", "Alice").andExpiresIn(Duration.ofDays(1)));
    storage.batched().setMany(Map.of("a", "two"));
    Entry<String> after = storage.entry("a").orElseThrow();
    assertThat(after.value()).isEqualTo("two");
    assertThat(after.version()).isNotEqualTo(before.version());
    assertThat(after.createdAt()).isEqualTo(before.createdAt());
    assertThat(after.metadata()).isEmpty();
    assertThat(after.expiresAt()).isEmpty();
  }

  @Test
  default void moreEntriesThanTheBackendTakesAtOnceAreSplit() {
    BatchStorage<String> storage = subject().storage(String.class).batched();
    long most = storage.info().limits().getOrDefault("batchEntries", 1_000L);
    int count = (int) Math.min(2 * most + 1, subject().scaled(25_000, 10));
    Map<String, String> values = new HashMap<>();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.put("key-" + i, "value " + i);
      keys.add("key-" + i);
    }
    storage.setMany(values);
    assertThat(storage.size()).isEqualTo(count);
    assertThat(storage.getMany(keys)).isEqualTo(values);
    assertThat(storage.getMany(keys).keySet())
        .as("in the order of the keys")
        .containsExactlyElementsOf(keys);
    assertThat(storage.deleteMany(keys)).isEqualTo(count);
    assertThat(storage.size()).isZero();
  }
}
