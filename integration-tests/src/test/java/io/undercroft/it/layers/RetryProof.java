package io.undercroft.it.layers;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes of every single-key kind and batches by several threads, each with an id of its own, of
 * which is noted what the writer was told. What the server has really done says {@link WriteLog}.
 *
 * <p>A thread has keys of its own, besides those that all write.
 */
final class RetryProof {
  private static final int THREADS = 6;
  private static final int SHARED = 12;
  private static final int OWN = 8;

  private final Storage<Mark> storage;
  private final AtomicLong ids = new AtomicLong();
  private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();

  /** What is stored: which write it was. */
  public record Mark(String id) {}

  /**
   * What a writer was told.
   *
   * @param error the code of the failure; empty if it was done
   * @param alone whether nobody else can have written the key since it was read
   */
  record Told(String id, String kind, Optional<ErrorCode> error, boolean alone) {}

  /** What came of it. */
  record Report(
      int writes,
      int done,
      Map<ErrorCode, Integer> failures,
      int unknownThatHappened,
      List<String> doubleApplies,
      List<String> falseConflicts,
      List<String> lost,
      List<String> falselyFailed) {
    boolean isGood() {
      return doubleApplies.isEmpty()
          && falseConflicts.isEmpty()
          && lost.isEmpty()
          && falselyFailed.isEmpty();
    }

    @Override
    public String toString() {
      return ("%,d writes, %,d done, %s, of the unknown %d had happened; applied twice %s, false"
              + " conflicts %s, acknowledged and lost %s, said to have failed and done %s")
          .formatted(
              writes,
              done,
              failures,
              unknownThatHappened,
              some(doubleApplies),
              some(falseConflicts),
              some(lost),
              some(falselyFailed));
    }

    private static String some(List<String> all) {
      return all.size() + (all.isEmpty() ? "" : " " + all.stream().limit(5).toList());
    }
  }

  RetryProof(Storage<Mark> storage) {
    this.storage = storage;
  }

  /** Writes so many times. */
  void write(int writes, long seed) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      SplittableRandom seeds = new SplittableRandom(seed);
      List<Future<?>> ends = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        Writer writer = new Writer(thread, seeds.split());
        ends.add(threads.submit(() -> writer.write(writes / THREADS)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** One thread. */
  private final class Writer {
    private final int number;
    private final SplittableRandom dice;

    /** Keys of its own of which a write may still be under way. */
    private final Set<String> doubtful = new HashSet<>();

    Writer(int number, SplittableRandom dice) {
      this.number = number;
      this.dice = dice;
    }

    void write(int writes) {
      for (int i = 0; i < writes; i++) {
        String id = "w" + ids.incrementAndGet();
        boolean own = dice.nextBoolean();
        String key = own ? "own/" + number + "/" + dice.nextInt(OWN) : "k" + dice.nextInt(SHARED);
        switch (dice.nextInt(6)) {
          case 0 -> tell(id, "set", key, own, () -> storage.set(key, new Mark(id)));
          case 1 -> {
            String fresh = key + "/" + id;
            tell(
                id,
                "set if absent",
                fresh,
                true,
                () -> storage.set(fresh, new Mark(id), SetOptions.ifAbsent()));
          }
          case 2 -> batch(id, key, own);
          case 3 ->
              tell(
                  id,
                  "update",
                  key,
                  own,
                  () -> storage.update(key, old -> Optional.of(new Mark(id))));
          default -> ifVersion(id, key, own);
        }
      }
    }

    private void ifVersion(String id, String key, boolean own) {
      Optional<Entry<Mark>> there = read(key);
      if (there.isPresent()) {
        SetOptions how = SetOptions.ifVersion(there.get().version());
        tell(id, "set if version", key, own, () -> storage.set(key, new Mark(id), how));
      } else {
        tell(id, "set", key, own, () -> storage.set(key, new Mark(id)));
      }
    }

    private void batch(String id, String key, boolean own) {
      Optional<Entry<Mark>> there = read(key);
      SetOptions how =
          there.map(entry -> SetOptions.ifVersion(entry.version())).orElse(SetOptions.none());
      tell(
          id,
          "batch",
          key,
          own,
          () ->
              storage
                  .batched()
                  .batch(
                      List.of(
                          Operation.set(key, new Mark(id), how),
                          Operation.delete("nobody/" + id))));
    }

    /** A read that fails tells nothing of the key; the write is done without a version then. */
    private Optional<Entry<Mark>> read(String key) {
      try {
        return storage.entry(key);
      } catch (StorageException e) {
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
          throw new AssertionError("a read that does not know its outcome", e);
        }
        return Optional.empty();
      }
    }

    private void tell(String id, String kind, String key, boolean own, Runnable write) {
      boolean alone = own && !doubtful.contains(key);
      Optional<ErrorCode> error = Optional.empty();
      try {
        write.run();
      } catch (StorageException e) {
        error = Optional.of(e.code());
        if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
          doubtful.add(key);
        }
      }
      told.add(new Told(id, kind, error, alone));
    }
  }

  /** Compares what was told with what happened. */
  Report report(Map<String, Integer> happened) {
    Map<ErrorCode, Integer> failures = new EnumMap<>(ErrorCode.class);
    int done = 0;
    int unknownThatHappened = 0;
    List<String> doubleApplies = new ArrayList<>();
    List<String> falseConflicts = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    List<String> falselyFailed = new ArrayList<>();
    Map<String, Told> all = new TreeMap<>();
    for (Told each : told) {
      all.put(each.id(), each);
      int times = happened.getOrDefault(each.id(), 0);
      if (times > 1) {
        doubleApplies.add(each + " " + times + " times");
      }
      if (each.error().isEmpty()) {
        done++;
        if (times == 0) {
          lost.add(each.toString());
        }
        continue;
      }
      ErrorCode error = each.error().get();
      failures.merge(error, 1, Integer::sum);
      if (error == ErrorCode.UNKNOWN_OUTCOME) {
        unknownThatHappened += Math.min(times, 1);
      } else if (error == ErrorCode.VERSION_CONFLICT && (times > 0 || each.alone())) {
        falseConflicts.add(each.toString());
      } else if (times > 0) {
        falselyFailed.add(each.toString());
      }
    }
    happened.keySet().stream()
        .filter(id -> !all.containsKey(id))
        .forEach(id -> lost.add(id + " was written and is nobody's"));
    return new Report(
        told.size(),
        done,
        failures,
        unknownThatHappened,
        doubleApplies,
        falseConflicts,
        lost,
        falselyFailed);
  }
}
