package io.undercroft.runtime.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Backend;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryRacesTest {
  private static final int THREADS = 16;

  private final Backend backend =
      new MemoryPlugin().open(Given.NOTHING, new TestContext(Clock.systemUTC()));
  private final KeyValue kv = backend.facets().require(KeyValue.class);
  private final Commit commit = backend.facets().require(Commit.class);
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

  @AfterEach
  void close() throws InterruptedException {
    pool.shutdownNow();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    backend.close();
  }

  private static NewEntry number(long value) {
    return NewEntry.of(Long.toString(value).getBytes(UTF_8), "text/plain");
  }

  private static long number(StoredEntry entry) {
    return Long.parseLong(new String(entry.value(), UTF_8));
  }

  private long read(String key) {
    return kv.get(key).map(MemoryRacesTest::number).orElse(-1L);
  }

  private <R> List<R> all(List<Callable<R>> works) throws Exception {
    List<R> results = new ArrayList<>();
    for (Future<R> work : works.stream().map(pool::submit).toList()) {
      results.add(work.get());
    }
    return results;
  }

  @Test
  void sixteenThreadsLoseNoIncrement() throws Exception {
    int each = 2_000;
    Callable<Integer> increments =
        () -> {
          for (int i = 0; i < each; i++) {
            boolean written = false;
            while (!written) {
              Optional<StoredEntry> old = kv.get("n");
              Precondition unchanged =
                  old.map(e -> Precondition.version(e.meta().version()))
                      .orElse(Precondition.ABSENT);
              long next = old.map(MemoryRacesTest::number).orElse(0L) + 1;
              written = kv.put("n", number(next), unchanged) instanceof PutResult.Written;
            }
          }
          return each;
        };
    all(Collections.nCopies(THREADS, increments));
    assertThat(read("n")).isEqualTo((long) THREADS * each);
    assertThat(kv.size()).isEqualTo(1);
  }

  @Test
  void readersNeverSeeHalfACommit() throws Exception {
    int commits = 20_000;
    AtomicBoolean done = new AtomicBoolean();
    Callable<Long> writer =
        () -> {
          for (long i = 0; i < commits; i++) {
            List<Mutation> both =
                List.of(new Mutation.Put("a", number(i)), new Mutation.Put("b", number(i)));
            commit.commit(List.of(), both);
          }
          done.set(true);
          return 0L;
        };
    Callable<Long> reader =
        () -> {
          long torn = 0;
          while (!done.get()) {
            long a = read("a");
            long b = read("b");
            long later = read("a");
            if (b < a || later < b) {
              torn++;
            }
          }
          return torn;
        };
    assertThat(all(List.of(writer, reader, reader, reader))).containsOnly(0L);
  }

  @Test
  void commitsOverTheSameKeysInAnyOrderDoNotBlockEachOther() throws Exception {
    long seed = System.nanoTime();
    List<Callable<Integer>> works = new ArrayList<>();
    for (int thread = 0; thread < THREADS; thread++) {
      Random random = new Random(seed + thread);
      works.add(
          () -> {
            for (int i = 0; i < 500; i++) {
              List<Mutation> mutations =
                  new ArrayList<>(
                      IntStream.range(0, 40)
                          .<Mutation>mapToObj(
                              n ->
                                  random.nextBoolean()
                                      ? new Mutation.Put("k" + n, number(n))
                                      : new Mutation.Remove("k" + n))
                          .toList());
              Collections.shuffle(mutations, random);
              commit.commit(List.of(), mutations);
            }
            return 0;
          });
    }
    all(works);
    try (Cursor<String> left = kv.keys("", 10_000)) {
      assertThat(kv.size()).as("seed %d", seed).isEqualTo(left.next().size());
    }
  }

  @Test
  void whatLivesThroughAScanIsSeenExactlyOnceWhileOthersComeAndGoAndAllIsOverwritten()
      throws Exception {
    long seed = System.nanoTime();
    int steady = 2_000;
    for (int i = 0; i < steady; i++) {
      kv.put("s" + i, number(i), Precondition.NONE);
    }
    AtomicBoolean done = new AtomicBoolean();
    List<Callable<List<String>>> works = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(seed + thread);
      works.add(
          () -> {
            while (!done.get()) {
              String passing = "p" + random.nextInt(50_000);
              kv.put(passing, number(0), Precondition.NONE);
              kv.put("s" + random.nextInt(steady), number(1), Precondition.NONE);
              commit.commit(
                  List.of(),
                  List.of(
                      new Mutation.Put("s" + random.nextInt(steady), number(2)),
                      new Mutation.Remove("p" + random.nextInt(50_000))));
            }
            return List.of();
          });
    }
    works.add(
        () -> {
          List<String> problems = new ArrayList<>();
          try {
            for (int scan = 0; scan < 60; scan++) {
              Map<String, Integer> seen = new java.util.HashMap<>();
              try (Cursor<KeyedEntry> cursor = kv.scan("", 100)) {
                for (List<KeyedEntry> page = cursor.next(); !page.isEmpty(); page = cursor.next()) {
                  page.forEach(found -> seen.merge(found.key(), 1, Integer::sum));
                }
              }
              seen.forEach(
                  (key, times) -> {
                    if (times > 1) {
                      problems.add(key + " seen " + times + " times");
                    }
                  });
              for (int i = 0; i < steady; i++) {
                if (!seen.containsKey("s" + i)) {
                  problems.add("s" + i + " not seen");
                }
              }
            }
          } finally {
            done.set(true);
          }
          return problems;
        });
    assertThat(all(works)).as("seed %d", seed).allMatch(List::isEmpty);
  }
}
