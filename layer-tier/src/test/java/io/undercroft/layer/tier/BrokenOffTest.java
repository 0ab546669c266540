package io.undercroft.layer.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever is broken off at whatever point, every entry is readable and in one tier in the end. How
 * often: {@code -Dtier.rounds}.
 */
class BrokenOffTest {
  private static final int ROUNDS = Integer.getInteger("tier.rounds", 100);
  private static final int KEYS = 20;
  private static final long SEED = Long.getLong("tier.seed", System.nanoTime());

  private final Random random = new Random(SEED);

  private static Tiered filled() {
    Tiered tiered = new Tiered("cold if age > 5d; warm if age > 1d");
    for (int i = 0; i < KEYS; i++) {
      tiered.rooms().set("Key " + i, "value " + i);
      if (i % 2 == 0) {
        tiered.clock.advance(Duration.ofHours(10));
      }
    }
    return tiered;
  }

  private static void assertReadable(Tiered tiered) {
    for (int i = 0; i < KEYS; i++) {
      assertThat(tiered.rooms().get("Key " + i)).as("seed %s", SEED).contains("value " + i);
    }
  }

  private static void assertInOneTier(Tiered tiered) {
    List<String> warm = tiered.keysIn(Tiered.WARM);
    List<String> cold = tiered.keysIn(Tiered.COLD);
    assertThat(warm).as("seed %s", SEED).noneMatch(cold::contains);
    long inColder =
        tiered.tiers().figures().stream().skip(1).mapToLong(figures -> figures.entries()).sum();
    assertThat(warm.size() + cold.size()).as("seed %s", SEED).isEqualTo((int) inColder);
  }

  @Test
  void aDeadHotTierOrProcessAtAnyPointLosesNothing() {
    for (int round = 0; round < ROUNDS; round++) {
      try (Tiered tiered = filled()) {
        tiered.clock.advance(Duration.ofDays(random.nextInt(8)));
        if (random.nextBoolean()) {
          tiered.apply();
          tiered.clock.advance(Duration.ofDays(random.nextInt(8)));
        }
        tiered.hotCalls.set(random.nextInt(60));
        try {
          tiered.apply();
        } catch (StorageException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_LOST);
        }
        tiered.hotCalls.set(-1);
        assertReadable(tiered);
        tiered.clock.advance(Duration.ofMinutes(10));
        tiered.apply();
        assertReadable(tiered);
        assertInOneTier(tiered);
      }
    }
  }

  @Test
  void anOutageOfTheColdTierAtAnyPointLosesNothing() {
    int outages = 0;
    for (int round = 0; round < ROUNDS; round++) {
      try (Tiered tiered = filled()) {
        tiered.clock.advance(Duration.ofDays(random.nextInt(8)));
        tiered.coldCalls.set(random.nextInt(80));
        try {
          tiered.apply();
        } catch (StorageException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_LOST);
          assertThat(e.reason()).contains("tier 'cold'");
        }
        outages += tiered.outages.get();
        tiered.coldCalls.set(-1);
        assertReadable(tiered);
        tiered.clock.advance(Duration.ofMinutes(10));
        tiered.apply();
        assertReadable(tiered);
        assertInOneTier(tiered);
      }
    }
    assertThat(outages).isGreaterThan(ROUNDS / 10);
  }

  @Test
  void anOutageIsNeverReportedAsAbsence() {
    try (Tiered tiered = filled()) {
      tiered.clock.advance(Duration.ofDays(20));
      tiered.apply();
      tiered.coldCalls.set(0);

      assertThatThrownBy(() -> tiered.rooms().get("Key 1"))
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_LOST))
          .hasMessageContaining("the tier 'cold' does not answer");
      assertThat(tiered.rooms().has("Key 1")).isTrue();
      assertThat(tiered.rooms().get("nobody")).isEmpty();
      tiered.rooms().set("Key 1", "new");
      assertThat(tiered.rooms().get("Key 1")).contains("new");
      assertThat(tiered.rooms().delete("Key 2")).isTrue();
      tiered.coldCalls.set(-1);
      assertThat(tiered.rooms().get("Key 2")).isEmpty();
      tiered.apply();
      assertThat(tiered.rooms().get("Key 1")).contains("new");
      assertInOneTier(tiered);
    }
  }

  @Test
  void onlyOneMovesAtATime() {
    try (Tiered tiered = filled()) {
      tiered.clock.advance(Duration.ofDays(20));

      tiered
          .tiers()
          .apply(
              tiered.clock.instant(),
              move ->
                  assertThatThrownBy(tiered::apply)
                      .isInstanceOfSatisfying(
                          StorageException.class,
                          e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT)));
      assertInOneTier(tiered);
    }
  }
}
