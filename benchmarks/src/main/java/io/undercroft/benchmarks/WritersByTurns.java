package io.undercroft.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * What many threads write durably into a folder beside what one does, by turns: half a second of
 * one writer, half a second of many, of Undercroft and of {@code java.nio} with the same recipe.
 *
 * <p>Arguments: how many blocks; by default 40. Then how many writers; by default 16.
 */
public final class WritersByTurns {
  private static final int KEYS = 10_000;
  private static final long SPAN = TimeUnit.MILLISECONDS.toNanos(500);
  private static final int WARM_UP = 2;

  private WritersByTurns() {}

  /** One durable write of one of the films. */
  @FunctionalInterface
  private interface Writing {
    void set(String key, Film film) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    int blocks = arguments.length == 0 ? 40 : Integer.parseInt(arguments[0]);
    int writers = arguments.length < 2 ? 16 : Integer.parseInt(arguments[1]);
    try (Scratch scratch = Scratch.create();
        RawJson json = new RawJson(Layout.COMPACT)) {
      Path ours = scratch.directory().resolve("ours");
      Path raw = Files.createDirectory(scratch.directory().resolve("raw"));
      FilmStorage.fill(ours, Layout.COMPACT, KEYS);
      FilmStorage.fill(ours, Layout.COMPACT, KEYS); // the first overwrite writes a sidecar, too
      RawFiles files = new RawFiles(raw, json);
      files.fill(KEYS);
      try (FilmStorage storage = FilmStorage.inFolder(ours, Layout.COMPACT)) {
        List<Writing> sides = List.of(storage.films()::set, files::set);
        List<double[]> rates = new ArrayList<>();
        for (int block = -WARM_UP; block < blocks; block++) {
          double[] rate = new double[4];
          for (int i = 0; i < rate.length; i++) {
            int turn = (block & 1) == 0 ? i : rate.length - 1 - i; // who begins has no advantage
            rate[turn] = rate(sides.get(turn / 2), (turn & 1) == 0 ? 1 : writers);
          }
          if (block >= 0) {
            rates.add(rate);
          }
        }
        print(rates, writers);
      }
    }
  }

  /** Returns how many writes a second there were. */
  private static double rate(Writing writing, int writers) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      long start = System.nanoTime();
      List<Future<Long>> counts = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int seed = i;
        counts.add(threads.submit(() -> write(writing, start + SPAN, seed)));
      }
      long sum = 0;
      for (Future<Long> count : counts) {
        sum += count.get();
      }
      return sum * 1e9 / (System.nanoTime() - start);
    } finally {
      threads.shutdownNow();
    }
  }

  private static long write(Writing writing, long until, int seed) throws Exception {
    Picks picks = new Picks();
    picks.begin(seed);
    long count = 0;
    for (; System.nanoTime() < until; count++) {
      writing.set(Films.key(picks.below(KEYS)), Films.film(picks.below(KEYS)));
    }
    return count;
  }

  private static void print(List<double[]> rates, int writers) {
    List<List<Double>> rate = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int which = i;
      rate.add(rates.stream().map(block -> block[which]).toList());
    }
    System.out.printf(
        "durable writes a second, %d blocks: Undercroft %s by one thread, %s by %d; java.nio %s and"
            + " %s%n",
        rates.size(),
        Figure.mean(rate.get(0)).text(0),
        Figure.mean(rate.get(1)).text(0),
        writers,
        Figure.mean(rate.get(2)).text(0),
        Figure.mean(rate.get(3)).text(0));
    System.out.printf(
        "%d threads beside one: Undercroft %s times, java.nio %s times; Undercroft beside java.nio:"
            + " one thread %s, %d threads %s%n",
        writers,
        Figure.ratio(rate.get(1), rate.get(0)).text(2),
        Figure.ratio(rate.get(3), rate.get(2)).text(2),
        Figure.ratio(rate.get(0), rate.get(2)).text(2),
        writers,
        Figure.ratio(rate.get(1), rate.get(3)).text(2));
  }
}
