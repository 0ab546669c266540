package io.undercroft.testkit;

import static io.undercroft.testkit.Entries.put;
import static io.undercroft.testkit.Entries.read;
import static io.undercroft.testkit.Entries.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads on one backend. */
interface BackendConcurrencyContract extends Contract {
  @Test
  default void compareAndSetByManyLosesNoIncrement() {
    KeyValue store = subject().keyValue();
    put(store, "counter", "0");
    int threads = 16;
    int each = subject().scaled(100);
    Race.run(
        threads,
        runner -> {
          for (int i = 0; i < each; ) {
            StoredEntry found = read(store, "counter");
            String next = String.valueOf(Integer.parseInt(text(found)) + 1);
            Precondition unchanged = Precondition.version(found.meta().version());
            if (store.put("counter", text(next), unchanged) instanceof PutResult.Written) {
              i++;
            }
          }
        });
    assertThat(text(store, "counter")).contains(String.valueOf(threads * each));
  }

  @Test
  default void ofManyWhoPutIfAbsentExactlyOneWins() {
    KeyValue store = subject().keyValue();
    int rounds = subject().scaled(100);
    for (int round = 0; round < rounds; round++) {
      String key = "key-" + round;
      AtomicInteger winner = new AtomicInteger(-1);
      AtomicInteger winners = new AtomicInteger();
      Race.run(
          8,
          runner -> {
            if (store.put(key, text("by " + runner), Precondition.ABSENT)
                instanceof PutResult.Written) {
              winners.incrementAndGet();
              winner.set(runner);
            }
          });
      assertThat(winners).as("winners of round %d", round).hasValue(1);
      assertThat(text(store, key)).contains("by " + winner.get());
    }
    assertThat(store.size()).isEqualTo(rounds);
  }

  @Test
  default void ofManyWhoDeleteOneVersionExactlyOneWins() {
    KeyValue store = subject().keyValue();
    int rounds = subject().scaled(100);
    for (int round = 0; round < rounds; round++) {
      Precondition version = Precondition.version(put(store, "a", "round " + round).version());
      AtomicInteger winners = new AtomicInteger();
      Race.run(
          8,
          runner -> {
            if (store.delete("a", version) == DeleteResult.DELETED) {
              winners.incrementAndGet();
            }
          });
      assertThat(winners).as("winners of round %d", round).hasValue(1);
      assertThat(store.size()).isZero();
    }
  }

  @Test
  default void aReaderNeverSeesATornValueNorTheMetaOfAnother() {
    KeyValue store = subject().keyValue();
    Map<String, String> lettersByVersion = new ConcurrentHashMap<>();
    write(store, "x", lettersByVersion);
    AtomicInteger reads = new AtomicInteger();
    try (Race readers =
        Race.looping(
            4,
            runner -> {
              StoredEntry found = read(store, "torn");
              String value = text(found);
              String letter = value.substring(0, 1);
              assertThat(value.chars().distinct().count()).as("letters in one value").isOne();
              assertThat(value).hasSize(length(letter));
              assertThat(found.meta().metadata()).isEqualTo(Map.of("letter", letter));
              String known = lettersByVersion.get(found.meta().version());
              if (known != null) {
                assertThat(known).as("the letter of the version").isEqualTo(letter);
              }
              reads.incrementAndGet();
            })) {
      int rounds = subject().scaled(500);
      for (int i = 0; (i < rounds || reads.get() < 200) && !readers.isOver(); i++) {
        write(store, String.valueOf((char) ('a' + i % 26)), lettersByVersion);
      }
    }
  }

  private static void write(KeyValue store, String letter, Map<String, String> lettersByVersion) {
    NewEntry entry = text(letter.repeat(length(letter)), Map.of("letter", letter));
    lettersByVersion.put(put(store, "torn", entry).version(), letter);
  }

  private static int length(String letter) {
    return 100 + 997 * (letter.charAt(0) - 'a');
  }

