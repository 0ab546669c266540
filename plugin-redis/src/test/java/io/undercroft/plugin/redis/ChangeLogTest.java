package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

/** The log of changes: in order, without gaps, from anywhere, or one RESYNC. */
class ChangeLogTest {
  private final RedisProcess server = RedisProcess.shared();

  @Test
  void whatOneInstanceWritesAnotherIsTold() {
    try (Given given = new Given(server)) {
      Given.Store here = given.open();
      Given.Store there = given.open();
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = here.changes().subscribe(Optional.empty(), seen::add)) {
        there.put("a", "1");
        there.batch().putMany(Map.of("b", Given.entry("2")));
        there
            .commit()
            .commit(
                List.of(),
                List.of(new Mutation.Put("c", Given.entry("3")), new Mutation.Remove("a")));
        here.put("d", "4");
        there.keyValue().delete("never", Precondition.NONE);
        there.put("end", "5");
        Eventually.holds("the last arrives", () -> seen.size() == 6);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen)
          .extracting(change -> change.type() + " " + change.key() + " " + text(change))
          .containsExactly("SET a 1", "SET b 2", "SET c 3", "DELETE a ", "SET d 4", "SET end 5");
    }
  }

  @Test
  void whatExpiresIsToldOnce() {
    try (Given given = new Given(server)) {
      Given.Store here = given.open("sweep-interval", "20ms");
      Given.Store there = given.open("sweep-interval", "20ms");
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(1));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = there.changes().subscribe(Optional.empty(), seen::add)) {
        here.put("a", Given.entry("1", deadline));
        here.put("b", Given.entry("2", deadline));
        given.clock().set(deadline);
        Eventually.holds("both are told", () -> seen.size() == 4);
        here.put("end", "3");
        Eventually.holds("the last arrives", () -> seen.size() == 5);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen)
          .extracting(StoredChange::type)
          .containsExactly(
              ChangeType.SET, ChangeType.SET, ChangeType.EXPIRE, ChangeType.EXPIRE, ChangeType.SET);
    }
  }

  @Test
  void whatIsWrittenOverSomethingExpiredTellsBoth() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("sweep-interval", "1h");
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(1));
      rooms.put("a", Given.entry("1", deadline));
      given.clock().set(deadline);
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), seen::add)) {
        rooms.put("a", "2");
        Eventually.holds("both are told", () -> seen.size() == 2);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.EXPIRE, ChangeType.SET);
    }
  }

  @Test
  void aPositionHoldsInAnotherInstance() {
    try (Given given = new Given(server)) {
      Given.Store first = given.open();
      Queue<StoredChange> before = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = first.changes().subscribe(Optional.empty(), before::add)) {
        first.put("a", "1");
        Eventually.holds("it arrives", () -> before.size() == 1);
        assertThat(subscription.isActive()).isTrue();
      }
      first.close();
      Given.Store second = given.open();
      for (int i = 0; i < 1_700; i++) {
        second.put("b", String.valueOf(i));
      }
      Given.Store third = given.open();
      Queue<StoredChange> after = new ConcurrentLinkedQueue<>();
      try (Subscription subscription =
          third.changes().subscribe(before.element().position(), after::add)) {
        Eventually.holds("everything arrives", () -> after.size() == 1_700);
        third.put("c", "1");
        Eventually.holds("the next arrives", () -> after.size() == 1_701);
        assertThat(subscription.isActive()).isTrue();
      }
      int expected = 0;
      for (StoredChange change : after) {
        if (change.key().equals("b")) {
          assertThat(text(change)).isEqualTo(String.valueOf(expected++));
        }
      }
      assertThat(expected).isEqualTo(1_700);
    }
  }

  @Test
  void whoWasAwayForLongerThanTheLogKeepsIsToldSoOnce() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.kept", "100");
      Queue<StoredChange> before = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), before::add)) {
        rooms.put("a", "1");
        Eventually.holds("it arrives", () -> before.size() == 1);
        assertThat(subscription.isActive()).isTrue();
      }
      for (int i = 0; i < 1_000; i++) {
        rooms.put("b", String.valueOf(i));
      }
      assertThat((Long) given.say(Command.XLEN, given.name("changes"))).isBetween(100L, 300L);
      Queue<StoredChange> after = new ConcurrentLinkedQueue<>();
      try (Subscription subscription =
          rooms.changes().subscribe(before.element().position(), after::add)) {
        Eventually.holds("RESYNC arrives", () -> !after.isEmpty());
        rooms.put("c", "1");
        Eventually.holds("the next arrives", () -> after.size() == 2);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(after)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.RESYNC, ChangeType.SET);
      // Who has read again goes on from the RESYNC.
      Queue<StoredChange> again = new ConcurrentLinkedQueue<>();
      try (Subscription subscription =
          rooms.changes().subscribe(after.element().position(), again::add)) {
        Eventually.holds("what came after it arrives", () -> again.size() == 1);
        assertThat(again.element().key()).isEqualTo("c");
        assertThat(subscription.isActive()).isTrue();
      }
    }
  }

  @Test
  void aListenerThatIsTooSlowForTheLogIsToldSo() throws Exception {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.kept", "100");
      CountDownLatch release = new CountDownLatch(1);
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription =
          rooms
              .changes()
              .subscribe(
                  Optional.empty(),
                  change -> {
                    seen.add(change);
                    await(release);
                  })) {
        rooms.put("first", "1");
        Eventually.holds("the first arrives", () -> seen.size() == 1);
        Map<String, NewEntry> many = new LinkedHashMap<>();
        for (int i = 0; i < 2_000; i++) {
          many.put("key-" + i, Given.entry("1"));
        }
        rooms.batch().putMany(many);
        release.countDown();
        Eventually.holds(
            "RESYNC arrives",
            () -> seen.stream().anyMatch(change -> change.type() == ChangeType.RESYNC));
        rooms.put("end", "1");
        Eventually.holds(
            "the next arrives", () -> seen.stream().anyMatch(c -> c.key().equals("end")));
        assertThat(seen.stream().filter(c -> c.type() == ChangeType.RESYNC)).hasSize(1);
        assertThat(subscription.isActive()).isTrue();
      } finally {
        release.countDown();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void watchersThatComeAndGoAreToldEachChangeOnce() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      for (int round = 0; round < 1_000; round++) {
        Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
        try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), seen::add)) {
          rooms.put("a", String.valueOf(round));
          rooms.put("b", String.valueOf(round));
          Eventually.holds("both arrive", () -> seen.size() >= 2);
          assertThat(subscription.isActive()).isTrue();
        }
        assertThat(seen)
            .as("what the watcher of round %d was told", round)
            .extracting(change -> change.type() + " " + change.key() + " " + text(change))
            .containsExactly("SET a " + round, "SET b " + round);
      }
    }
  }

  @Test
  void aServerThatComesBackWithItsDataLosesNothing() {
    try (RedisProcess own = RedisProcess.start();
        Given given = new Given(own)) {
      Given.Store rooms = given.open();
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      List<String> expected = new ArrayList<>();
      try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), seen::add)) {
        for (int round = 0; round < 5; round++) {
          for (int i = 0; i < 200; i++) {
            String key = round + "-" + i;
            rooms.put(key, "1");
            expected.add(key);
          }
          own.kill();
          own.run();
          Eventually.passes(() -> rooms.backend().ping());
        }
        Eventually.passes(
            () ->
                assertThat(seen).extracting(StoredChange::key).containsExactlyElementsOf(expected));
        assertThat(subscription.isActive()).isTrue();
      }
    }
  }

  @Test
  void aServerThatLostItsDataTellsToReadAgain() {
    try (RedisProcess own = RedisProcess.start("--appendonly", "no");
        Given given = new Given(own)) {
      Given.Store rooms = given.open();
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), seen::add)) {
        rooms.put("a", "1");
        Eventually.holds("it arrives", () -> seen.size() == 1);
        own.kill();
        own.run();
        Eventually.passes(() -> rooms.backend().ping());
        Eventually.holds("RESYNC arrives", () -> seen.size() == 2);
        rooms.put("b", "1");
        Eventually.holds("the next arrives", () -> seen.size() == 3);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.SET, ChangeType.RESYNC, ChangeType.SET);
    }
  }

  @Test
  void aValueThatIsTooLargeForTheLogIsReadWhenItIsTold() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.value-bytes", "10");
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      String large = "\"" + "x".repeat(100) + "\"";
      try (Subscription subscription = rooms.changes().subscribe(Optional.empty(), seen::add)) {
        rooms.put("a", large);
        Eventually.holds("it arrives", () -> seen.size() == 1);
        assertThat(text(seen.element())).isEqualTo(large);
        assertThat(subscription.isActive()).isTrue();
      }
    }
  }

  private static String text(StoredChange change) {
    return change
        .after()
        .map(entry -> new String(entry.value(), StandardCharsets.UTF_8))
        .orElse("");
  }
}
