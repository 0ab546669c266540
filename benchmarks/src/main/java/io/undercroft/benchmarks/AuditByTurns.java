package io.undercroft.benchmarks;

import io.undercroft.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a trail adds to a durable set, by turns: one write into a bare folder, one into a folder
 * with the layer {@code audit}, and so on. A disk that others use, too, takes twice as long from
 * one minute to the next; so it does for both.
 *
 * <p>Arguments: how many blocks of 200 writes on each side; by default 60. Each block gives one
 * ratio.
 */
public final class AuditByTurns {
  private static final int KEYS = 10_000;
  private static final int BLOCK = 200;
  private static final int WARM_UP = 3;

  private AuditByTurns() {}

  public static void main(String[] arguments) throws Exception {
    int blocks = arguments.length == 0 ? 60 : Integer.parseInt(arguments[0]);
    try (Scratch scratch = Scratch.create()) {
      Path folder = scratch.directory();
      Path bare = folder.resolve("bare");
      Path audited = folder.resolve("audited");
      FilmStorage.fill(bare, Layout.COMPACT, KEYS);
      FilmStorage.fill(audited, Layout.COMPACT, KEYS);
      try (FilmStorage one = FilmStorage.inFolder(bare, Layout.COMPACT);
          FilmStorage other =
              FilmStorage.inFolderAudited(audited, Layout.COMPACT, folder.resolve("trail.jsonl"))) {
        System.out.println(measure(one.films(), other.films(), blocks));
      }
    }
  }

  private static String measure(Storage<Film> bare, Storage<Film> audited, int blocks) {
    Picks picks = new Picks();
    picks.begin(0);
    List<Double> ratios = new ArrayList<>();
    long[] total = new long[2];
    for (int block = -WARM_UP; block < blocks; block++) {
      long[] nanos = new long[2];
      for (int i = 0; i < BLOCK; i++) {
        int pick = picks.below(KEYS);
        Film film = Films.film(picks.below(KEYS));
        int first = i & 1; // who begins has no advantage
        for (int side : new int[] {first, 1 - first}) {
          long start = System.nanoTime();
          (side == 0 ? bare : audited).set(Films.key(pick), film);
          nanos[side] += System.nanoTime() - start;
        }
      }
      if (block >= 0) {
        ratios.add((double) nanos[1] / nanos[0]);
        total[0] += nanos[0];
        total[1] += nanos[1];
      }
    }
    long writes = (long) blocks * BLOCK * 1_000;
    return "a durable set: bare %d us, with a trail %d us; %s of the bare one (95 %%, %d blocks)"
        .formatted(total[0] / writes, total[1] / writes, Figure.mean(ratios).text(3), blocks);
  }
}