  @Test
  default void aReadSeesEveryWriteThatHadReturned() {
    KeyValue store = subject().keyValue();
    AtomicInteger acknowledged = new AtomicInteger();
    AtomicInteger turns = new AtomicInteger();
    put(store, "a", "0");
    try (Race readers =
        Race.looping(
            4,
            runner -> {
              int start = acknowledged.get();
              assertThat(store.get("a")).isPresent();
              int before = acknowledged.get();
              assertThat(Integer.parseInt(text(store, "a").orElseThrow()))
                  .as("what is read after write %d had returned", before)
                  .isGreaterThanOrEqualTo(before);
              if (before >= start + 2) {
                turns.incrementAndGet(); // a write came wholly in between
              }
            })) {
      int rounds = subject().scaled(1_000);
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
      for (int i = 1; i <= rounds || (turns.get() < 50 && System.nanoTime() < end); i++) {
        if (readers.isOver()) {
          break;
        }
        put(store, "a", String.valueOf(i));
        acknowledged.set(i);
      }
    }
  }

  @Test
  default void aScanAmongWritersHandsOutEverySurvivorExactlyOnce() {
    KeyValue store = subject().keyValue();
    Set<String> survivors = new TreeSet<>();
    int count = subject().scaled(500, 50);
    for (int i = 0; i < count; i++) {
      String key = "survivor-" + i;
      put(store, key, key);
      survivors.add(key);
    }
    AtomicInteger writes = new AtomicInteger();
    try (Race writers =
        Race.looping(
            3,
            runner -> {
              int number = ThreadLocalRandom.current().nextInt(count);
              String guest = "guest-" + runner + "-" + number;
              put(store, guest, guest);
              put(store, "survivor-" + number, "survivor-" + number);
              store.delete(guest, Precondition.NONE);
              writes.incrementAndGet();
            })) {
      int rounds = subject().scaled(20, 3);
      for (int i = 0; (i < rounds || writes.get() < 50) && !writers.isOver(); i++) {
        List<String> seen = new ArrayList<>();
        int pageSize = i % 2 == 0 ? 7 : 1_000;
        try (Cursor<KeyedEntry> cursor = store.scan("", pageSize)) {
          for (KeyedEntry found : Entries.drain(cursor, pageSize)) {
            assertThat(text(found.entry())).isEqualTo(found.key());
            seen.add(found.key());
          }
        }
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).containsAll(survivors);
        List<String> keys = Entries.keys(store, "survivor-", pageSize);
        assertThat(keys).containsExactlyInAnyOrderElementsOf(survivors);
      }
    }
    assertThat(store.size()).isBetween((long) count, (long) count + 3);
  }

  @Test
  default void theCountIsRightWhenManyHaveWrittenAndDeleted() {
    KeyValue store = subject().keyValue();
    int each = subject().scaled(100);
    Race.run(
        8,
        runner -> {
          for (int i = 0; i < each; i++) {
            put(store, "own-" + runner + "-" + i, "value");
            put(store, "shared-" + i, "by " + runner);
            if (i % 2 == 0) {
              store.delete("own-" + runner + "-" + i, Precondition.NONE);
              store.delete("shared-" + i, Precondition.NONE);
            }
          }
        });
    List<String> keys = Entries.keys(store);
    assertThat(keys).doesNotHaveDuplicates();
    assertThat(store.size()).isEqualTo(keys.size());
    assertThat(keys.stream().filter(key -> key.startsWith("own-")))
        .hasSize(8 * (each - (each + 1) / 2));
    for (String key : keys) {
      assertThat(store.get(key)).as(key).isPresent();
    }
  }

  @Test
  default void batchesByManyWriteWholeEntries() {
    Batch batch = subject().facet(Batch.class);
    KeyValue store = subject().keyValue();
    int each = subject().scaled(30);
    Race.run(
        6,
        runner -> {
          for (int i = 0; i < each; i++) {
            Map<String, NewEntry> entries = new LinkedHashMap<>();
            for (int key = 0; key < 10; key++) {
              // Every runner names the keys in another order: no deadlock may come of it.
              entries.put("key-" + (key + 3 * runner) % 10, text("by " + runner));
            }
            batch.putMany(entries);
            batch
                .getMany(entries.keySet())
                .forEach((key, entry) -> assertThat(text(entry)).matches("by [0-5]"));
            if (i % 5 == 0) {
              batch.deleteMany(List.of("key-" + runner, "key-" + (runner + 1)));
            }
          }
        });
    for (String key : Entries.keys(store)) {
      assertThat(text(store, key)).isNotEqualTo(Optional.empty());
    }
    assertThat(store.size()).isEqualTo(Entries.keys(store).size());
  }
}
