package io.undercroft.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A mean and how far it may be off.
 *
 * @param mean of all that was measured
 * @param error half of the 95 % confidence interval
 */
record Spread(double mean, double error) {
  private static final double STUDENT = 1.96; // there are dozens of blocks

  /** Takes a figure of each block. */
  static <B> Spread of(List<B> blocks, ToDoubleFunction<B> figure) {
    double[] all = blocks.stream().mapToDouble(figure).toArray();
    double mean = Arrays.stream(all).average().orElseThrow();
    double squares = Arrays.stream(all).map(one -> (one - mean) * (one - mean)).sum();
    return new Spread(
        mean, STUDENT * Math.sqrt(squares / Math.max(1, all.length - 1) / all.length));
  }

  /** Returns both by a format for one number. */
  String text(String format) {
    return String.format(format + " ± " + format, mean, error);
  }
}
