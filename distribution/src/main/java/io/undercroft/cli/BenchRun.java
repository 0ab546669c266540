package io.undercroft.cli;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Codec;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.tool.ByHand;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures one storage beside its driver: writes entries of its own, reads and overwrites them, and
 * removes them, whatever happens. Touches no others.
 */
final class BenchRun {
  /** The values of both sides: documents that can be changed, so that each reader gets its own. */
  static final TypeRef<Map<String, Object>> DOCUMENT = new TypeRef<>() {};

  /** How many entries there are, where that many are written soon enough. */
  static final int ENTRIES = 1_000;

  private static final int CHUNK = 100;
  private static final int READS_IN_TEN = 9;

  /** The part of the time, counted from 1, in which as many entries as possible are written. */
  private static final int FILLING = 5;

  /** What both sides write in one batch is so little that there is time to do it so often. */
  private static final int BATCHES_AT_LEAST = 6;

  private static final int FEWEST_IN_BATCH = 10;
  private static final int STEPS = 100;

  private final Console console;
  private final Interruption interruption;
  private final BenchEntries entries;
  private final Storage<Map<String, Object>> storage;
  private final ByHand byHand;
  private final StorageInfo info;

  /** How many entries there are. */
  private int count;

  /** One row of the outcome. */
  record Row(String operation, int entries, int threads, Duel.Result result) {}

  /**
   * The outcome.
   *
   * @param driver what was done by hand; empty if there is nothing to compare with
   * @param encodeNanos how long the codec alone takes to write one
   * @param decodeNanos how long it takes to read one
   * @param bytes how large one is
   */
  record Outcome(
      StorageInfo info,
      Optional<String> driver,
      List<Row> rows,
      long encodeNanos,
      long decodeNanos,
      long bytes) {}

  BenchRun(
      Console console,
      Interruption interruption,
      BenchEntries entries,
      Undercroft undercroft,
      String name) {
    this.console = console;
    this.interruption = interruption;
    this.entries = entries;
    this.storage = undercroft.storage(name, DOCUMENT);
    this.byHand = undercroft.tool(name, ByHand.class);
    this.info = undercroft.info(name);
  }

  StorageInfo info() {
    return info;
  }

  /** Removes what a run has left that was broken off; returns how many entries that were. */
  long clean() {
    List<String> left = left();
    for (int from = 0; from < left.size(); from += CHUNK) {
      remove(left.subList(from, Math.min(left.size(), from + CHUNK)));
    }
    byHand.driver().ifPresent(BareDriver::close);
    return left.size();
  }

  /** Returns the keys of entries that are such as this one writes. */
  List<String> left() {
    try (Stream<String> keys = storage.keys(BenchEntries.PREFIX)) {
      return keys.filter(BenchEntries::isKey).toList();
    }
  }

  private void remove(List<String> keys) {
    if (isBatched()) {
      storage.batched().deleteMany(keys);
    } else {
      keys.forEach(storage::delete);
    }
  }

  private boolean isBatched() {
    return storage.supports(BatchStorage.class);
  }

  /** What a run is told about what it compares with, before it begins. */
  @FunctionalInterface
  interface Announcement {
    void beside(Optional<String> driver);
  }

  /** Measures for about as long as it is given. */
  Outcome run(long seconds, Announcement announcement) {
    // The storage first: one that cannot be written to is left alone altogether.
    storage.set(entries.keys().get(0), entries.values().get(0));
    @Nullable Throwable failure = null;
    try {
      Optional<BareDriver> driver = byHand.driver();
      try {
        announcement.beside(driver.map(BareDriver::description));
        return run(TimeUnit.SECONDS.toNanos(seconds), driver);
      } finally {
        driver.ifPresent(BareDriver::close);
      }
    } catch (RuntimeException | Error e) {
      failure = e;
      throw e;
    } finally {
      removeAll(failure);
    }
  }

  private void removeAll(@Nullable Throwable failure) {
    try {
      for (int from = 0; from < entries.keys().size(); from += CHUNK) {
        remove(entries.keys().subList(from, Math.min(entries.keys().size(), from + CHUNK)));
      }
    } catch (RuntimeException e) {
      console.say(
          "Some entries under '"
              + BenchEntries.PREFIX
              + "' could not be removed from storage '"
              + storage.name()
              + "'; remove them later with: bench --clean "
              + storage.name());
      if (failure == null) {
        throw e;
      }
      failure.addSuppressed(e);
    }
  }

