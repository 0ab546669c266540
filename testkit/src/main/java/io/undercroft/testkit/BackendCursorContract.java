package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Precondition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** {@link Cursor}: pages of a scan, also while others write. */
interface BackendCursorContract extends Contract {
  @Test
  default void pagesOfEverySizeHoldEveryKeyOnce() {
    KeyValue store = subject().keyValue();
    Set<String> keys = new TreeSet<>();
    for (int count : new int[] {0, 1, 2, 3, 7, 8, 9, 20}) {
      while (keys.size() < count) {
        String key = "key-" + keys.size();
        put(store, key, "value of " + key);
        keys.add(key);
      }
      for (int pageSize : new int[] {1, 2, 3, 8, 19, 20, 21, 10_000}) {
        assertThat(Entries.keys(store, "", pageSize))
            .as("%d keys in pages of %d", count, pageSize)
            .containsExactlyInAnyOrderElementsOf(keys);
        List<KeyedEntry> entries = Entries.scan(store, "", pageSize);
        assertThat(entries)
            .as("%d entries in pages of %d", count, pageSize)
            .extracting(KeyedEntry::key)
            .containsExactlyInAnyOrderElementsOf(keys);
        for (KeyedEntry found : entries) {
          assertThat(Entries.text(found.entry())).isEqualTo("value of " + found.key());
        }
      }
    }
  }

  @Test
  default void aScanHandsOutTheSameEntriesAsGet() {
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 10; i++) {
      put(store, "key-" + i, Entries.text("value " + i, Map.of("number", String.valueOf(i))));
    }
    for (KeyedEntry found : Entries.scan(store, "", 3)) {
      assertThat(found.entry().meta()).isEqualTo(Entries.read(store, found.key()).meta());
    }
  }

  @Test
  default void aScanWithAPrefixHandsOutThoseKeysOnly() {
    KeyValue store = subject().keyValue();
    for (String key : List.of("a", "ab", "abc", "b", "ba", "aB", "A")) {
      put(store, key, key);
    }
    assertThat(Entries.keys(store, "a", 2)).containsExactlyInAnyOrder("a", "ab", "abc", "aB");
    assertThat(Entries.keys(store, "ab", 2)).containsExactlyInAnyOrder("ab", "abc");
    assertThat(Entries.keys(store, "abcd", 2)).isEmpty();
    assertThat(Entries.scan(store, "b", 1))
        .extracting(KeyedEntry::key)
        .containsExactlyInAnyOrder("b", "ba");
  }

  @Test
  default void theEmptyPageIsTheEndAndStaysTheEnd() {
    KeyValue store = subject().keyValue();
    put(store, "a", "one");
    try (Cursor<String> cursor = store.keys("", 10)) {
      assertThat(cursor.next()).containsExactly("a");
      assertThat(cursor.next()).isEmpty();
      put(store, "b", "two");
      assertThat(cursor.next()).isEmpty();
      assertThat(cursor.next()).isEmpty();
    }
  }

  @Test
  default void aClosedCursorIsAtItsEnd() {
    KeyValue store = subject().keyValue();
    for (int i = 0; i < 10; i++) {
      put(store, "key-" + i, "value");
    }
    Cursor<String> keys = store.keys("", 2);
    assertThat(keys.next()).isNotEmpty();
    keys.close();
    keys.close();
    assertThat(keys.next()).isEmpty();
    Cursor<KeyedEntry> entries = store.scan("", 2);
    entries.close();
    assertThat(entries.next()).isEmpty();
    entries.close();
  }

  @Test
  default void cursorsDoNotDisturbEachOther() {
    KeyValue store = subject().keyValue();
    Set<String> keys = new TreeSet<>();
    for (int i = 0; i < 9; i++) {
      keys.add("key-" + i);
      put(store, "key-" + i, "value");
    }
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    try (Cursor<String> one = store.keys("", 2);
        Cursor<String> two = store.keys("", 3)) {
      List<String> a;
      List<String> b;
      do {
        a = one.next();
        b = two.next();
        first.addAll(a);
        second.addAll(b);
      } while (!a.isEmpty() || !b.isEmpty());
    }
    assertThat(first).containsExactlyInAnyOrderElementsOf(keys);
    assertThat(second).containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  default void whatLivesThroughAScanIsHandedOutExactlyOnceWhateverComesAndGoes() {
    Seed.run(
        random -> {
          KeyValue store = subject().keyValue();
          int count = subject().scaled(200, 40);
          for (int pageSize : new int[] {1, 3, 10, 1_000}) {
            store.clear();
            Set<String> survivors = new HashSet<>();
            List<String> others = new ArrayList<>();
            Map<String, Set<String>> everWritten = new HashMap<>();
            for (int i = 0; i < count; i++) {
              String key = Integer.toString(random.nextInt(1_000_000), 36) + "-" + i;
              write(store, key, "first", everWritten);
              if (i % 2 == 0) {
                survivors.add(key);
              } else {
                others.add(key);
              }
            }
            List<String> seen = new ArrayList<>();
            try (Cursor<KeyedEntry> cursor = store.scan("", pageSize)) {
              List<KeyedEntry> page;
              int round = 0;
              do {
                page = cursor.next();
                for (KeyedEntry found : page) {
                  seen.add(found.key());
                  assertThat(everWritten.get(found.key()))
                      .as("what was ever written to %s", found.key())
                      .contains(Entries.text(found.entry()));
                }
                if (!others.isEmpty()) {
                  store.delete(others.remove(random.nextInt(others.size())), Precondition.NONE);
                }
                if (round < count) {
                  write(
                      store,
                      Integer.toString(random.nextInt(1_000_000), 36) + "+" + round,
                      "new",
                      everWritten);
                  String rewritten =
                      survivors.stream().skip(random.nextInt(survivors.size())).findFirst().get();
                  write(store, rewritten, "round " + round, everWritten);
                }
                round++;
              } while (!page.isEmpty());
            }
            assertThat(seen).as("in pages of %d", pageSize).doesNotHaveDuplicates();
            assertThat(seen).as("in pages of %d", pageSize).containsAll(survivors);
          }
        });
  }

  @Test
  default void everythingMayBeDeletedPageByPage() {
    KeyValue store = subject().keyValue();
    int count = 50;
    for (int i = 0; i < count; i++) {
      put(store, "key-" + i, "value");
    }
    int deleted = 0;
    try (Cursor<String> cursor = store.keys("", 7)) {
      List<String> page;
      do {
        page = cursor.next();
        for (String key : page) {
          store.delete(key, Precondition.NONE);
          deleted++;
        }
      } while (!page.isEmpty());
    }
    assertThat(deleted).isEqualTo(count);
    assertThat(store.size()).isZero();
  }

  private static void write(
      KeyValue store, String key, String text, Map<String, Set<String>> everWritten) {
    everWritten.computeIfAbsent(key, k -> new HashSet<>()).add(text);
    put(store, key, text);
  }
}
