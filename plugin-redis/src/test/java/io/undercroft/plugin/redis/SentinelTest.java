package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.Eventually;
import java.util.EnumSet;
import java.util.Map;
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
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** A primary that is found through Sentinels, and found again after a fail-over. */
class SentinelTest {
  /** How many fail-overs; {@code -Dundercroft.redis.failovers=20} is the full size. */
  private static final int FAIL_OVERS = Integer.getInteger("undercroft.redis.failovers", 2);

  private static final int WRITERS = 4;
  private static final long LIMIT_MILLIS = 1_000;

  private static final Set<ErrorCode> TYPED =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  /** When each write began that was acknowledged. */
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();

  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicInteger failed = new AtomicInteger();
  private final AtomicLong slowest = new AtomicLong();
  private final CountDownLatch ended = new CountDownLatch(WRITERS);

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
      awaitReplicas(set);
      for (int writer = 0; writer < WRITERS; writer++) {
        int number = writer;
        given.context().executor().execute(() -> work(rooms, number));
      }
      int lost = 0;
      for (int round = 0; round < FAIL_OVERS; round++) {
        awaitProgress();
        RedisProcess before = set.primary();
        boolean crash = round % 2 == 0;
        if (crash) {
          before.kill();
        } else {
          set.handOver(before);
        }
        set.awaitOtherThan(before);
        long known = System.nanoTime();
        awaitProgress();
        if (crash) {
          before.run();
        }
        set.awaitComplete();
        Set<String> gone = new TreeSet<>(acknowledged.keySet());
        gone.removeAll(rooms.batch().getMany(Set.copyOf(gone)).keySet());
        lost += gone.size();
        // The former primary takes writes until the Sentinels turn to it, which is seconds later.
        assertThat(gone)
            .as("lost although they began when every Sentinel had long known the new primary")
            .noneMatch(
                key -> acknowledged.getOrDefault(key, 0L) > known + TimeUnit.SECONDS.toNanos(1));
        acknowledged.keySet().removeAll(gone);
        System.out.printf(
            "fail-over %d (%s): %d acknowledged writes there, %d lost, %d calls failed so far,"
                + " slowest %d ms%n",
            round + 1,
            crash ? "crash" : "handed over",
            acknowledged.size(),
            gone.size(),
            failed.get(),
            TimeUnit.NANOSECONDS.toMillis(slowest.get()));
      }
      over.set(true);
      assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(rooms.keyValue().size()).isEqualTo(rooms.keys("").size());
      // What a replica did not have yet is lost, as docs/redis.md says.
      System.out.printf("%d fail-overs: %d acknowledged writes lost%n", FAIL_OVERS, lost);
      // One wait for the pool, one for a connection, and two for answers at most.
      assertThat(TimeUnit.NANOSECONDS.toMillis(slowest.get())).isLessThan(10 * LIMIT_MILLIS);
    }
  }

  private void work(Given.Store rooms, int number) {
    try {
      for (int i = 0; !over.get(); i++) {
        String key = "key-" + number + "-" + i;
        long from = System.nanoTime();
        try {
          if (rooms.get("always").isEmpty()) {
            wrong.add("a miss that was none");
          }
          rooms.put(key, String.valueOf(i));
          acknowledged.put(key, from);
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

  private void awaitProgress() {
    int before = acknowledged.size();
    Eventually.holds(
        "writes are acknowledged", () -> acknowledged.size() > before + 200 || !wrong.isEmpty());
  }

  private static void awaitReplicas(SentinelSet set) {
    try (Connection connection = set.primary().connect()) {
      connection.sendCommand(Command.WAIT, "2", "5000");
      assertThat(connection.getIntegerReply()).isEqualTo(2);
    }
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
