package io.undercroft.layer.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.tool.Tiers;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every kind of rule, and what the application sees of an entry that was moved. */
class RulesTest {
  private static List<String> keys(List<Tiers.Move> moves) {
    return moves.stream().map(Tiers.Move::key).toList();
  }

  @Test
  void whatIsOldMovesAndIsReadAsBefore() {
    try (Tiered tiered = new Tiered("cold if age > 30d")) {
      Entry<String> before = tiered.rooms().set("a", "one", SetOptions.metadata("who", "alice"));
      tiered.clock.advance(Duration.ofDays(31));
      tiered.rooms().set("b", "two");

      assertThat(keys(tiered.apply())).containsExactly("a");

      assertThat(tiered.keysIn(Tiered.COLD)).containsExactly("a");
      assertThat(tiered.rooms().get("a")).contains("one");
      assertThat(tiered.rooms().entry("a")).contains(before);
      assertThat(tiered.rooms().size()).isEqualTo(2);
      try (Stream<String> values = tiered.rooms().values()) {
        assertThat(values).containsExactlyInAnyOrder("one", "two");
      }
      assertThat(tiered.apply()).isEmpty();
    }
  }

  @Test
  void whatIsIdleMovesUnlessItIsRead() {
    try (Tiered tiered = new Tiered("warm if idle > 7d")) {
      tiered.rooms().set("read", "x");
      tiered.rooms().set("idle", "x");
      tiered.clock.advance(Duration.ofDays(6));
      tiered.rooms().get("read");
      tiered.clock.advance(Duration.ofDays(2));

      assertThat(keys(tiered.apply())).containsExactly("idle");
    }
  }

  @Test
  void whatIsLargeMoves() {
    try (Tiered tiered = new Tiered("cold if size > 1KiB; warm if size < 10")) {
      tiered.rooms().set("large", "x".repeat(2_000));
      tiered.rooms().set("small", "x");
      tiered.rooms().set("other", "x".repeat(100));

      assertThat(keys(tiered.apply())).containsExactly("large", "small");
      assertThat(tiered.keysIn(Tiered.COLD)).containsExactly("large");
      assertThat(tiered.keysIn(Tiered.WARM)).containsExactly("small");
    }
  }

  @Test
  void whatIsBeyondTheCountMovesTheLongestUnusedFirst() {
    try (Tiered tiered = new Tiered("warm if count > 3")) {
      for (int i = 0; i < 10; i++) {
        tiered.rooms().set("Key " + i, "x");
        tiered.clock.advance(Duration.ofMinutes(1));
      }
      tiered.rooms().get("Key 0");

      assertThat(keys(tiered.apply()))
          .containsExactly("Key 1", "Key 2", "Key 3", "Key 4", "Key 5", "Key 6", "Key 7");
      assertThat(tiered.apply()).isEmpty();
    }
  }

  @Test
  void whatSaysSoInItsMetadataMoves() {
    try (Tiered tiered = new Tiered("cold if metadata.class = archive")) {
      tiered.rooms().set("a", "x", SetOptions.metadata("class", "archive"));
      tiered.rooms().set("b", "x", SetOptions.metadata("class", "live"));
      tiered.rooms().set("c", "x");

      assertThat(keys(tiered.apply())).containsExactly("a");
    }
  }

