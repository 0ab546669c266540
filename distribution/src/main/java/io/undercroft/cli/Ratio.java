package io.undercroft.cli;

import java.util.List;
import java.util.Locale;

/**
 * How many times as fast as by hand: the median over the pairs of blocks, which a few that were
 * disturbed do not move, with the interval in which the true one lies with a probability of at
 * least 95 in 100. That holds whatever the distribution is.
 *
 * @param value the median
 * @param low the lower end
 * @param high the upper end
 * @param pairs how many pairs there were
 */
record Ratio(double value, double low, double high, int pairs) {
  /** So near to 1 it makes no difference to anybody. */
  private static final double NEAR = 1.05;

  /** An interval that reaches further than this from 1 could hide a difference. */
  private static final double WIDE = 1.1;

  /** Where the upper end is more than so many times the lower, one number would say too much. */
  private static final double VAGUE = 1.5;

  /** With fewer there is no such interval. */
  static final int FEWEST_PAIRS = 6;

  private static final double DOUBT = 0.05;

  /** What a ratio says. */
  enum Verdict {
    FASTER,
    EQUAL,
    SLOWER,
    UNCERTAIN
  }

  /** Returns the ratio of pairs of blocks, each with its own ratio. */
  static Ratio of(List<Double> ratios) {
    int pairs = ratios.size();
    if (pairs < FEWEST_PAIRS) {
      throw new IllegalArgumentException(pairs + " pairs tell too little");
    }
    double[] sorted = ratios.stream().mapToDouble(r -> r).sorted().toArray();
    double middle = Math.sqrt(sorted[(pairs - 1) / 2] * sorted[pairs / 2]);
    int out = out(pairs);
    return new Ratio(middle, sorted[out], sorted[pairs - 1 - out], pairs);
  }

  /**
   * Returns how many of the lowest and of the highest to leave out: as many as a coin that is
   * tossed for each pair would rarely fall short of.
   */
  private static int out(int pairs) {
    double one = Math.pow(0.5, pairs);
    double sum = one;
    int out = 0;
    while (2 * sum <= DOUBT) {
      out++;
      one *= (pairs - out + 1) / (double) out;
      sum += one;
    }
    return out - 1;
  }

  Verdict verdict() {
    if (low <= 1 && high >= 1) {
      return low < 1 / WIDE || high > WIDE ? Verdict.UNCERTAIN : Verdict.EQUAL;
    }
    if (value > 1 / NEAR && value < NEAR) {
      return Verdict.EQUAL;
    }
    return value > 1 ? Verdict.FASTER : Verdict.SLOWER;
  }

  /** Returns the verdict in words. */
  String words() {
    boolean vague = high / low > VAGUE;
    return switch (verdict()) {
      case EQUAL -> "as fast as by hand";
      case UNCERTAIN -> "no difference can be told";
      case FASTER ->
          vague
              ? "faster: " + number(low) + " to " + number(high) + " times as fast"
              : number(value) + " times as fast";
      case SLOWER ->
          vague
              ? "slower: " + number(low) + " to " + number(high) + " of the speed by hand"
              : number(value) + " of the speed by hand";
    };
  }

  /** Returns a ratio with as many digits as mean something. */
  static String number(double ratio) {
    return String.format(
        Locale.ROOT, ratio < 0.995 ? "%.2f" : ratio < 9.95 ? "%.1f" : "%.0f", ratio);
  }
}