  private Outcome run(long nanos, Optional<BareDriver> driver) {
    Codec<Map<String, Object>> codec = byHand.codec(DOCUMENT);
    Contender ours = Contender.of(storage);
    Optional<Contender> theirs = driver.map(bare -> Contender.of(bare, codec));
    List<Row> rows = new ArrayList<>();
    int operations = isBatched() ? 6 : 4;
    try (Duel duel = new Duel(interruption);
        Progress progress =
            Progress.start(
                console, "bench " + storage.name(), "steps", (long) operations * STEPS)) {
      long begin = System.nanoTime();
      long both = fill(ours, theirs, nanos / FILLING);
      long left = Math.max(nanos / 2, nanos - (System.nanoTime() - begin));
      long each = left / operations;
      Measuring measuring = new Measuring(duel, ours, theirs, each, progress, rows);
      measuring.row("get", 1, 1, this::get);
      measuring.row("set", 1, 1, this::set);
      if (isBatched()) {
        measuring.row("getMany", count, 1, (side, random) -> side.getMany(keys()));
        int batch = batch(both, each);
        measuring.row("setMany", batch, 1, (side, random) -> setMany(side, batch, random));
      }
      measuring.row("90 get, 10 set", 1, 1, this::mixed);
      measuring.row("90 get, 10 set", 1, Duel.MOST_THREADS, this::mixed);
    }
    return outcome(driver, codec, rows);
  }

  /**
   * Writes entries on both sides, as many as there is time for; each twice, because the first
   * overwriting of an entry may cost more than every later one. Returns how long both sides took
   * for one of them the second time, in nanoseconds.
   */
  private long fill(Contender ours, Optional<Contender> theirs, long nanos) {
    long begin = System.nanoTime();
    long second = 0;
    for (count = 0; count < ENTRIES && (count == 0 || System.nanoTime() - begin < nanos); ) {
      Map<String, Map<String, Object>> some = new LinkedHashMap<>();
      for (int i = count; i < count + CHUNK; i++) {
        some.put(entries.keys().get(i), entries.values().get(i));
      }
      for (int time = 0; time < 2; time++) {
        interruption.check();
        long before = System.nanoTime();
        ours.setMany(some);
        theirs.ifPresent(side -> side.setMany(some));
        second += time * (System.nanoTime() - before);
      }
      count += CHUNK;
    }
    return second / count;
  }

  /** Returns how many entries to write at a time, so that there is time to do it often. */
  private int batch(long nanosOfOne, long each) {
    int batch = ENTRIES;
    while (batch > count
        || (batch > FEWEST_IN_BATCH && nanosOfOne * batch * BATCHES_AT_LEAST > each)) {
      batch /= 10;
    }
    return batch;
  }

  private List<String> keys() {
    return entries.keys().subList(0, count);
  }

  /** An operation of either side. */
  @FunctionalInterface
  private interface Operation {
    void once(Contender side, SplittableRandom random);
  }

  /** Measures rows, one after the other. */
  private record Measuring(
      Duel duel,
      Contender ours,
      Optional<Contender> theirs,
      long nanos,
      Progress progress,
      List<Row> rows) {
    void row(String name, int entries, int threads, Operation operation) {
      long begin = System.nanoTime();
      int[] steps = {0};
      Duel.Result result =
          duel.measure(
              random -> operation.once(ours, random),
              theirs.map(side -> random -> operation.once(side, random)),
              threads,
              nanos,
              () -> {
                int done = (int) Math.min(STEPS, STEPS * (System.nanoTime() - begin) / nanos);
                progress.step(done - steps[0]);
                steps[0] = done;
              });
      progress.step(STEPS - steps[0]);
      rows.add(new Row(name, entries, threads, result));
    }
  }

  private void get(Contender side, SplittableRandom random) {
    side.get(entries.keys().get(random.nextInt(count)));
  }

  private void set(Contender side, SplittableRandom random) {
    side.set(
        entries.keys().get(random.nextInt(count)), entries.values().get(random.nextInt(count)));
  }

  private void mixed(Contender side, SplittableRandom random) {
    if (random.nextInt(10) < READS_IN_TEN) {
      get(side, random);
    } else {
      set(side, random);
    }
  }

  private void setMany(Contender side, int batch, SplittableRandom random) {
    int first = random.nextInt(count);
    int value = random.nextInt(count);
    Map<String, Map<String, Object>> some = new LinkedHashMap<>(batch * 2);
    for (int i = 0; i < batch; i++) {
      some.put(entries.keys().get((first + i) % count), entries.values().get((value + i) % count));
    }
    side.setMany(some);
  }

  private Outcome outcome(
      Optional<BareDriver> driver, Codec<Map<String, Object>> codec, List<Row> rows) {
    List<byte[]> encoded = new ArrayList<>();
    long begin = System.nanoTime();
    for (Map<String, Object> value : entries.values()) {
      encoded.add(codec.encode(value));
    }
    long middle = System.nanoTime();
    for (byte[] bytes : encoded) {
      codec.decode(bytes, codec.contentType());
    }
    long end = System.nanoTime();
    long bytes = encoded.stream().mapToLong(one -> one.length).sum();
    return new Outcome(
        info,
        driver.map(BareDriver::description),
        List.copyOf(rows),
        (middle - begin) / ENTRIES,
        (end - middle) / ENTRIES,
        bytes / ENTRIES);
  }
}
