package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

/** What has expired: never seen, and nothing of it stays. */
class ExpiryTest {
  private static final long GRACE_MILLIS = 60_000;
  private static final long DAY_MILLIS = 86_400_000;

  private final RedisProcess server = RedisProcess.shared();

  @Test
  void nothingStaysOfWhatExpiredWhileNobodyWasThere() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("changes.kept", "0");
      rooms.put("stays", "1");
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(5));
      Map<String, NewEntry> many = new HashMap<>();
      for (int i = 0; i < 3_000; i++) {
        many.put("going-" + i, Given.entry("2", deadline));
      }
      rooms.batch().putMany(many);
      rooms.close();
      given.clock().set(deadline);
      Given.Store again = given.open("changes.kept", "0");
      assertThat(again.keyValue().size()).isEqualTo(1);
      assertThat(again.keys("")).containsExactly("stays");
      assertThat(again.keys("going-")).isEmpty();
      Eventually.passes(
          () ->
              assertThat(given.names())
                  .containsExactly("entry:stays", "keys", "layout", "value:stays"));
    }
  }

  @Test
  void whatTheServerDropsByItselfIsNeitherCountedNorListed() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open("sweep-interval", "1h");
      Instant deadline = given.clock().instant().plus(Duration.ofSeconds(5));
      rooms.put("stays", "1");
      rooms.put("going", Given.entry("2", deadline));
      rooms.put("comes-back", Given.entry("3", deadline));
      given.clock().set(deadline);
      for (String key : new String[] {"going", "comes-back"}) {
        given.say(Command.DEL, given.name("value:" + key), given.name("entry:" + key));
      }
      assertThat(rooms.keyValue().size()).isEqualTo(1);
      assertThat(rooms.keys("")).containsExactly("stays");
      PutResult result = rooms.keyValue().put("comes-back", Given.entry("4"), Precondition.ABSENT);
      assertThat(((PutResult.Written) result).created()).isTrue();
      // It has no deadline: it must not inherit the one that is still noted.
      given.clock().advance(Duration.ofDays(1));
      assertThat(rooms.get("comes-back")).contains("4");
      assertThat(rooms.keyValue().size()).isEqualTo(2);
      assertThat(rooms.keys("")).containsExactly("comes-back", "stays");
      Given.Store another = given.open();
      Eventually.passes(
          () -> assertThat(given.say(Command.ZCARD, given.name("deadlines"))).isEqualTo(0L));
      assertThat(another.keys("")).containsExactly("comes-back", "stays");
    }
  }

  @Test
  void theServerIsToldTheDeadlineWithTheValue() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      rooms.put("a", Given.entry("1", given.clock().instant().plusMillis(1_234)));
      for (String name : new String[] {"value:a", "entry:a"}) {
        assertThat(millis(given, name)).isBetween(GRACE_MILLIS - 30_000, GRACE_MILLIS + 1_234);
      }
    }
  }

  @Test
  void whereEverythingHasADeadlineNothingStaysEvenIfNobodyComesBack() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      Instant soon = given.clock().instant().plusSeconds(10);
      rooms.put("a", Given.entry("1", soon.plusSeconds(10)));
      rooms.put("b", Given.entry("2", soon));
      for (String name : new String[] {"keys", "deadlines"}) {
        assertThat(millis(given, name)).isBetween(DAY_MILLIS - 30_000, DAY_MILLIS + 20_000);
      }
      rooms.put("c", "3");
      assertThat(millis(given, "keys")).as("not any more").isEqualTo(-1);
      assertThat(millis(given, "deadlines")).isEqualTo(-1);
      rooms.keyValue().delete("c", Precondition.NONE);
      assertThat(millis(given, "keys")).as("again").isPositive();
      rooms.put("a", "4");
      rooms.put("b", "5");
      assertThat(millis(given, "keys")).as("nothing has a deadline now").isEqualTo(-1);
    }
  }

  private static long millis(Given given, String name) {
    return (Long) given.say(Command.PTTL, given.name(name));
  }
}
