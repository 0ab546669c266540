package io.undercroft.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Which entry comes next: at random, the same sequence on both sides, and nearly for nothing. */
@State(Scope.Thread)
public class Picks {
  /** How far apart the threads begin in what {@link Zipfian} has drawn. */
  private static final int APART = 130_003;

  @Param("UNIFORM")
  public Spread picks = Spread.UNIFORM;

  private long state;
  private int place;
  private @Nullable Zipfian zipfian;

  /**
   * Gives every thread a sequence of its own, which goes on from iteration to iteration: begun
   * anew, it would write the same values under the same keys again, and SQLite writes nothing then.
   */
  @Setup(Level.Trial)
  public void begin(ThreadParams thread) {
    begin(thread.getThreadIndex());
  }

  void begin(int thread) {
    state = 0x9E3779B97F4A7C15L * (thread + 1);
    place = APART * thread;
  }

  /** Returns a number from 0 to below {@code bound}: Marsaglia's xorshift, scaled down. */
  int below(int bound) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) (((state >>> 32) * bound) >>> 32);
  }

  /**
   * Returns the number of a key, from 0 to below {@code keys}, as {@link #picks} says.
   *
   * @param keys the same number in all calls
   */
  int key(int keys) {
    if (picks == Spread.UNIFORM) {
      return below(keys);
    }
    Zipfian drawn = zipfian;
    if (drawn == null) {
      drawn = Zipfian.below(keys);
      zipfian = drawn;
    }
    return drawn.at(place++);
  }
}
