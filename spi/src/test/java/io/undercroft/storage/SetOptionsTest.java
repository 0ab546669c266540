package io.undercroft.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SetOptionsTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

  @Test
  void noneAsksForNothing() {
    SetOptions none = SetOptions.none();
    assertThat(none.onlyIfAbsent()).isFalse();
    assertThat(none.expectedVersion()).isEmpty();
    assertThat(none.deadline(NOON)).isEmpty();
    assertThat(none.metadata()).isEmpty();
    assertThat(none).hasToString("SetOptions[]");
  }

  @Test
  void everyPartMayBeJoinedWithEveryOther() {
    SetOptions all =
        SetOptions.ifVersion("v7")
            .andExpiresIn(Duration.ofDays(7))
            .andMetadata("who", "Alice")
            .andMetadata(Map.of("why", "because"));
    assertThat(all.expectedVersion()).contains("v7");
    assertThat(all.deadline(NOON)).contains(NOON.plus(Duration.ofDays(7)));
    assertThat(all.metadata()).isEqualTo(Map.of("who", "Alice", "why", "because"));
    assertThat(SetOptions.expiresIn(Duration.ofDays(1)).andIfAbsent().onlyIfAbsent()).isTrue();
    assertThat(SetOptions.metadata("a", "b").andIfVersion("v1").expectedVersion()).contains("v1");
  }

  @Test
  void joiningLeavesTheFirstAlone() {
    SetOptions first = SetOptions.ifAbsent();
    assertThat(first.andMetadata("who", "Alice").metadata()).hasSize(1);
    assertThat(first.metadata()).isEmpty();
  }

  @Test
  void theConditionsContradictEachOther() {
    assertThatIllegalStateException()
        .isThrownBy(() -> SetOptions.ifAbsent().andIfVersion("v1"))
        .withMessageContaining("ifVersion('v1') contradicts ifAbsent");
    assertThatIllegalStateException()
        .isThrownBy(() -> SetOptions.ifVersion("v1").andIfAbsent())
        .withMessageContaining("ifAbsent contradicts ifVersion('v1')");
  }

  @Test
  void theLastDeadlineCounts() {
    Instant later = NOON.plusSeconds(9);
    assertThat(SetOptions.expiresIn(Duration.ofDays(1)).andExpiresAt(later).deadline(NOON))
        .contains(later);
    assertThat(SetOptions.expiresAt(later).andExpiresIn(Duration.ofSeconds(1)).deadline(NOON))
        .contains(NOON.plusSeconds(1));
  }

  @Test
  void aLifeIsPositive() {
    for (Duration life : new Duration[] {Duration.ZERO, Duration.ofNanos(-1)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> SetOptions.expiresIn(life))
          .withMessageContaining("must be positive");
    }
  }

  @Test
  void metadataIsShownByNameOnly() {
    SetOptions options = SetOptions.ifAbsent().andExpiresAt(NOON).andMetadata("token", "hunter2");
    assertThat(options.toString()).contains("ifAbsent", "token").doesNotContain("hunter2");
    assertThat(SetOptions.ifVersion("v1").andExpiresIn(Duration.ofSeconds(1)))
        .hasToString("SetOptions[ifVersion=v1, expiresIn=PT1S]");
  }
}
