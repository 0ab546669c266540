package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node.Health;
import io.undercroft.storage.ReplicationStatus;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A primary that is found through Sentinels, and found again after a fail-over. */
class SentinelTest {
  /** How many fail-overs; {@code -Dundercroft.redis.failovers=20} is the full size. */
  private static final int FAIL_OVERS = Integer.getInteger("undercroft.redis.failovers", 2);

  /** The level of each writer; the first two say none. */
  private static final List<Optional<ConsistencyLevel>> WRITERS =
      List.of(
          Optional.empty(),
          Optional.empty(),
          Optional.of(ConsistencyLevel.QUORUM),
          Optional.of(ConsistencyLevel.ALL));

  private static final long LIMIT_MILLIS = 1_000;
  private static final int REMOVED_AT_ONCE = 5_000;

  /** How late the plugin may notice what every Sentinel knows, as docs/redis.md says. */
  private static final long NOTICED_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final Set<ErrorCode> TYPED =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  /** When each write began that was acknowledged, by writer. */
  private final List<Map<String, Long>> acknowledged =
      WRITERS.stream().<Map<String, Long>>map(writer -> new ConcurrentHashMap<>()).toList();

  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(WRITERS.size());

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void aFailOverUnderLoadIsGotOverWithoutARestart() throws Exception {
    try (SentinelSet set = SentinelSet.start();
        Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms =
          given.openWith(
              "hosts",
              set.hosts(),
              "sentinel.primary",
              SentinelSet.NAME,
              "timeout",
              LIMIT_MILLIS + "ms",
              "connect-timeout",
              LIMIT_MILLIS + "ms");
      rooms.put("always", "0");
      rooms.cluster().sync(Duration.ofSeconds(30));
      for (int writer = 0; writer < WRITERS.size(); writer++) {
        int number = writer;
        KeyValue store =
            WRITERS.get(writer).map(level -> rooms.at(level).keyValue()).orElse(rooms.keyValue());
        given.context().executor().execute(() -> work(store, number));
      }
      for (int round = 0; round < FAIL_OVERS; round++) {
        awaitProgress(WRITERS.size());
        RedisProcess before = set.primary();
        boolean crash = round % 2 == 0;
        if (crash) {
          before.kill();
        } else {
          set.handOver(before);
        }
        set.awaitOtherThan(before);
        long known = System.nanoTime();
        long epoch = set.epoch();
        awaitProgress(WRITERS.size() - 1); // with one server away, not at ALL
        if (crash) {
          before.run();
        }
        set.awaitComplete();
        awaitProgress(WRITERS.size());
        boolean another = set.epoch() != epoch;
        System.out.printf(
            "fail-over %d (%s%s): %d calls failed so far, slowest %d ms%n",
            round + 1,
            crash ? "crash" : "handed over",
            another ? ", and one more that the Sentinels found necessary" : "",
            failed.get(),
            TimeUnit.NANOSECONDS.toMillis(slowest.get()));
        for (int writer = 0; writer < WRITERS.size(); writer++) {
          judge(rooms, writer, known, another);
        }
      }
      over.set(true);
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(rooms.keyValue().size()).isEqualTo(rooms.keys("").size());
      // One wait for the pool, one for a connection, two for answers at most, half of one to wait.
      assertThat(TimeUnit.NANOSECONDS.toMillis(slowest.get())).isLessThan(10 * LIMIT_MILLIS);
    }
  }

  /** Prints what a writer has lost, and holds it to what docs/redis.md declares of its level. */
  private void judge(Given.Store rooms, int writer, long known, boolean another) {
    Map<String, Long> writes = acknowledged.get(writer);
    Set<String> judged = Set.copyOf(writes.keySet());
    Set<String> gone = new TreeSet<>(judged);
    gone.removeAll(rooms.batch().getMany(judged).keySet());
    Optional<ConsistencyLevel> level = WRITERS.get(writer);
    long last =
        gone.stream().mapToLong(key -> writes.getOrDefault(key, known) - known).max().orElse(0);
    System.out.printf(
        "  writer %d (%s): %d writes acknowledged since the last, %d lost%s%n",
        writer,
        level.map(ConsistencyLevel::name).orElse("no level"),
        judged.size(),
        gone.size(),
        gone.isEmpty()
            ? ""
            : ", the last of which began "
                + TimeUnit.NANOSECONDS.toMillis(last)
                + " ms after every Sentinel knew the new primary");
    if (level.equals(Optional.of(ConsistencyLevel.ALL))) {
      assertThat(gone).as("lost although every replica had confirmed it").isEmpty();
    }
    if (!another) {
      assertThat(last)
          .as("ns from when every Sentinel knew to the beginning of the last lost write")
          .isLessThanOrEqualTo(NOTICED_NANOS);
    }
    forget(rooms, judged);
    writes.keySet().removeAll(judged);
  }

