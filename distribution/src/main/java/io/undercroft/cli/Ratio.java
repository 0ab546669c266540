package io.undercroft.cli;

import java.util.List;
import java.util.Locale;

/**
 * How many times as fast as by hand, with the interval in which that lies with a probability of 95
 * in 100, as far as the blocks tell.
 *
 * @param value the geometric mean over the pairs of blocks
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

  /** Student's t for 0.975, by degrees of freedom from 1. */
  private static final double[] T = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060
  };

  /** What a ratio says. */
  enum Verdict {
    FASTER,
    EQUAL,
    SLOWER,
    UNCERTAIN
  }

  private static double t(int freedom) {
    return freedom <= T.length ? T[freedom - 1] : 1.96 + 2.4 / freedom;
  }

  /** Returns the ratio of pairs of blocks; two at least, each with its own ratio. */
  static Ratio of(List<Double> ratios) {
    int pairs = ratios.size();
    double mean = ratios.stream().mapToDouble(Math::log).average().orElseThrow();
    double squares = ratios.stream().mapToDouble(r -> Math.pow(Math.log(r) - mean, 2)).sum();
    double reach = t(pairs - 1) * Math.sqrt(squares / (pairs - 1) / pairs);
    return new Ratio(Math.exp(mean), Math.exp(mean - reach), Math.exp(mean + reach), pairs);
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
    return String.format(Locale.ROOT, ratio < 1 ? "%.2f" : ratio < 9.95 ? "%.1f" : "%.0f", ratio);
  }
}
