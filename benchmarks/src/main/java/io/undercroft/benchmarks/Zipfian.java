package io.undercroft.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A million numbers, drawn once: the n-th most frequent is drawn as often as 1 / n to the power of
 * 0.99 says, which is what YCSB has. Which number is how frequent is itself drawn, so that frequent
 * ones do not lie side by side. To read them one after another costs next to nothing.
 */
final class Zipfian {
  private static final double POWER = 0.99;
  private static final int DRAWS = 1 << 20;
  private static final long SEED = 20_261_128L;
  private static final Map<Integer, Zipfian> DRAWN = new ConcurrentHashMap<>();

  private final int[] draws;

  private Zipfian(int bound) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] byRank = new int[bound];
    double[] upTo = new double[bound];
    double sum = 0;
    for (int i = 0; i < bound; i++) {
      sum += 1 / Math.pow(i + 1, POWER);
      upTo[i] = sum;
      int other = random.nextInt(i + 1);
      byRank[i] = byRank[other];
      byRank[other] = i;
    }
    draws = new int[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      int found = Arrays.binarySearch(upTo, random.nextDouble() * sum);
      draws[i] = byRank[found < 0 ? Math.min(-found - 1, bound - 1) : found];
    }
  }

  /** Returns numbers from 0 to below {@code bound}. */
  static Zipfian below(int bound) {
    return DRAWN.computeIfAbsent(bound, Zipfian::new);
  }

  /** Returns the draw at this place; after the last one comes the first. */
  int at(int place) {
    return draws[place & (DRAWS - 1)];
  }
}
