package io.undercroft.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of two sides is no more than their blocks tell. */
final class RatioTest {
  private static Ratio of(Double... ratios) {
    return Ratio.of(List.of(ratios));
  }

  @Test
  void theIntervalIsStudentsOverTheLogarithms() {
    Ratio ratio = of(0.5, 2.0);
    assertThat(ratio.value()).isCloseTo(1, within(1e-9));
    // the mean of ln 1/2 and ln 2 is 0, its standard error ln 2, and t for one degree is 12.706
    assertThat(ratio.high()).isCloseTo(Math.pow(2, 12.706), within(1e-6));
    assertThat(ratio.low()).isCloseTo(1 / ratio.high(), within(1e-9));
    assertThat(ratio.pairs()).isEqualTo(2);
  }

  @Test
  void aCloseOneIsAsFast() {
    assertThat(of(1.0, 1.02, 0.98, 1.01, 0.99).words()).isEqualTo("as fast as by hand");
    assertThat(of(1.03, 1.031, 1.029, 1.03, 1.03).words()).isEqualTo("as fast as by hand");
  }

  @Test
  void aDifferenceIsANumber() {
    assertThat(of(1.38, 1.41, 1.4, 1.42, 1.39).words()).isEqualTo("1.4 times as fast");
    assertThat(of(0.61, 0.62, 0.6, 0.63, 0.62).words()).isEqualTo("0.62 of the speed by hand");
    assertThat(of(23.0, 24.0, 25.0, 24.0, 24.0).words()).isEqualTo("24 times as fast");
  }

  @Test
  void aWideIntervalAboutOneTellsNothing() {
    Ratio ratio = of(0.5, 1.9, 0.7, 1.4, 1.1);
    assertThat(ratio.verdict()).isEqualTo(Ratio.Verdict.UNCERTAIN);
    assertThat(ratio.words()).isEqualTo("no difference can be told");
  }

  @Test
  void aWideIntervalBesideOneIsSaidAsOne() {
    assertThat(of(0.3, 0.5, 0.4, 0.7, 0.35).words())
        .matches("slower: 0\\.\\d\\d to 0\\.\\d\\d of the speed by hand");
    assertThat(of(2.0, 4.0, 3.0, 6.0, 2.5).words())
        .matches("faster: \\d\\.\\d to \\d\\.\\d times as fast");
  }

  @Test
  void manyBlocksAreTakenToo() {
    Ratio ratio = Ratio.of(Collections.nCopies(200, 2.0));
    assertThat(ratio.low()).isEqualTo(ratio.high(), within(1e-9));
    assertThat(ratio.words()).isEqualTo("2.0 times as fast");
  }
}
