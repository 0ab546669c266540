package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;

/**
 * One number of entries on one backend: fills the place up to it and measures. {@link Growth} runs
 * it in a JVM of its own, with a ceiling for the heap.
 *
 * @param settings of the storage
 * @param already how many entries are there
 * @param entries how many there are to be
 * @param indexed whether what needs the index is measured, or all else; where entries do not
 *     outlive the process, both are, at once
 * @param seconds how long each work is done to warm up, at least; five times as long if it was not
 *     done often. It is measured for twice as long, at most
 */
record GrowthStep(
    GrowthBackend backend,
    Map<String, String> settings,
    int already,
    int entries,
    boolean indexed,
    double seconds) {
  private static final double BLOCK_NANOS = 500_000; // so short that many are not interrupted
  private static final double QUIET = 10;
  private static final int STARTS = 20;
  private static final int SOME = 1_000;
  private static final int SOME_KEYS = 100;
  private static final int COMPILED = 5_000; // by so many calls
  private static final int MORE = 5;
  private static final int MUCH = 10_000;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /**
   * Measures, and writes what came out as JSON.
   *
   * @param arguments file, backend, entries that are there, entries that are to be, whether
   *     indexed, seconds, and the settings
   */
  public static void main(String[] arguments) throws IOException {
    Map<String, String> settings = new HashMap<>();
    for (String setting : List.of(arguments).subList(6, arguments.length)) {
      int at = setting.indexOf('=');
      settings.put(setting.substring(0, at), setting.substring(at + 1));
    }
    GrowthStep step =
        new GrowthStep(
            GrowthBackend.valueOf(arguments[1]),
            settings,
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Boolean.parseBoolean(arguments[4]),
            Double.parseDouble(arguments[5]));
    JsonObjectBuilder json = Json.createObjectBuilder();
    step.run().forEach((work, nanos) -> json.add(work.name(), nanos));
    try (OutputStream out = Files.newOutputStream(Path.of(arguments[0]))) {
      Json.createWriter(out).write(json.build());
    }
  }

  /** Returns the time of each work, in nanoseconds. */
  Map<GrowthWork, Double> run() {
    return backend.lasts() ? lasting() : passing();
  }

  private Map<GrowthWork, Double> passing() {
    Map<GrowthWork, Double> times = new EnumMap<>(GrowthWork.class);
    try (Grown grown = backend.open(settings)) {
      grown.fill(0, entries);
      for (int i = 0; i < entries; i++) { // the first read of an entry decodes it, for all others
        demand(grown.get(GrowthRow.key(i)).isPresent());
      }
      plain(grown, times);
      if (backend.works().contains(GrowthWork.QUERY)) {
        grown.index();
        query(grown, times);
      }
    }
    return times;
  }

  private Map<GrowthWork, Double> lasting() {
    Map<GrowthWork, Double> times = new EnumMap<>(GrowthWork.class);
    if (already < entries) {
      try (Grown grown = backend.open(backend.quick(settings))) {
        grown.fill(already, entries);
      }
      if (entries - already >= MUCH) {
        settle();
      }
    }
    if (!indexed) {
      times.put(
          GrowthWork.START, start(grown -> grown.get(GrowthRow.key(entries / 2)).isPresent()));
      try (Grown grown = backend.open(settings)) {
        plain(grown, times);
      }
      return times;
    }
    indexAndQuery(times);
    times.put(
        GrowthWork.INDEXED_START,
        start(grown -> !grown.shelf(GrowthRow.shelf(entries / 2)).isEmpty()));
    try (Grown grown = backend.open(settings)) {
      grown.dropIndex();
    }
    return times;
  }

  /**
   * A method of its own: what it has opened, with an index in the heap, is gone when it returns.
   */
  private void indexAndQuery(Map<GrowthWork, Double> times) {
    try (Grown grown = backend.open(settings)) {
      grown.index();
      query(grown, times);
    }
  }

  private void plain(Grown grown, Map<GrowthWork, Double> times) {
    if (grown.size() != entries) {
      throw new IllegalStateException(
          "there should be " + entries + " entries, not " + grown.size());
    }
    Picks picks = new Picks();
    picks.begin(0);
    times.put(
        GrowthWork.GET,
        time(() -> demand(grown.get(GrowthRow.key(picks.below(entries))).isPresent())));
    int some = Math.min(entries, SOME);
    times.put(
        GrowthWork.GET_SOME,
        time(
            () ->
                demand(
                    grown.get(GrowthRow.key(picks.below(some) * (entries / some))).isPresent())));
    times.put(GrowthWork.SIZE, time(() -> demand(grown.size() == entries)));
    times.put(GrowthWork.FIRST_KEYS, time(() -> demand(count(grown, SOME_KEYS) == SOME_KEYS)));
    times.put(
        GrowthWork.ALL_KEYS,
        time(() -> demand(count(grown, Integer.MAX_VALUE) == entries)) / entries);
    int among = Math.min(entries, backend.mostOverwritten());
    int apart = entries / among;
    if (among < entries) {
      for (int i = 0; i < among; i++) {
        overwrite(grown, i * apart);
      }
    }
    times.put(GrowthWork.SET, time(() -> overwrite(grown, picks.below(among) * apart)));
  }

  private static void overwrite(Grown grown, int number) {
    grown.set(GrowthRow.key(number), GrowthRow.of(number));
  }

  private static int count(Grown grown, int most) {
    int count = 0;
    try (Stream<String> keys = grown.keys()) {
      for (Iterator<String> each = keys.iterator(); count < most && each.hasNext(); count++) {
        each.next();
      }
    }
    return count;
  }

  private void query(Grown grown, Map<GrowthWork, Double> times) {
    Picks picks = new Picks();
    picks.begin(1);
    int shelves = GrowthRow.shelf(entries - 1) + 1;
    times.put(GrowthWork.QUERY, time(() -> demand(grown.shelf(picks.below(shelves)).size() == 10)));
  }

  private static void demand(boolean right) {
    if (!right) {
      throw new IllegalStateException("that was not the answer");
    }
  }

  /**
   * Returns how long one takes, in nanoseconds: of many short blocks the first decile, so that what
   * else the machine has to do counts little; where nothing is waited for, by processor time. What
   * takes longer than all of them is measured once, after two times that are not counted.
   */
  private double time(Runnable work) {
    LongSupplier clock = backend.lasts() ? System::nanoTime : THREADS::getCurrentThreadCpuTime;
    long begin = System.nanoTime();
    long warmUp = 0;
    while (since(begin) < seconds || (warmUp < COMPILED && since(begin) < MORE * seconds)) {
      work.run();
      warmUp++;
    }
    long each = 1;
    while (block(work, each, clock) * each < BLOCK_NANOS) {
      each *= 2;
    }
    List<Double> blocks = new ArrayList<>();
    begin = System.nanoTime();
    do {
      blocks.add(block(work, each, clock));
    } while (since(begin) < 2 * seconds);
    return quiet(blocks);
  }

  private static double block(Runnable work, long times, LongSupplier clock) {
    long start = clock.getAsLong();
    for (long i = 0; i < times; i++) {
      work.run();
    }
    return (clock.getAsLong() - start) / (double) times;
  }

  private static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private interface Answer {
    boolean by(Grown grown);
  }

  /** Returns how long it takes from nothing to the first answer; closing is not counted. */
  private double start(Answer answer) {
    List<Double> starts = new ArrayList<>();
    long begin = System.nanoTime();
    boolean warm = false; // the first one loads classes
    do {
      double nanos = once(answer);
      if (warm) {
        starts.add(nanos);
      }
      warm = true;
    } while (starts.isEmpty() || (starts.size() < STARTS && since(begin) < 3 * seconds));
    return quiet(starts);
  }

  private double once(Answer answer) {
    long start = System.nanoTime();
    try (Grown grown = backend.open(settings)) {
      demand(answer.by(grown));
      return System.nanoTime() - start;
    }
  }

  private static double quiet(List<Double> values) {
    return StatUtils.percentile(values.stream().mapToDouble(value -> value).toArray(), QUIET);
  }

  /** Lets the system write to the disk what filling has left to be written. */
  private static void settle() {
    try {
      new ProcessBuilder("sync").start().waitFor();
    } catch (IOException e) {
      // not everywhere; then the disk has the more to do at first
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
