package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HubRacesTest {
  private final Clock clock = Clock.systemUTC();
  private final Stack stack = Stack.over(Memory.facets(clock), new TestContext(clock)).compose();
  private final Facets facets = stack.facets();
  private final KeyValue kv = facets.require(KeyValue.class);
  private final ExecutorService pool = Executors.newFixedThreadPool(16);

  @AfterEach
  void close() throws InterruptedException {
    stack.close();
    pool.shutdownNow();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
  }

  private void write(Random random) {
    String key = "k" + random.nextInt(4);
    String other = "k" + random.nextInt(4);
    NewEntry entry = Memory.text("" + random.nextInt(1_000_000));
    switch (random.nextInt(5)) {
      case 0 -> kv.delete(key, Precondition.NONE);
      case 1 -> {
        Map<String, NewEntry> both = new LinkedHashMap<>();
        both.put(key, entry);
        both.put(other, entry);
        facets.require(Batch.class).putMany(both);
      }
      case 2 -> {
        if (!key.equals(other)) {
          facets
              .require(Commit.class)
              .commit(List.of(), List.of(new Mutation.Put(key, entry), new Mutation.Remove(other)));
        }
      }
      default -> kv.put(key, entry, Precondition.NONE);
    }
  }

  /** What one subscriber holds, and what was wrong with the news it got. */
  private static final class Replica {
    private final Map<String, Optional<String>> versions = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private int heard;

    private static Optional<String> version(Optional<StoredEntry> entry) {
      return entry.map(found -> found.meta().version());
    }

    /** Each change must begin where the last one of its key ended. */
    void accept(StoredChange change) {
      heard++;
      Optional<String> before = version(change.before());
      Optional<String> last = versions.getOrDefault(change.key(), before);
      if (!last.equals(before)) {
        problems.add(change.type() + " " + change.key() + " from " + before + " after " + last);
      }
      versions.put(
          change.key(),
          change.type() == ChangeType.DELETE ? Optional.empty() : version(change.after()));
    }
  }

  @Test
  void whoeverBeginsToWatchAmidWritesHoldsTheLastStateOfEveryKeyAndMissesNoStep() throws Exception {
    long seed = System.nanoTime();
    for (int round = 0; round < 150; round++) {
      AtomicBoolean done = new AtomicBoolean();
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(seed + 31L * round + thread);
        writers.add(
            pool.submit(
                () -> {
                  while (!done.get()) {
                    write(random);
                  }
                }));
      }
      Replica replica = new Replica();
      Map<String, Optional<String>> read = new HashMap<>();
      Changes changes = facets.require(Changes.class);
      try (Subscription watching = changes.subscribe(Optional.empty(), replica::accept)) {
        // What a subscriber reads after its subscription and what it hears make up the whole.
        for (int i = 0; i < 4; i++) {
          read.put("k" + i, Replica.version(kv.get("k" + i)));
        }
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
        done.set(true);
        for (Future<?> writer : writers) {
          writer.get(30, TimeUnit.SECONDS);
        }
        assertThat(watching.isActive()).isTrue();
      }
      String where = "seed %d, round %d, %d changes".formatted(seed, round, replica.heard);
      assertThat(replica.problems).as(where).isEmpty();
      read.putAll(replica.versions);
      read.forEach(
          (key, version) ->
              assertThat(version)
                  .as("%s: last state of %s", where, key)
                  .isEqualTo(Replica.version(kv.get(key))));
    }
  }

  @Test
  void largeBatchesInAnyOrderBesideCommitsAndClearsDoNotBlockEachOther() throws Exception {
    long seed = System.nanoTime();
    try (Subscription watching =
        facets.require(Changes.class).subscribe(Optional.empty(), change -> {})) {
      List<Future<?>> works = new ArrayList<>();
      for (int thread = 0; thread < 8; thread++) {
        Random random = new Random(seed + thread);
        works.add(
            pool.submit(
                () -> {
                  for (int i = 0; i < 20; i++) {
                    List<String> keys =
                        new ArrayList<>(IntStream.range(0, 1_000).mapToObj(n -> "k" + n).toList());
                    Collections.shuffle(keys, random);
                    Map<String, NewEntry> entries = new LinkedHashMap<>();
                    keys.forEach(key -> entries.put(key, Memory.text(key)));
                    facets.require(Batch.class).putMany(entries);
                    Collections.shuffle(keys, random);
                    facets
                        .require(Commit.class)
                        .commit(
                            List.of(), keys.stream().<Mutation>map(Mutation.Remove::new).toList());
                    facets.require(Batch.class).deleteMany(keys);
                    kv.clear();
                  }
                }));
      }
      for (Future<?> work : works) {
        work.get(100, TimeUnit.SECONDS);
      }
      assertThat(watching.isActive()).isTrue();
    }
    assertThat(kv.size()).as("seed %d", seed).isZero();
  }
}
