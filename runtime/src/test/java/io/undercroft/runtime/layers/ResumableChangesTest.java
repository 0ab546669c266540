package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class ResumableChangesTest {
  private static final Retention AMPLE =
      new Retention(1_000_000, Long.MAX_VALUE, Duration.ofHours(1));

  private final ManualClock clock = new ManualClock();
  private final List<Stack> stacks = new ArrayList<>();

  @AfterEach
  void close() {
    stacks.forEach(Stack::close);
  }

  private Facets over(Facets backend, Retention retention) {
    Stack stack = Stack.over(backend, new TestContext(clock)).retention(retention).compose();
    stacks.add(stack);
    return stack.facets();
  }

  private Facets memory(Retention retention) {
    return over(Memory.facets(clock), retention);
  }

  private static Subscription from(
      Facets facets, Optional<String> position, Consumer<StoredChange> listener) {
    return facets.require(Changes.class).subscribe(position, listener);
  }

  private static void put(Facets facets, String... keys) {
    for (String key : keys) {
      Memory.put(facets.require(KeyValue.class), key, "1");
    }
  }

  /** Returns what is told at once after a position. */
  private static List<StoredChange> after(Facets facets, String position) {
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.of(position), told::add).close();
    return told;
  }

  private static String words(StoredChange change) {
    return (change.type() + " " + change.key()).strip();
  }

  private static String position(StoredChange change) {
    return change.position().orElseThrow();
  }

  /** A subscription that no test ends. */
  private static final Subscription OPEN =
      new Subscription() {
        @Override
        public boolean isActive() {
          return true;
        }

        @Override
        public void close() {}
      };

  // ---- positions that are held

  @Test
  void whoComesBackIsToldWhatHappenedMeanwhileAndThenWhatComes() {
    Facets facets = memory(AMPLE);
    List<StoredChange> first = new ArrayList<>();
    Subscription subscription = from(facets, Optional.empty(), first::add);
    put(facets, "a", "b");
    subscription.close();
    put(facets, "c");
    facets.require(KeyValue.class).delete("a", Precondition.NONE);
    List<StoredChange> second = new ArrayList<>();
    from(facets, first.get(0).position(), second::add);
    put(facets, "d");
    assertThat(second)
        .extracting(ResumableChangesTest::words)
        .containsExactly("SET b", "SET c", "DELETE a", "SET d");
    assertThat(second.get(0)).isEqualTo(first.get(1));
    assertThat(second.get(2).before().map(Memory::text)).contains("1");
    assertThat(after(facets, position(second.get(3)))).isEmpty();
  }

  @Test
  void everyListenerIsToldTheSamePositions() {
    Facets facets = memory(AMPLE);
    List<StoredChange> one = new ArrayList<>();
    List<StoredChange> other = new ArrayList<>();
    from(facets, Optional.empty(), one::add);
    from(facets, Optional.empty(), other::add);
    put(facets, "a", "b", "a");
    assertThat(one).hasSize(3).isEqualTo(other);
    assertThat(one).extracting(ResumableChangesTest::position).doesNotHaveDuplicates();
  }

  @Test
  void aPositionOfALostOneIsThatOfTheLastItStandsForSoThatItCanBeResumedFrom() {
    Facets facets = memory(new Retention(2, Long.MAX_VALUE, Duration.ofHours(1)));
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.empty(), told::add);
    put(facets, "a", "b", "c", "d");
    StoredChange resync = after(facets, position(told.get(0))).get(0);
    assertThat(resync.type()).isEqualTo(ChangeType.RESYNC);
    put(facets, "e");
    assertThat(after(facets, position(resync)))
        .extracting(ResumableChangesTest::words)
        .containsExactly("SET e");
  }

  // ---- positions that are not

  private static final List<String> ONE_RESYNC = List.of("RESYNC");

  @Test
  void whatIsKeptIsBoundedByNumber() {
    Facets facets = memory(new Retention(3, Long.MAX_VALUE, Duration.ofHours(1)));
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.empty(), told::add);
    put(facets, "a", "b", "c", "d", "e");
    assertThat(after(facets, position(told.get(1))))
        .extracting(ResumableChangesTest::words)
        .containsExactly("SET c", "SET d", "SET e");
    assertThat(after(facets, position(told.get(0))))
        .extracting(ResumableChangesTest::words)
        .isEqualTo(ONE_RESYNC);
  }

  @Test
  void whatIsKeptIsBoundedByBytes() {
    Facets facets = memory(new Retention(1_000, 10_000, Duration.ofHours(1)));
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.empty(), told::add);
    KeyValue kv = facets.require(KeyValue.class);
    for (int i = 0; i < 3; i++) {
      Memory.put(kv, "k" + i, "x".repeat(4_000));
    }
    assertThat(after(facets, position(told.get(0))))
        .extracting(ResumableChangesTest::words)
        .containsExactly("SET k1", "SET k2");
    Memory.put(kv, "k3", "x".repeat(4_000));
    assertThat(after(facets, position(told.get(0))))
        .extracting(ResumableChangesTest::words)
        .isEqualTo(ONE_RESYNC);
    Memory.put(kv, "larger than all", "x".repeat(20_000));
    assertThat(after(facets, position(told.get(3))))
        .extracting(ResumableChangesTest::words)
        .isEqualTo(ONE_RESYNC);
    assertThat(after(facets, position(told.get(4)))).isEmpty();
  }

  @Test
  void aPositionThatNeverWasBeginsWithOneResyncAndThenTellsWhatComes() {
    Facets facets = memory(AMPLE);
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.empty(), told::add);
    put(facets, "a");
    String real = position(told.get(0));
    String life = real.substring(0, real.lastIndexOf('-') + 1);
    for (String never : List.of("", "7", "-", life, life + "zz", life + "-1", life + "?")) {
      List<StoredChange> second = new ArrayList<>();
      try (Subscription subscription = from(facets, Optional.of(never), second::add)) {
        put(facets, "b");
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(second)
          .as(never)
          .extracting(ResumableChangesTest::words)
          .containsExactly("RESYNC", "SET b");
      assertThat(second.get(0).timestamp()).isEqualTo(clock.instant());
    }
  }

  @Test
  void aPositionOfAFormerLifeOfTheStorageBeginsWithOneResync() {
    Facets backend = Memory.facets(clock);
    Facets before = over(backend, AMPLE);
    List<StoredChange> told = new ArrayList<>();
    from(before, Optional.empty(), told::add);
    put(before, "a");
    stacks.get(0).close();
    Facets now = over(backend, AMPLE);
    from(now, Optional.empty(), change -> {});
    put(now, "b");
    assertThat(after(now, position(told.get(0))))
        .extracting(ResumableChangesTest::words)
        .isEqualTo(ONE_RESYNC);
  }

  // ---- what it costs

  private static Facets counting(Facets backend, AtomicInteger reads) {
    return backend.map(
        KeyValue.class,
        kv ->
            new Through(kv) {
              @Override
              public Optional<StoredEntry> get(String key) {
                reads.incrementAndGet();
                return super.get(key);
              }
            });
  }

  @Test
  void nothingIsDoneUntilSomebodyWatches() {
    AtomicInteger reads = new AtomicInteger();
    Facets facets = over(counting(Memory.facets(clock), reads), AMPLE);
    put(facets, "a", "b");
    assertThat(reads).hasValue(0);
    Subscription subscription = from(facets, Optional.empty(), change -> {});
    put(facets, "a");
    subscription.close();
    put(facets, "b");
    assertThat(reads).as("it goes on when the last one has gone").hasValue(2);
  }

  @Test
  void nothingIsDoneAnyMoreWhenNobodyHasComeBackInTime() {
    AtomicInteger reads = new AtomicInteger();
    Facets facets =
        over(
            counting(Memory.facets(clock), reads),
            new Retention(1_000, 1_000_000, Duration.ofMillis(1)));
    List<StoredChange> told = new ArrayList<>();
    Subscription subscription = from(facets, Optional.empty(), told::add);
    put(facets, "a");
    subscription.close();
    Eventually.holds(
        "a write asks for no old value",
        () -> {
          int before = reads.get();
          put(facets, "b");
          return reads.get() == before;
        });
    List<StoredChange> second = new ArrayList<>();
    from(facets, told.get(0).position(), second::add);
    put(facets, "c");
    assertThat(second).extracting(ResumableChangesTest::words).containsExactly("RESYNC", "SET c");
  }

  @Test
  void whoStaysKeepsTheLifeThoughOthersGo() {
    Facets facets = memory(new Retention(1_000, 1_000_000, Duration.ZERO));
    List<StoredChange> told = new ArrayList<>();
    from(facets, Optional.empty(), told::add);
    for (int i = 0; i < 100; i++) {
      from(facets, Optional.empty(), change -> {}).close();
      put(facets, "a");
    }
    assertThat(after(facets, position(told.get(0)))).hasSize(99);
  }

  @Test
  void whereNothingIsKeptThereAreNoPositions() {
    for (Retention none :
        List.of(
            Retention.NONE,
            new Retention(0, 1_000, Duration.ofHours(1)),
            new Retention(1_000, 0, Duration.ofHours(1)))) {
      Changes changes = memory(none).require(Changes.class);
      assertThat(changes.resumable()).isFalse();
      assertThatThrownBy(() -> changes.subscribe(Optional.of("7"), change -> {}))
          .hasMessageContainingAll("UNSUPPORTED", "'rooms'");
    }
  }

  // ---- listeners

  @Test
  void aListenerMaySubscribeAndEndSubscriptionsWhileAnotherWriterWaits() throws Exception {
    Facets facets = memory(AMPLE);
    List<String> inner = new ArrayList<>();
    List<Subscription> own = new ArrayList<>();
    own.add(
        from(
            facets,
            Optional.empty(),
            change -> {
              own.get(0).close();
              own.add(from(facets, change.position(), next -> inner.add(next.key())));
            }));
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        String key = "k" + i;
        writers.add(pool.submit(() -> put(facets, key, key, key)));
      }
      for (Future<?> writer : writers) {
        writer.get(60, TimeUnit.SECONDS);
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(own).hasSize(2);
    assertThat(inner).hasSize(11);
  }

  @Test
  void aListenerThatThrowsHurtsNeitherTheWriteNorTheOthers() {
    Facets facets = memory(AMPLE);
    List<String> told = new ArrayList<>();
    from(
        facets,
        Optional.empty(),
        change -> {
          throw new IllegalStateException("a listener of this test throws");
        });
    from(facets, Optional.empty(), change -> told.add(change.key()));
    put(facets, "a", "b");
    assertThat(told).containsExactly("a", "b");
  }

  @Test
  void theEndOfTheStackEndsEverySubscription() {
    Facets facets = memory(AMPLE);
    Subscription subscription = from(facets, Optional.empty(), change -> {});
    stacks.get(0).close();
    stacks.get(0).close();
    assertThat(subscription.isActive()).isFalse();
    assertThatThrownBy(() -> from(facets, Optional.empty(), change -> {}))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void whoJoinsIsNotToldWhatWasBefore() {
    List<Consumer<StoredChange>> listeners = new ArrayList<>();
    List<StoredChange> late = new ArrayList<>();
    Changes source =
        new Changes() {
          @Override
          public boolean resumable() {
            return false;
          }

          @Override
          public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
            listeners.add(listener);
            return OPEN;
          }

          @Override
          public void settle() {
            late.forEach(change -> listeners.get(0).accept(change));
            late.clear();
          }
        };
    Facets facets = over(Memory.facets(clock).with(Changes.class, source), AMPLE);
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    from(facets, Optional.empty(), change -> first.add(change.key()));
    late.add(change("before"));
    from(facets, Optional.empty(), change -> second.add(change.key()));
    listeners.get(0).accept(change("afterwards"));
    assertThat(first).containsExactly("before", "afterwards");
    assertThat(second).containsExactly("afterwards");
  }

  @Test
  void theTurnIsFreeWhileTheSourceIsAsked() throws Exception {
    AtomicBoolean asked = new AtomicBoolean();
    List<Consumer<StoredChange>> listeners = new ArrayList<>();
    Changes source =
        new Changes() {
          @Override
          public boolean resumable() {
            return false;
          }

          @Override
          public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
            // Another thread may tell something before this returns, and must not be held up.
            Thread teller = new Thread(() -> listener.accept(change("early")), "teller");
            teller.start();
            try {
              teller.join(30_000);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            asked.set(!teller.isAlive());
            listeners.add(listener);
            return OPEN;
          }
        };
    Facets facets = over(Memory.facets(clock).with(Changes.class, source), AMPLE);
    List<String> told = new ArrayList<>();
    from(facets, Optional.empty(), change -> told.add(change.key()));
    from(facets, Optional.empty(), change -> told.add(change.key() + "'"));
    assertThat(asked).isTrue();
    assertThat(listeners).as("the source is subscribed to once").hasSize(1);
    listeners.get(0).accept(change("late"));
    assertThat(told).containsExactly("late", "late'");
  }

  private StoredChange change(String key) {
    return new StoredChange(
        ChangeType.SET, key, Optional.empty(), Optional.empty(), clock.instant(), Optional.empty());
  }

  // ---- the seam

  /** Keeps what it is told, but gives up after a few changes. */
  private static final class Restless {
    private final List<StoredChange> told = new ArrayList<>();

    synchronized void accept(StoredChange change) {
      told.add(change);
    }

    synchronized Optional<String> last() {
      return told.isEmpty() ? Optional.empty() : told.get(told.size() - 1).position();
    }

    synchronized int size() {
      return told.size();
    }
  }

  @Test
  void whoGoesAndComesBackAmidWritesIsToldExactlyWhatAnotherIsToldWhoStays() throws Exception {
    Facets facets = memory(AMPLE);
    long seed = System.nanoTime();
    List<StoredChange> stays = new ArrayList<>();
    Restless restless = new Restless();
    from(facets, Optional.empty(), stays::add);
    from(facets, Optional.empty(), restless::accept).close();
    put(facets, "first");
    String position = position(stays.get(0));
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    int returns = 0;
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        Random random = new Random(seed + thread);
        writers.add(
            pool.submit(
                () -> {
                  while (!done.get()) {
                    put(facets, "k" + random.nextInt(8));
                  }
                }));
      }
      Random random = new Random(seed - 1);
      while (returns < 300) {
        int enough = restless.size() + random.nextInt(200);
        try (Subscription visit =
            from(facets, restless.last().or(() -> Optional.of(position)), restless::accept)) {
          Eventually.holds("something more comes", () -> restless.size() >= enough);
          assertThat(visit.isActive()).isTrue();
        }
        returns++;
      }
      done.set(true);
      for (Future<?> writer : writers) {
        writer.get(60, TimeUnit.SECONDS);
      }
    } finally {
      done.set(true);
      pool.shutdownNow();
    }
    from(facets, restless.last(), restless::accept).close();
    assertThat(restless.told)
        .as("seed %d, %d changes", seed, stays.size())
        .isEqualTo(stays.subList(1, stays.size()));
  }
}
