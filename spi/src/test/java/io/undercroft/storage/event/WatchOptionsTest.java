package io.undercroft.storage.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WatchOptionsTest {
  @Test
  void optionsStartFromAllOrAGlobOrAPattern() {
    assertThat(WatchOptions.all().glob()).isEmpty();
    assertThat(WatchOptions.all().pattern()).isEmpty();
    assertThat(WatchOptions.glob("a*").glob()).contains("a*");
    Pattern pattern = Pattern.compile("a+");
    assertThat(WatchOptions.pattern(pattern).pattern()).contains(pattern);
    assertThat(WatchOptions.all().queueCapacity()).isEqualTo(1_024);
  }

  @Test
  void theRestIsKeptWhenOneThingChanges() {
    WatchOptions options = WatchOptions.glob("a*").withQueueCapacity(8).resumeAfter("p7");
    assertThat(options.glob()).contains("a*");
    assertThat(options.queueCapacity()).isEqualTo(8);
    assertThat(options.from()).contains("p7");
  }

  @Test
  void aGlobAndAPatternTogetherAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new WatchOptions(
                    Optional.of("*"), Optional.of(Pattern.compile("a")), Optional.empty(), 1))
        .withMessageContaining("not both");
  }

  @Test
  void aQueueHasAPositiveCapacityThatFitsIntoMemory() {
    assertThat(WatchOptions.all().withQueueCapacity(1).queueCapacity()).isEqualTo(1);
    assertThat(WatchOptions.all().withQueueCapacity(1 << 20).queueCapacity()).isEqualTo(1 << 20);
    for (int capacity : new int[] {0, -1, (1 << 20) + 1}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> WatchOptions.all().withQueueCapacity(capacity))
          .withMessageContaining(String.valueOf(capacity));
    }
  }
}
