package io.undercroft.it.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.Query;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** SQLite has transactions, queries and a feed of changes itself: layers must lead all of them. */
@Timeout(180)
final class LayersOnSqliteTest {
  private static final String KEYS = "one:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

  @TempDir private Path folder;

  /** A room. */
  public record Room(String name, int seats) {}

  private Map<String, String> settings(String layers, Map<String, String> more) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "type",
                "sqlite",
                "database",
                folder.resolve("rooms.db").toString(),
                "durability",
                "relaxed",
                "layers",
                layers));
    settings.putAll(more);
    return settings;
  }

  private Undercroft open(String layers, Map<String, String> more) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .storage("rooms", settings(layers, more))
        .open();
  }

  private static void refused(Runnable write) {
    StorageException refused = catchThrowableOfType(StorageException.class, write::run);
    assertThat(refused).isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
  }

  @Test
  void inATransactionTheWriteThatGoesBeyondIsRefused() {
    try (Undercroft undercroft = open("quota", Map.of("quota.max-entries", "3"))) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      rooms.set("a", new Room("a", 1));
      try (Transaction<Room> tx = rooms.transactional().beginTransaction()) {
        tx.set("b", new Room("b", 1));
        tx.savepoint("two");
        tx.set("c", new Room("c", 1));
        refused(() -> tx.set("d", new Room("d", 1)));
        tx.rollbackTo("two");
        tx.set("d", new Room("d", 1));
        tx.delete("a");
        tx.set("e", new Room("e", 1));
        tx.commit();
      }
      assertThat(rooms.size()).isEqualTo(3);
      refused(() -> rooms.set("f", new Room("f", 1)));
      try (Transaction<Room> tx = rooms.transactional().beginTransaction()) {
        tx.delete("b");
        tx.delete("d");
        tx.rollback();
      }
      refused(() -> rooms.set("f", new Room("f", 1)));
      rooms.delete("b");
      rooms.set("f", new Room("f", 1));
    }
  }

  @Test
  void threadsWithAndWithoutTransactionsStayWithinTheQuota() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (Undercroft undercroft =
        open("quota", Map.of("quota.max-entries", "12", "quota.max-bytes", "400"))) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      SplittableRandom seeds = new SplittableRandom();
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SplittableRandom dice = seeds.split();
        ends.add(threads.submit(() -> write(rooms, dice)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
      assertThat(rooms.size()).isLessThanOrEqualTo(12);
      rooms.clear();
      for (int i = 0; i < 12; i++) {
        rooms.set("k" + i, new Room("", 1));
      }
      refused(() -> rooms.set("k12", new Room("", 1)));
    } finally {
      threads.shutdownNow();
    }
  }

  private static void write(Storage<Room> rooms, SplittableRandom dice) {
    for (int i = 0; i < 150; i++) {
      String key = "k" + dice.nextInt(20);
      Room room = new Room("x".repeat(dice.nextInt(20)), i);
      try {
        switch (dice.nextInt(4)) {
          case 0 -> rooms.delete(key);
          case 1 ->
              rooms
                  .transactional()
                  .transaction(
                      tx -> {
                        tx.set(key, room);
                        tx.delete("k" + dice.nextInt(20));
                        return true;
                      });
          default -> rooms.set(key, room);
        }
      } catch (StorageException e) {
        assertThat(e.code() == ErrorCode.QUOTA_EXCEEDED || e.isRetryable()).as("%s", e).isTrue();
      }
    }
  }

  @Test
  void tenantsAskTheirOwnEntriesAndDoNotReachTheOthers() {
    Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig();
    for (String tenant : List.of("acme", "other")) {
      builder.storage(tenant, settings("prefix", Map.of("prefix.tenant", tenant, "table", "t")));
    }
    try (Undercroft undercroft = builder.open()) {
      Storage<Room> acme = undercroft.storage("acme", Room.class);
      Storage<Room> other = undercroft.storage("other", Room.class);
      acme.set("a", new Room("mine", 5));
      other.set("a", new Room("theirs", 5));
      other.set("b", new Room("theirs", 7));
      Query query = Query.where(Field.field("seats").gt(1));
      assertThat(acme.queryable().count(query)).isEqualTo(1);
      assertThat(acme.size()).isEqualTo(1);
      acme.transactional()
          .transaction(
              tx -> {
                try (Stream<String> keys = tx.keys()) {
                  assertThat(keys).containsExactly("a");
                }
                tx.clear();
                return true;
              });
      assertThat(acme.size()).isZero();
      assertThat(other.size()).isEqualTo(2);
    }
  }

  @Test
  void oneTenantHasOneStorageInATable() {
    Map<String, String> acme = settings("prefix", Map.of("prefix.tenant", "acme", "table", "t"));
    StorageException refused =
        catchThrowableOfType(
            StorageException.class,
            () ->
                Undercroft.builder()
                    .withoutAmbientConfig()
                    .storage("one", acme)
                    .storage("two", acme)
                    .open()
                    .close());
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
    assertThat(refused.getMessage()).contains("prefix acme/").contains("is already used by");
  }

  @Test
  void fourLayersTogetherAnswerWhatNoneWouldAnswer() throws Exception {
    Map<String, String> more =
        Map.of("encrypt.keys", KEYS, "quota.max-entries", "100", "cache.statistics", "true");
    try (Undercroft undercroft = open("quota,encrypt,cache,retry", more)) {
      Storage<Room> rooms = undercroft.storage("rooms", Room.class);
      rooms.set("a", new Room("Rumpelstilzchen", 5));
      rooms.batched().setMany(Map.of("b", new Room("b", 7), "c", new Room("c", 9)));
      rooms
          .transactional()
          .transaction(tx -> tx.update("b", old -> old.map(room -> new Room(room.name(), 8))));
      assertThat(rooms.get("a")).contains(new Room("Rumpelstilzchen", 5));
      assertThat(rooms.get("b")).contains(new Room("b", 8));
      assertThat(rooms.queryable().count(Query.where(Field.field("seats").gte(8)))).isEqualTo(2);
      assertThat(undercroft.info("rooms").layers())
          .containsSubsequence("quota", "encrypt", "cache", "retry");
      assertThat(undercroft.info("rooms").details())
          .containsEntry("encrypt.key", "one")
          .containsKey("cache.staleness")
          .containsEntry("quota.max-entries", "100");
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
            .as("%s", file)
            .doesNotContain("Rumpelstilzchen");
      }
    }
  }
}
