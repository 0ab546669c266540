package io.undercroft.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * A figure.
 *
 * @param value what it is taken to be
 * @param error half of the confidence interval; NaN if there is too little to tell
 */
record Figure(double value, double error) {
  private static final double CONFIDENCE = 0.95;

  /** Returns the mean of what rounds came to. */
  static Figure mean(List<Double> rounds) {
    int n = rounds.size();
    if (n == 1) {
      return new Figure(rounds.get(0), Double.NaN);
    }
    DescriptiveStatistics statistics = new DescriptiveStatistics();
    rounds.forEach(statistics::addValue);
    double quantile = new TDistribution(n - 1).inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    return new Figure(
        statistics.getMean(), quantile * statistics.getStandardDeviation() / Math.sqrt(n));
  }

  /**
   * Returns how many times as much the one came to as the other, round by round; the rounds'
   * geometric mean.
   */
  static Figure ratio(List<Double> ones, List<Double> others) {
    return mean(IntStream.range(0, ones.size())
            .mapToObj(i -> Math.log(ones.get(i) / others.get(i)))
            .toList())
        .map(Math::exp, Math::exp);
  }

  Figure map(DoubleUnaryOperator mean, DoubleUnaryOperator slope) {
    return new Figure(mean.applyAsDouble(value), error * slope.applyAsDouble(value));
  }

  /** Returns a ratio, with more digits where it is small. */
  String text() {
    return text(value < 0.1 ? 4 : 2);
  }

  String text(int digits) {
    return number(value, digits) + " ± " + number(error, digits);
  }

  /** Returns the number, or a question mark for NaN. */
  static String number(double value, int digits) {
    return Double.isNaN(value) ? "?" : String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  /** Returns a time with the unit that reads best. */
  static String time(double nanos) {
    if (Double.isNaN(nanos)) {
      return "?";
    }
    if (nanos < 1_000) {
      return number(nanos, 1) + " ns";
    }
    if (nanos < 1e6) {
      return number(nanos / 1e3, 2) + " µs";
    }
    return nanos < 1e9 ? number(nanos / 1e6, 2) + " ms" : number(nanos / 1e9, 2) + " s";
  }
}
