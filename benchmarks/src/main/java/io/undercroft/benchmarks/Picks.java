package io.undercroft.benchmarks;

import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.ThreadParams;

/** Which entry comes next: at random, the same sequence on both sides, and nearly for nothing. */
@State(Scope.Thread)
public class Picks {
  private long state;

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
  }

  /** Returns a number from 0 to below {@code bound}: Marsaglia's xorshift, scaled down. */
  int below(int bound) {
    state ^= state << 13;
    state ^= state >>> 7;
    state ^= state << 17;
    return (int) (((state >>> 32) * bound) >>> 32);
  }
}
