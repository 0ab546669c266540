package io.undercroft.runtime.codec;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;

/** Where the randomness of a test comes from, so that a failure can be seen again. */
final class Seeds {
  private static final String PROPERTY = "undercroft.codec.seed";

  private Seeds() {}

  /** What a test does with its randomness. */
  interface Work {
    void run(Random random) throws Exception;
  }

  /** Runs the work; a failure says which seed to give to see it again. */
  static void run(Work work) {
    Long given = Long.getLong(PROPERTY);
    long seed = given != null ? given : ThreadLocalRandom.current().nextLong();
    try {
      work.run(new Random(seed));
    } catch (Exception | AssertionError | StackOverflowError e) {
      throw new AssertionError(
          "with seed " + seed + " (again with -D" + PROPERTY + "=" + seed + "): " + e, e);
    }
  }
}
