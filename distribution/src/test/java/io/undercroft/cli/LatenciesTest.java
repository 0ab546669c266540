package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class LatenciesTest {
  @Test
  void everyDurationIsKnownToThreeInAHundred() {
    for (long nanos = 0; nanos < 1L << 50; nanos += 1 + nanos / 7) {
      Latencies latencies = new Latencies();
      latencies.add(nanos);
      assertThat(latencies.nanos(0.5)).isCloseTo(nanos, within(nanos / 32 + 1));
    }
    Latencies longest = new Latencies();
    longest.add(Long.MAX_VALUE);
    assertThat(longest.nanos(1)).isPositive();
  }

  @Test
  void aPartOfTheOperationsTookAtMostSoLong() {
    Latencies latencies = new Latencies();
    Latencies others = new Latencies();
    for (int i = 1; i <= 100; i++) {
      (i % 2 == 0 ? latencies : others).add(i * 1_000_000L);
    }
    latencies.addAll(others);
    assertThat(latencies.count()).isEqualTo(100);
    assertThat(latencies.nanos(0.5)).isCloseTo(50_000_000L, within(2_000_000L));
    assertThat(latencies.nanos(0.99)).isCloseTo(99_000_000L, within(4_000_000L));
    assertThat(latencies.nanos(1)).isCloseTo(100_000_000L, within(4_000_000L));
    assertThat(new Latencies().nanos(0.99)).isZero();
  }

  @Test
  void durationsAreShownInTheirUnit() {
    assertThat(BenchCommand.duration(0)).isEqualTo("0 ns");
    assertThat(BenchCommand.duration(999)).isEqualTo("999 ns");
    assertThat(BenchCommand.duration(1_250)).isEqualTo("1.3 µs");
    assertThat(BenchCommand.duration(81_000)).isEqualTo("81 µs");
    assertThat(BenchCommand.duration(999_700)).isEqualTo("1.0 ms");
    assertThat(BenchCommand.duration(2_100_000_000L)).isEqualTo("2.1 s");
  }
}
