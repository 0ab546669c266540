package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.Check;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** What a person with {@code redis-cli} finds. */
class ReadableTest {
  private final RedisProcess server = RedisProcess.shared();

  @Test
  void aValueStandsInTheServerAsItIs() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      String json = "{\"title\": \"Film-Abend\",\n \"seats\": 4}";
      EntryMeta meta = rooms.put("movie-night", json);
      assertThat(given.stored("value:movie-night")).isEqualTo(json);
      assertThat(given.stored("entry:movie-night"))
          .isEqualTo(
              meta.version()
                  + " "
                  + meta.created().toEpochMilli()
                  + " "
                  + meta.updated().toEpochMilli()
                  + " - - application/json");
      assertThat(given.names())
          .containsExactly("changes", "entry:movie-night", "keys", "layout", "value:movie-night");
    }
  }

  @Test
  void deadlineAndMetadataStandBesideIt() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      Instant deadline = given.clock().instant().plus(Duration.ofMinutes(5));
      rooms.put(
          "a",
          new NewEntry(
              new byte[] {1},
              "image/png; q=1",
              Optional.of(deadline),
              Map.of("who", "Zoë & Bob", "-", "")));
      assertThat(given.stored("entry:a"))
          .endsWith(" " + deadline.toEpochMilli() + " -=&who=Zo%C3%AB+%26+Bob image/png; q=1");
      assertThat(rooms.keyValue().get("a").orElseThrow().meta().metadata())
          .isEqualTo(Map.of("who", "Zoë & Bob", "-", ""));
    }
  }

  @Test
  void twoStoragesAndAStrangerDoNotSeeEachOther() {
    try (Given given = new Given(server);
        Given other = new Given(server)) {
      Given.Store rooms = given.open();
      Given.Store others = other.open();
      given.say(Command.SET, given.name("value:stranger"), "not ours");
      rooms.put("a", "1");
      others.put("b", "2");
      assertThat(rooms.keys("")).containsExactly("a");
      assertThat(others.keys("")).containsExactly("b");
      rooms.keyValue().clear();
      assertThat(others.get("b")).contains("2");
      assertThat(rooms.keyValue().size()).isZero();
    }
  }

  @Test
  void aPrefixIsTextAndNotAPattern() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      for (String key : List.of("a*", "a*b", "ab", "a", "a?", "[a]", "a\uffffz", "a\ud83d\ude00")) {
        rooms.put(key, "1");
      }
      assertThat(rooms.keys("a*")).containsExactly("a*", "a*b");
      assertThat(rooms.keys("[")).containsExactly("[a]");
      assertThat(rooms.keys("a\uffff")).containsExactly("a\uffffz");
      assertThat(rooms.keys("a\ud83d\ude00")).containsExactly("a\ud83d\ude00");
      assertThat(rooms.keys("a")).hasSize(7);
    }
  }

  @Test
  void aKeyIsNeverTakenApartOnItsWay() {
    String hostile = "a\r\nSET b 1\r\n*1 {x} ' \" \\ " + "\u00e4".repeat(490);
    assertThat(hostile.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(1_024);
    try (Given given = new Given(server);
        Connection monitor = server.connect()) {
      Given.Store rooms = given.open();
      monitor.sendCommand(Command.MONITOR);
      monitor.getOne();
      rooms.put(hostile, "1");
      assertThat(rooms.keys("a\r\n")).containsExactly(hostile);
      given.say(Command.ECHO, "the end");
      List<String> seen = new ArrayList<>();
      for (String line = line(monitor); !line.contains("the end"); line = line(monitor)) {
        seen.add(line);
      }
      // Every line is one command; the key is in it whole, escaped, between quotes.
      String escaped = "a\\r\\nSET b 1\\r\\n*1 {x} ' \\\" \\\\ ";
      assertThat(seen).anyMatch(line -> line.contains("\"EVALSHA\"") && line.contains(escaped));
      assertThat(seen).noneMatch(line -> line.contains("\"SET\" \"b\""));
      assertThat(rooms.get("b")).isEmpty();
    }
  }

  private static String line(Connection monitor) {
    return new String((byte[]) monitor.getUnflushedObject(), StandardCharsets.UTF_8);
  }

  @Test
  void whatASomebodyWroteOverIsSaidAndNotReadAsNothing() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      rooms.put("a", "1");
      given.say(Command.SET, given.name("entry:a"), "scribble");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> rooms.get("a"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED));
    }
  }

  @Test
  void aLayoutOfAnotherVersionIsNotTouched() {
    try (Given given = new Given(server)) {
      given.say(Command.SET, given.name("layout"), "undercroft 7");
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(given::open)
          .withMessageContaining("'undercroft 7'")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG));
      assertThat(given.names()).containsExactly("layout");
    }
  }

  @Test
  void aServerThatForgotTheScriptsIsToldThemAgain() {
    try (Given given = new Given(server)) {
      Given.Store rooms = given.open();
      given.say(Command.SCRIPT, "FLUSH");
      rooms.put("a", "1");
      given.say(Command.SCRIPT, "FLUSH");
      rooms.batch().putMany(Map.of("b", Given.entry("2"), "c", Given.entry("3")));
      given.say(Command.SCRIPT, "FLUSH");
      assertThat(rooms.keys("")).containsExactly("a", "b", "c");
      given.say(Command.SCRIPT, "FLUSH");
      assertThat(rooms.keyValue().size()).isEqualTo(3);
      given.say(Command.SCRIPT, "FLUSH");
      rooms
          .commit()
          .commit(List.of(new Check("a", Precondition.ABSENT)), List.of(new Mutation.Remove("a")));
      assertThat(rooms.get("a")).contains("1");
    }
  }
}