  /** Removes what was judged, so that what the servers copy to each other stays small. */
  private static void forget(Given.Store rooms, Set<String> judged) {
    List<String> keys = List.copyOf(judged);
    for (int from = 0; from < keys.size(); from += REMOVED_AT_ONCE) {
      rooms.batch().deleteMany(keys.subList(from, Math.min(keys.size(), from + REMOVED_AT_ONCE)));
    }
  }

  private void work(KeyValue store, int number) {
    try {
      for (int i = 0; !over.get(); i++) {
        String key = "key-" + number + "-" + i;
        long from = System.nanoTime();
        try {
          if (store.get("always").isEmpty()) {
            wrong.add("a miss that was none");
          }
          store.put(key, Given.entry(String.valueOf(i)), Precondition.NONE);
          acknowledged.get(number).put(key, from);
        } catch (StorageException e) {
          failed.incrementAndGet();
          if (!TYPED.contains(e.code())) {
            wrong.add(String.valueOf(e));
          }
        } catch (RuntimeException e) {
          wrong.add(String.valueOf(e));
        }
        long took = System.nanoTime() - from;
        slowest.accumulateAndGet(took, Math::max);
      }
    } finally {
      ended.countDown();
    }
  }

  /** Returns when each of the first writers has gone on. */
  private void awaitProgress(int writers) {
    for (int writer = 0; writer < writers; writer++) {
      Map<String, Long> writes = acknowledged.get(writer);
      int before = writes.size();
      Eventually.holds(
          SentinelSet.PATIENCE,
          "writes of writer " + writer + " are acknowledged",
          () -> writes.size() > before + 50 || !wrong.isEmpty());
    }
  }

  @Test
  void theSentinelsTellOfThoseThatThePrimaryDoesNot() {
    try (SentinelSet set = SentinelSet.start();
        Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms =
          given.openWith("hosts", set.hosts(), "sentinel.primary", SentinelSet.NAME);
      assertThat(rooms.cluster().levels())
          .containsExactly(ConsistencyLevel.ONE, ConsistencyLevel.QUORUM, ConsistencyLevel.ALL);
      Eventually.passes(
          () ->
              assertThat(rooms.cluster().replicationStatus())
                  .isEqualTo(new ReplicationStatus(3, 2, Map.of(), 0)));
      RedisProcess before = set.primary();
      assertThat(nodes(rooms, Health.HEALTHY)).hasSize(3).contains(before.port());
      before.kill();
      Eventually.passes(() -> assertThat(nodes(rooms, Health.OFFLINE)).contains(before.port()));
      set.awaitOtherThan(before);
      Eventually.passes(
          () -> {
            assertThat(nodes(rooms, Health.HEALTHY)).hasSize(2).contains(set.primary().port());
            assertThat(nodes(rooms, Health.OFFLINE)).containsExactly(before.port());
            assertThat(rooms.cluster().replicationStatus().factor()).isEqualTo(3);
            assertThat(rooms.cluster().replicationStatus().offline()).isEqualTo(1);
          });
    }
  }

  /** Returns the ports of those that are so. */
  private static List<Integer> nodes(Given.Store rooms, Health health) {
    return rooms.cluster().nodes().stream()
        .filter(node -> node.health() == health)
        .map(node -> Integer.valueOf(node.address().replaceAll(".*:", "")))
        .toList();
  }

  @Test
  void aPrimaryThatNoSentinelKnowsIsSaid() {
    try (SentinelSet set = SentinelSet.start();
        Given given = new Given(RedisProcess.shared())) {
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () -> given.openWith("hosts", set.hosts(), "sentinel.primary", "no-such-primary"))
          .withMessageContaining("no-such-primary")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_FAILED));
    }
  }
}
