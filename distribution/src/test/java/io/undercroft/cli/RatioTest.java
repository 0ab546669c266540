package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is said of two sides is no more than their blocks tell. */
final class RatioTest {
  private static Ratio of(Double... ratios) {
    return Ratio.of(List.of(ratios));
  }

  @Test
  void theIntervalLeavesOutAsManyAsACoinRarelyFallsShortOf() {
    Ratio few = of(2.0, 1.25, 0.5, 1.0, 0.8, 1.0);
    assertThat(few).isEqualTo(new Ratio(1, 0.5, 2, 6)); // 2 × 1/64 is less than 0.05
    List<Double> twenty = IntStream.rangeClosed(1, 20).mapToObj(i -> (double) i).toList();
    Ratio ratio = Ratio.of(twenty);
    assertThat(ratio.low()).isEqualTo(6); // as in every table for the median
    assertThat(ratio.high()).isEqualTo(15);
    assertThat(ratio.value()).isCloseTo(Math.sqrt(10 * 11), within(1e-9));
    List<Double> sixty = IntStream.rangeClosed(1, 60).mapToObj(i -> (double) i).toList();
    assertThat(Ratio.of(sixty).low()).isEqualTo(22);
    assertThatThrownBy(() -> of(1.0, 1.0, 1.0, 1.0, 1.0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void whatWasDisturbedDoesNotMoveIt() {
    List<Double> ratios = new ArrayList<>(Collections.nCopies(20, 2.0));
    ratios.set(3, 0.001);
    ratios.set(7, 900.0);
    assertThat(Ratio.of(ratios)).isEqualTo(new Ratio(2, 2, 2, 20));
  }

  @Test
  void aCloseOneIsAsFast() {
    assertThat(of(1.0, 1.02, 0.98, 1.01, 0.99, 1.0).words()).isEqualTo("as fast as by hand");
    assertThat(of(1.03, 1.031, 1.029, 1.03, 1.03, 1.03).words()).isEqualTo("as fast as by hand");
  }

  @Test
  void aDifferenceIsANumber() {
    assertThat(of(1.38, 1.41, 1.4, 1.42, 1.39, 1.4).words()).isEqualTo("1.4 times as fast");
    assertThat(of(0.61, 0.62, 0.6, 0.63, 0.62, 0.62).words())
        .isEqualTo("0.62 of the speed by hand");
    assertThat(of(23.0, 24.0, 25.0, 24.0, 24.0, 24.0).words()).isEqualTo("24 times as fast");
  }

  @Test
  void aWideIntervalAboutOneTellsNothing() {
    Ratio ratio = of(0.5, 1.9, 0.7, 1.4, 1.1, 1.0);
    assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.UNCERTAIN);
    assertThat(ratio.words()).isEqualTo("no difference can be told");
  }

  @Test
  void aWideIntervalBesideOneIsSaidAsOne() {
    assertThat(of(0.3, 0.5, 0.4, 0.7, 0.35, 0.4).words())
        .matches("slower: 0\\.\\d\\d to 0\\.\\d\\d of the speed by hand");
    assertThat(of(2.0, 4.0, 3.0, 6.0, 2.5, 3.0).words())
        .matches("faster: \\d\\.\\d to \\d\\.\\d times as fast");
  }

  @Test
  void manyBlocksAreTakenToo() {
    Ratio ratio = Ratio.of(Collections.nCopies(200, 2.0));
    assertThat(ratio.low()).isEqualTo(ratio.high(), within(1e-9));
    assertThat(ratio.words()).isEqualTo("2.0 times as fast");
  }
}
