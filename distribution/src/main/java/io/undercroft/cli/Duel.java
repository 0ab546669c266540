package io.undercroft.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Lets two sides do the same by turns, block by block, so that whatever slows the machine down
 * meanwhile slows down both. Each pair of blocks begins with the other side than the one before.
 */
final class Duel implements AutoCloseable {
  /** The most threads that work at a time. */
  static final int MOST_THREADS = 8;

  /** How many pairs of blocks there are, where they take no longer than they should. */
  private static final int PAIRS = 180;

  /** A block that is shorter tells more of the scheduler than of its work. */
  private static final long SHORTEST_BLOCK = TimeUnit.MILLISECONDS.toNanos(20);

  /** How much of the time goes by before anything counts. */
  private static final double WARM_UP = 0.25;

  private final Interruption interruption;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          MOST_THREADS,
          work -> {
            Thread thread = new Thread(work, "undercroft-bench");
            thread.setDaemon(true);
            return thread;
          });

  Duel(Interruption interruption) {
    this.interruption = interruption;
  }

  /** One operation of one side. */
  @FunctionalInterface
  interface Work {
    /** Does it once; the random numbers say with what. */
    void once(SplittableRandom random);
  }

  /**
   * How quick a side was.
   *
   * @param perSecond operations in a second, by all threads together
   * @param latencies how long each took
   */
  record Speed(double perSecond, Latencies latencies) {}

  /**
   * What came out.
   *
   * @param byHand of the other side, where there is one
   * @param ratio of the two
   */
  record Result(Speed ours, Optional<Speed> byHand, Optional<Ratio> ratio) {}

  /** What one side has done so far. */
  private static final class Tally {
    private final Latencies latencies = new Latencies();
    private long operations;
    private long nanos;

    Speed speed() {
      return new Speed(operations * 1e9 / Math.max(1, nanos), latencies);
    }
  }

  /**
   * Measures.
   *
   * @param parallel how many threads do it at a time
   * @param nanos for how long, about
   * @param step called now and then
   */
  Result measure(Work ours, Optional<Work> byHand, int parallel, long nanos, Runnable step) {
    long warm = (long) (nanos * WARM_UP);
    long block = Math.max(SHORTEST_BLOCK, (nanos - warm) / PAIRS / (byHand.isPresent() ? 2 : 1));
    long begin = System.nanoTime();
    Tally forNothing = new Tally();
    int seed = 0;
    do {
      block(ours, parallel, block, seed, forNothing);
      if (byHand.isPresent()) {
        block(byHand.get(), parallel, block, seed, forNothing);
      }
      seed++;
    } while (System.nanoTime() - begin < warm);

    step.run();
    Tally our = new Tally();
    Tally their = new Tally();
    List<Double> ratios = new ArrayList<>();
    int pairs = 0;
    while (pairs < Ratio.FEWEST_PAIRS || (pairs < PAIRS && System.nanoTime() - begin < nanos)) {
      if (byHand.isEmpty()) {
        block(ours, parallel, block, seed, our);
      } else if (pairs % 2 == 0) {
        double rate = block(ours, parallel, block, seed, our);
        ratios.add(rate / block(byHand.get(), parallel, block, seed, their));
      } else {
        double rate = block(byHand.get(), parallel, block, seed, their);
        ratios.add(block(ours, parallel, block, seed, our) / rate);
      }
      seed++;
      pairs++;
      step.run();
    }
    return new Result(
        our.speed(), byHand.map(work -> their.speed()), byHand.map(work -> Ratio.of(ratios)));
  }

  /** One side's turn; returns operations in a second. */
  private double block(Work work, int parallel, long nanos, int seed, Tally tally) {
    List<Latencies> each = new ArrayList<>();
    for (int i = 0; i < parallel; i++) {
      each.add(new Latencies());
    }
    long begin = System.nanoTime();
    if (parallel == 1) {
      turn(work, nanos, new SplittableRandom(seed), each.get(0));
    } else {
      together(work, nanos, seed, each);
    }
    long took = Math.max(1, System.nanoTime() - begin);
    long operations = 0;
    for (Latencies one : each) {
      tally.latencies.addAll(one);
      operations += one.count();
    }
    tally.operations += operations;
    tally.nanos += took;
    return operations * 1e9 / took;
  }

  /** Once at least. */
  private void turn(Work work, long nanos, SplittableRandom random, Latencies latencies) {
    long begin = System.nanoTime();
    long before = begin;
    do {
      interruption.check();
      work.once(random);
      long now = System.nanoTime();
      latencies.add(now - before);
      before = now;
    } while (before - begin < nanos);
  }

  private void together(Work work, long nanos, int seed, List<Latencies> each) {
    CountDownLatch ready = new CountDownLatch(each.size());
    List<Future<?>> turns = new ArrayList<>();
    for (int i = 0; i < each.size(); i++) {
      SplittableRandom random = new SplittableRandom(seed * (long) MOST_THREADS + i);
      Latencies own = each.get(i);
      turns.add(
          threads.submit(
              () -> {
                ready.countDown();
                ready.await();
                turn(work, nanos, random, own);
                return own;
              }));
    }
    Throwable first = null;
    for (Future<?> turn : turns) { // to the last, so that nothing is written afterwards
      try {
        turn.get();
      } catch (ExecutionException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        if (first == null) {
          first = cause;
        }
      } catch (InterruptedException e) {
        interruption.stop();
        Thread.currentThread().interrupt();
        throw new Interruption.Stopped();
      }
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
    if (first != null) {
      throw new IllegalStateException(first);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