  @Test
  void whatMatchesAQueryMoves() {
    try (Tiered tiered =
        new Tiered(
            "cold if where {\"field\": \"state\", \"operator\": \"eq\", \"value\": \"a; and b\"}"
                + " and size > 1")) {
      Storage<Map<String, Object>> rooms = maps(tiered);
      rooms.set("a", Map.of("state", "a; and b"));
      rooms.set("b", Map.of("state", "open"));

      assertThat(keys(tiered.apply())).containsExactly("a");
      assertThat(rooms.get("a")).contains(Map.of("state", "a; and b"));
    }
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // the values are the maps that were written
  private static Storage<Map<String, Object>> maps(Tiered tiered) {
    return (Storage) tiered.rooms(Map.class);
  }

  @Test
  void whatExpiresWaitsForItsMove() {
    try (Tiered tiered = new Tiered("expire if age > 10d; cold if age > 5d")) {
      tiered.rooms().set("a", "x");
      tiered.clock.advance(Duration.ofDays(20));

      assertThat(tiered.apply()).extracting(move -> move.to().orElse("")).containsExactly("cold");
      assertThat(tiered.rooms().get("a")).contains("x");
      assertThat(tiered.apply()).extracting(move -> move.to().orElse("")).containsExactly("");
      assertThat(tiered.rooms().get("a")).isEmpty();
      assertThat(tiered.keysIn(Tiered.COLD)).isEmpty();
    }
  }

  @Test
  void anEntryGoesFromTierToTier() {
    try (Tiered tiered = new Tiered("cold if age > 30d; warm if age > 5d")) {
      tiered.rooms().set("a", "x");
      tiered.clock.advance(Duration.ofDays(6));
      tiered.apply();
      assertThat(tiered.keysIn(Tiered.WARM)).containsExactly("a");
      tiered.clock.advance(Duration.ofDays(30));
      tiered.apply();
      assertThat(tiered.keysIn(Tiered.WARM)).isEmpty();
      assertThat(tiered.keysIn(Tiered.COLD)).containsExactly("a");
      assertThat(tiered.tiers().figures())
          .extracting(Tiers.Figures::entries)
          .containsExactly(0L, 0L, 1L);
    }
  }

  @Test
  void aDeadlineIsKeptInEveryTier() {
    try (Tiered tiered = new Tiered("cold if age > 1d")) {
      tiered.rooms().set("a", "x", SetOptions.expiresIn(Duration.ofDays(3)));
      tiered.clock.advance(Duration.ofDays(2));
      tiered.apply();
      assertThat(tiered.rooms().get("a")).contains("x");
      tiered.clock.advance(Duration.ofDays(2));
      assertThat(tiered.rooms().get("a")).isEmpty();
      assertThat(tiered.rooms().size()).isZero();
    }
  }

  @Test
  void aVersionOutlivesAMove() {
    try (Tiered tiered = new Tiered("cold if age > 1d")) {
      String version = tiered.rooms().set("a", "one", SetOptions.none()).version();
      tiered.clock.advance(Duration.ofDays(2));
      tiered.apply();

      Entry<String> next = tiered.rooms().set("a", "two", SetOptions.ifVersion(version));
      assertThat(tiered.rooms().get("a")).contains("two");
      assertThatThrownBy(() -> tiered.rooms().set("a", "three", SetOptions.ifVersion(version)))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.VERSION_CONFLICT));
      assertThat(tiered.rooms().delete("a", next.version())).isTrue();
      tiered.apply();
      assertThat(tiered.keysIn(Tiered.COLD)).isEmpty();
    }
  }

  @Test
  void whatIsReadComesBackIfThatIsConfigured() {
    try (Tiered tiered = new Tiered("cold if age > 1d", "tier.promote", "true")) {
      Entry<String> before = tiered.rooms().set("a", "one", SetOptions.none());
      tiered.clock.advance(Duration.ofDays(2));
      tiered.apply();
      tiered.rooms().get("a");

      assertThat(tiered.keysIn(Tiered.COLD)).isEmpty();
      assertThat(tiered.rooms().entry("a")).contains(before);
    }
  }

  @Test
  void theRulesAreAppliedByThemselvesIfThatIsConfigured() {
    try (Tiered tiered = new Tiered("cold if age > 1d", "tier.every", "20ms")) {
      tiered.rooms().set("a", "one");
      tiered.clock.advance(Duration.ofDays(2));

      Eventually.holds("it moves", () -> tiered.keysIn(Tiered.COLD).equals(List.of("a")));
    }
  }

  @Test
  void itIsExplained() {
    try (Tiered tiered = new Tiered("cold if age > 30d; warm if size > 1")) {
      tiered.rooms().set("a", "one");

      Tiers.Explained explained = tiered.tiers().explain("a", tiered.clock.instant()).orElseThrow();
      assertThat(explained.tier()).isEqualTo("hot");
      assertThat(explained.move().orElseThrow().rule()).isEqualTo("warm if size > 1");
      assertThat(explained.rules())
          .containsExactly("cold if age > 30d: does not fit", "warm if size > 1: fits");
      assertThat(tiered.tiers().explain("b", tiered.clock.instant())).isEmpty();
    }
  }

  @Test
  void aRuleThatIsNotUnderstoodIsToldAtTheStart() {
    assertThatThrownBy(() -> new Tiered("cold when age > 1d"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("'cold when age > 1d' is not understood")
        .hasMessageContaining("INVALID_CONFIG");
    assertThatThrownBy(() -> new Tiered("cold if age > soon"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("age > soon");
  }
}
