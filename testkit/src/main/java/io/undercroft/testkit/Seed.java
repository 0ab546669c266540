package io.undercroft.testkit;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.opentest4j.TestAbortedException;

/** Where the randomness of a test comes from, so that a failure can be seen again. */
final class Seed {
  /** The system property that gives the seed. */
  static final String PROPERTY = "undercroft.testkit.seed";

  private Seed() {}

  /** What a test does with its randomness. */
  @FunctionalInterface
  interface Work {
    void run(Random random) throws Exception;
  }

  /** What a test does with its randomness and tells of its seed. */
  @FunctionalInterface
  interface TellingWork {
    void run(long seed, Random random) throws Exception;
  }

  /** Returns the seed that the system property gives, or a new one. */
  static long next() {
    Long given = Long.getLong(PROPERTY);
    return given != null ? given : ThreadLocalRandom.current().nextLong();
  }

  /** Runs the work; a failure says which seed to give to see it again. */
  static void run(Work work) {
    run((seed, random) -> work.run(random));
  }

  /** Runs the work; a failure says which seed to give to see it again. */
  static void run(TellingWork work) {
    long seed = next();
    try {
      work.run(seed, new Random(seed));
    } catch (TestAbortedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "with seed " + seed + " (again with -D" + PROPERTY + "=" + seed + "): " + e.getMessage(),
          e);
    }
  }
}
