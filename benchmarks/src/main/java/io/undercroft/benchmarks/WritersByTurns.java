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
 * one writer, half a second of many, of Undercroft and of {@code java.nio} with the same recipe,
 * each in one directory and spread over subfolders.
 *
 * <p>Arguments: how many blocks; by default 40. Then how many writers and how many subfolders; by
 * default 16 each.
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
    int subfolders = arguments.length < 3 ? 16 : Integer.parseInt(arguments[2]);
    try (Scratch scratch = Scratch.create();
        RawJson json = new RawJson(Layout.COMPACT)) {
      Path ours = scratch.directory().resolve("ours");
      Path spread = scratch.directory().resolve("spread");
      FilmStorage.fill(ours, Layout.COMPACT, KEYS);
      FilmStorage.fill(ours, Layout.COMPACT, KEYS); // the first overwrite writes a sidecar, too
      FilmStorage.fillSubfolders(spread, Layout.COMPACT, subfolders, KEYS);
      FilmStorage.fillSubfolders(spread, Layout.COMPACT, subfolders, KEYS);
      RawFiles files =
          new RawFiles(Files.createDirectory(scratch.directory().resolve("raw")), json);
      files.fill(KEYS);
      RawFiles spreadFiles =
          new RawFiles(
              Files.createDirectory(scratch.directory().resolve("raw-spread")), json, subfolders);
      spreadFiles.fill(KEYS);
      try (FilmStorage storage = FilmStorage.inFolder(ours, Layout.COMPACT);
          FilmStorage spreadStorage =
              FilmStorage.inSubfolders(spread, Layout.COMPACT, subfolders)) {
        List<Writing> sides =
            List.of(storage.films()::set, files::set, spreadStorage.films()::set, spreadFiles::set);
        List<double[]> rates = new ArrayList<>();
        for (int block = -WARM_UP; block < blocks; block++) {
          double[] rate = new double[2 * sides.size()];
          for (int i = 0; i < rate.length; i++) {
            int turn = (block & 1) == 0 ? i : rate.length - 1 - i; // who begins has no advantage
            rate[turn] = rate(sides.get(turn / 2), (turn & 1) == 0 ? 1 : writers);
          }
          if (block >= 0) {
            rates.add(rate);
          }
        }
        print(rates, writers, " with " + subfolders + " subfolders");
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

  private static void print(List<double[]> rates, int writers, String spread) {
    List<String> sides =
        List.of("Undercroft", "java.nio", "Undercroft" + spread, "java.nio" + spread);
    System.out.printf("durable writes a second, %d blocks%n", rates.size());
    for (int side = 0; side < sides.size(); side++) {
      List<Double> one = column(rates, 2 * side);
      List<Double> many = column(rates, 2 * side + 1);
      System.out.printf(
          "%s: %s by one thread, %s by %d: %s times%n",
          sides.get(side),
          Figure.mean(one).text(0),
          Figure.mean(many).text(0),
          writers,
          Figure.ratio(many, one).text(2));
    }
    for (int side = 0; side < sides.size(); side += 2) {
      System.out.printf(
          "%s beside %s: one thread %s, %d threads %s%n",
          sides.get(side),
          sides.get(side + 1),
          Figure.ratio(column(rates, 2 * side), column(rates, 2 * side + 2)).text(2),
          writers,
          Figure.ratio(column(rates, 2 * side + 1), column(rates, 2 * side + 3)).text(2));
    }
  }

  private static List<Double> column(List<double[]> rates, int number) {
    return rates.stream().map(block -> block[number]).toList();
  }
}
