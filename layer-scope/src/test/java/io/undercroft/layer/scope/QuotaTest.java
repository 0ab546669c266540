package io.undercroft.layer.scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A write for which there is no room is refused, and no other. */
@Timeout(120)
class QuotaTest {
  private final MutableClock clock = MutableClock.atNow();

  private Undercroft open(Map<String, String> limits) {
    Map<String, String> settings = new HashMap<>(Map.of("type", "memory", "layers", "quota"));
    limits.forEach((name, text) -> settings.put("quota." + name, text));
    return Undercroft.builder()
        .withoutAmbientConfig()
        .clock(clock)
        .storage("rooms", settings)
        .open();
  }

  private static void refused(Runnable write) {
    StorageException refused = catchThrowableOfType(StorageException.class, write::run);
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    assertThat(refused.getMessage()).contains("'rooms'").contains("layer 'quota'");
  }

  @Test
  void entriesAreCountedByEveryWayToWriteThem() {
    try (Undercroft undercroft = open(Map.of("max-entries", "4"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.batched().setMany(Map.of("a", "1", "b", "2"));
      rooms.batched().batch(List.of(Operation.set("c", "3"), Operation.delete("a")));
      rooms
          .transactional()
          .transaction(
              tx -> {
                tx.set("d", "4");
                tx.set("e", "5");
                return true;
              });
      assertThat(rooms.size()).isEqualTo(4);
      rooms.set("b", "overwritten");
      refused(() -> rooms.set("f", "6"));
      refused(() -> rooms.batched().setMany(Map.of("b", "7", "f", "6")));
      refused(() -> rooms.batched().batch(List.of(Operation.set("f", "6"))));
      refused(
          () -> rooms.transactional().transaction(tx -> tx.update("f", old -> Optional.of("6"))));
      assertThat(rooms.get("b")).contains("overwritten");
      rooms.batched().batch(List.of(Operation.set("f", "6"), Operation.delete("b")));
      rooms.delete("f");
      rooms.set("g", "7");
      assertThat(rooms.batched().deleteMany(List.of("g", "e", "x"))).isEqualTo(2);
      rooms.set("h", "8");
      rooms.set("i", "9");
      refused(() -> rooms.set("j", "10"));
      rooms.clear();
      rooms.batched().setMany(Map.of("a", "1", "b", "2", "c", "3", "d", "4"));
      refused(() -> rooms.set("j", "10"));
      assertThat(undercroft.info("rooms").details())
          .containsEntry("quota.max-entries", "4")
          .containsEntry("quota.entries", "4");
    }
  }

  @Test
  void bytesAreThoseOfTheValues() {
    try (Undercroft undercroft = open(Map.of("max-bytes", "20"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "12345678"); // 10 bytes as JSON
      rooms.set("b", "12345678");
      refused(() -> rooms.set("b", "123456789"));
      rooms.set("a", "1");
      rooms.set("b", "123456789");
      refused(() -> rooms.set("c", "123456"));
      rooms.set("c", "1234");
    }
  }

  @Test
  void whatHasExpiredMakesRoom() {
    try (Undercroft undercroft = open(Map.of("max-entries", "1"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "1", SetOptions.expiresIn(Duration.ofSeconds(1)));
      refused(() -> rooms.set("b", "2"));
      clock.advance(Duration.ofSeconds(1));
      rooms.set("b", "2");
      refused(() -> rooms.set("c", "3"));
    }
  }

  @Test
  void manyThreadsNeverGoBeyondItAndUseAllOfIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (Undercroft undercroft = open(Map.of("max-entries", "50", "max-bytes", "600"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      SplittableRandom seeds = new SplittableRandom();
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        SplittableRandom dice = seeds.split();
        ends.add(threads.submit(() -> write(rooms, dice)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      try (Stream<String> values = rooms.values()) {
        List<String> all = values.toList();
        int bytes = all.stream().mapToInt(value -> value.length() + 2).sum();
        assertThat(undercroft.info("rooms").details())
            .containsEntry("quota.entries", String.valueOf(all.size()))
            .containsEntry("quota.bytes", String.valueOf(bytes));
        assertThat(all).hasSizeLessThanOrEqualTo(50);
        assertThat(bytes).isLessThanOrEqualTo(600);
      }
      rooms.clear();
      for (int i = 0; i < 50; i++) {
        rooms.set("k" + i, "123456");
      }
      refused(() -> rooms.set("k50", ""));
    } finally {
      threads.shutdownNow();
    }
  }

  private static void write(Storage<String> rooms, SplittableRandom dice) {
    for (int i = 0; i < 3_000; i++) {
      String key = "k" + dice.nextInt(80);
      String value = "x".repeat(dice.nextInt(20));
      try {
        switch (dice.nextInt(8)) {
          case 0 -> rooms.delete(key);
          case 1 -> rooms.batched().setMany(Map.of(key, value, key + "2", value));
          case 2 -> rooms.batched().deleteMany(List.of(key, key + "2"));
          case 3 ->
              rooms.batched().batch(List.of(Operation.set(key, value), Operation.delete("gone")));
          case 4 -> rooms.set(key, value, SetOptions.ifAbsent());
          default -> rooms.set(key, value);
        }
        assertThat(rooms.size()).isLessThanOrEqualTo(50);
      } catch (StorageException e) {
        assertThat(e.code()).isIn(ErrorCode.QUOTA_EXCEEDED, ErrorCode.VERSION_CONFLICT);
      }
    }
  }

  @Test
  void aQuotaWithoutALimitIsRefused() {
    StorageException refused =
        catchThrowableOfType(StorageException.class, () -> open(Map.of()).close());
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refused.getMessage()).contains("set quota.max-entries or quota.max-bytes");
  }
}
