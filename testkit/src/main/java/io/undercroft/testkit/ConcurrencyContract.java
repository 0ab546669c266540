package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Many threads on one storage. */
interface ConcurrencyContract extends Contract {
  @Test
  default void sixteenThreadsThatUpdateOneKeyLoseNoIncrement() {
    Storage<Long> storage = subject().storage(Long.class);
    int each = subject().scaled(100);
    Race.run(
        16,
        runner -> {
          for (int i = 0; i < each; ) {
            try {
              assertThat(storage.update("counter", value -> Optional.of(value.orElse(0L) + 1)))
                  .isPresent();
              i++;
            } catch (StorageException e) {
              // Many tries may fail; that is said, and then nothing was counted.
              assertThat(e.code()).as("%s", e).isEqualTo(ErrorCode.VERSION_CONFLICT);
            }
          }
        });
    assertThat(storage.get("counter")).contains(16L * each);
  }

  @Test
  default void updatesThroughEveryHandleAndTheAsyncViewLoseNoIncrement() {
    subject().storage(Long.class).set("counter", 0L);
    int each = subject().scaled(50);
    Race.run(
        6,
        runner -> {
          Storage<Long> own = subject().undercroft().storage(Subject.NAME, Long.class);
          for (int i = 0; i < each; i++) {
            Optional<Long> result =
                runner % 2 == 0
                    ? own.update("counter", value -> value.map(number -> number + 1))
                    : Expect.of(
                        own.async().update("counter", value -> value.map(number -> number + 1)));
            assertThat(result).isPresent();
          }
        });
    assertThat(subject().storage(Long.class).get("counter")).contains(6L * each);
  }

  @Test
  default void ofManyWhoSetIfAbsentExactlyOneWins() {
    Storage<String> storage = subject().storage(String.class);
    int rounds = subject().scaled(50);
    for (int round = 0; round < rounds; round++) {
      String key = "key-" + round;
      AtomicInteger winners = new AtomicInteger();
      Race.run(
          8,
          runner -> {
            try {
              storage.set(key, "by " + runner, SetOptions.ifAbsent());
              winners.incrementAndGet();
            } catch (StorageException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.VERSION_CONFLICT);
            }
          });
      assertThat(winners).as("winners of round %d", round).hasValue(1);
    }
    assertThat(storage.size()).isEqualTo(rounds);
  }

  @Test
  default void readersNeverSeeATornValue() {
    Storage<List<String>> storage = subject().storage(new TypeRef<>() {});
    AtomicInteger reads = new AtomicInteger();
    storage.set("a", List.of("x"));
    try (Race readers =
        Race.looping(
            4,
            runner -> {
              Entry<List<String>> entry = storage.entry("a").orElseThrow();
              assertThat(Set.copyOf(entry.value())).as("texts in one value").hasSize(1);
              String text = entry.value().get(0);
              if (!text.equals("x")) {
                assertThat(entry.value()).hasSize(Integer.parseInt(text));
                assertThat(entry.metadata()).isEqualTo(Map.of("size", text));
              }
              reads.incrementAndGet();
            })) {
      int rounds = subject().scaled(500);
      for (int i = 1; (i <= rounds || reads.get() < 200) && !readers.isOver(); i++) {
        String size = String.valueOf(1 + i % 300);
        List<String> value = Collections.nCopies(1 + i % 300, size);
        assertThat(storage.set("a", value, SetOptions.metadata("size", size)).value())
            .hasSize(1 + i % 300);
      }
    }
  }

  @Test
  default void entriesThatLiveThroughAStreamAreSeenExactlyOnceAmongWriters() {
    Storage<String> storage = subject().storage(String.class);
    int count = subject().scaled(3_000, 300);
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < count; i++) {
      values.put("survivor-" + i, "survivor-" + i);
    }
    storage.batched().setMany(values);
    AtomicInteger writes = new AtomicInteger();
    try (Race writers =
        Race.looping(
            3,
            runner -> {
              int number = ThreadLocalRandom.current().nextInt(count);
              String guest = "guest-" + runner + "-" + number;
              storage.set(guest, guest);
              storage.set("survivor-" + number, "survivor-" + number);
              assertThat(storage.delete(guest)).isTrue();
              writes.incrementAndGet();
            })) {
      int rounds = subject().scaled(10, 3);
      for (int i = 0; (i < rounds || writes.get() < 50) && !writers.isOver(); i++) {
        Set<String> seen = new TreeSet<>();
        try (Stream<Entry<String>> entries = storage.entries()) {
          entries.forEach(
              entry -> {
                assertThat(entry.value()).isEqualTo(entry.key());
                assertThat(seen.add(entry.key())).as("%s comes once", entry.key()).isTrue();
              });
        }
        assertThat(seen).containsAll(values.keySet());
        try (Stream<String> keys = storage.keys("survivor-")) {
          assertThat(keys).containsExactlyInAnyOrderElementsOf(values.keySet());
        }
      }
    }
    assertThat(storage.size()).isEqualTo(count);
  }
}
