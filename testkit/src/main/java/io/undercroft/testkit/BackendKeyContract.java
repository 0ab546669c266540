package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Keys: every valid one is told apart from every other and comes back byte for byte. */
interface BackendKeyContract extends Contract {
  @Test
  default void everyNastyKeyComesBackByteForByte() {
    KeyValue store = subject().keyValue();
    putAll(store);
    assertAllThere(store);
  }

  @Test
  default void aPrefixIsPlainText() {
    KeyValue store = subject().keyValue();
    putAll(store);
    for (String prefix : NastyKeys.prefixes()) {
      List<String> expected =
          NastyKeys.valid().stream().filter(key -> key.startsWith(prefix)).toList();
      assertThat(Entries.keys(store, prefix, 1_000))
          .as("keys that start with '%s'", prefix)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThat(Entries.scan(store, "%", 100))
        .extracting(KeyedEntry::key)
        .containsExactlyInAnyOrderElementsOf(
            NastyKeys.valid().stream().filter(key -> key.startsWith("%")).toList());
  }

  @Test
  default void deletingAKeyLeavesEveryOtherAlone() {
    KeyValue store = subject().keyValue();
    putAll(store);
    Set<String> left = new HashSet<>(NastyKeys.valid());
    int index = 0;
    for (String key : NastyKeys.valid()) {
      if (index++ % 2 == 0) {
        assertThat(store.delete(key, Precondition.NONE)).as(key).isEqualTo(DeleteResult.DELETED);
        assertThat(store.has(key)).as(key).isFalse();
        left.remove(key);
      }
    }
    assertThat(store.size()).isEqualTo(left.size());
    assertThat(Entries.keys(store)).containsExactlyInAnyOrderElementsOf(left);
    for (String key : left) {
      assertThat(Entries.text(store, key)).as(key).contains("value of " + key);
    }
  }

  @Test
  default void anAbsentNastyKeyIsAbsentBesideItsLookalikes() {
    KeyValue store = subject().keyValue();
    List<String> keys = NastyKeys.valid();
    for (int i = 0; i < keys.size(); i += 2) {
      Entries.put(store, keys.get(i), "value");
    }
    for (int i = 1; i < keys.size(); i += 2) {
      assertThat(store.has(keys.get(i))).as(keys.get(i)).isFalse();
      assertThat(store.get(keys.get(i))).as(keys.get(i)).isEmpty();
    }
  }

  @Test
  default void nastyKeysAreThereAfterReopening() {
    subject().needsPersistence();
    putAll(subject().keyValue());
    subject().reopenBackend();
    assertAllThere(subject().keyValue());
  }

  @Test
  default void nastyKeysComeBackFromABatch() {
    Batch batch = subject().facet(Batch.class);
    int most = subject().backend().limits().batchEntries();
    for (List<String> keys : parts(NastyKeys.valid(), most)) {
      Map<String, NewEntry> entries = new LinkedHashMap<>();
      keys.forEach(key -> entries.put(key, Entries.text("value of " + key)));
      assertThat(batch.putMany(entries).keySet()).isEqualTo(new HashSet<>(keys));
      Map<String, StoredEntry> found = batch.getMany(keys);
      assertThat(found.keySet()).isEqualTo(new HashSet<>(keys));
      found.forEach((key, entry) -> assertThat(Entries.text(entry)).isEqualTo("value of " + key));
    }
    assertAllThere(subject().keyValue());
    for (List<String> keys : parts(NastyKeys.valid(), most)) {
      assertThat(batch.deleteMany(keys)).isEqualTo(keys.size());
    }
    assertThat(subject().keyValue().size()).isZero();
  }

  @Test
  default void nastyKeysComeBackFromACommit() {
    Commit commit = subject().facet(Commit.class);
    int most = subject().backend().limits().commitEntries();
    for (List<String> keys : parts(NastyKeys.valid(), most)) {
      List<Mutation> mutations = new ArrayList<>();
      keys.forEach(key -> mutations.add(new Mutation.Put(key, Entries.text("value of " + key))));
      assertThat(commit.commit(List.of(), mutations)).isInstanceOf(CommitResult.Committed.class);
    }
    assertAllThere(subject().keyValue());
  }

  private static List<List<String>> parts(List<String> keys, int most) {
    List<List<String>> parts = new ArrayList<>();
    for (int from = 0; from < keys.size(); from += most) {
      parts.add(keys.subList(from, Math.min(keys.size(), from + most)));
    }
    return parts;
  }

  private static void putAll(KeyValue store) {
    for (String key : NastyKeys.valid()) {
      Entries.put(store, key, "value of " + key);
    }
  }

  private static void assertAllThere(KeyValue store) {
    List<String> keys = NastyKeys.valid();
    assertThat(store.size()).isEqualTo(keys.size());
    assertThat(Entries.keys(store)).containsExactlyInAnyOrderElementsOf(keys);
    for (String key : keys) {
      assertThat(Entries.text(store, key)).as(key).contains("value of " + key);
    }
    for (KeyedEntry found : Entries.scan(store, "", 100)) {
      assertThat(Entries.text(found.entry())).isEqualTo("value of " + found.key());
    }
  }
}
