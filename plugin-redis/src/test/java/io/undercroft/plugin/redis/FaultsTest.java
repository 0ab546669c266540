package io.undercroft.plugin.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Mutation;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.Eventually;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;

/** A server that fails, is slow, is full, is another one. */
class FaultsTest {
  private static final Set<ErrorCode> TYPED =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  @Test
  void aServerThatIsNotThereIsSaidAtTheOpening() {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(RedisProcess.shared())) {
      server.kill();
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(
              () ->
                  new RedisPlugin()
                      .open(
                          Given.settings("uri", "redis://:hidden@127.0.0.1:" + server.port()),
                          given.context()))
          .withMessageContaining("127.0.0.1:" + server.port())
          .withMessageNotContaining("hidden")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_FAILED));
    }
  }

  @Test
  void aWrongPasswordIsSaidWithoutSayingIt() {
    try (RedisProcess server = RedisProcess.start();
        Connection first = server.connect();
        Given given = new Given(RedisProcess.shared())) {
      first.sendCommand(Command.CONFIG, "SET", "requirepass", "right-one");
      first.getOne();
      for (String[] login : new String[][] {{"password", "wrong-one"}, {"client-name", "none"}}) {
        StorageException e =
            failure(
                () ->
                    new RedisPlugin()
                        .open(
                            Given.settings(
                                "hosts", "127.0.0.1:" + server.port(), login[0], login[1]),
                            given.context()));
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
        assertThat(e).hasMessageContaining("check user and password");
        assertThat(e.getMessage() + e.getCause()).doesNotContain("wrong-one", "right-one");
      }
      new RedisPlugin()
          .open(
              Given.settings("uri", "redis://:right-one@127.0.0.1:" + server.port()),
              given.context())
          .close();
    }
  }

  @Test
  void aUserOfTheAccessListIsEnough() {
    RedisProcess server = RedisProcess.shared();
    try (Given given = new Given(server)) {
      given.say(
          Command.ACL, "SETUSER", "keeper", "on", ">opensesame", "~own:*", "+@all", "-@dangerous");
      new RedisPlugin()
          .open(
              Given.settings(
                  "uri",
                  server.uri(),
                  "user",
                  "keeper",
                  "password",
                  "opensesame",
                  "namespace",
                  "own"),
              given.context())
          .close();
      Namespaces.remove(server, "own");
    }
  }

  @Test
  void aFullServerRefusesAWriteAndKeepsTheOldValue() {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms = given.open();
      rooms.put("a", "\"before\"");
      given.say(Command.CONFIG, "SET", "maxmemory", "1");
      full(() -> rooms.put("a", "\"after\""));
      full(() -> rooms.batch().putMany(Map.of("a", Given.entry("1"), "b", Given.entry("2"))));
      full(
          () ->
              rooms
                  .commit()
                  .commit(
                      List.of(),
                      List.of(
                          new Mutation.Put("b", Given.entry("2")),
                          new Mutation.Put("a", Given.entry("1")))));
      assertThat(rooms.get("a")).contains("\"before\"");
      assertThat(rooms.keys("")).containsExactly("a");
      given.say(Command.CONFIG, "SET", "maxmemory", "0");
      rooms.put("a", "\"after\"");
    }
  }

  private static void full(ThrowingCallable write) {
    assertThat(failure(write).code()).isEqualTo(ErrorCode.STORAGE_FULL);
  }

  @Test
  void aFullServerStillRemoves() {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms = given.open();
      rooms.put("a", "1");
      given.say(Command.CONFIG, "SET", "maxmemory", "1");
      rooms.keyValue().delete("a", Precondition.NONE);
      assertThat(rooms.get("a")).isEmpty();
      assertThat(rooms.keyValue().size()).isZero();
    }
  }

  @Test
  void aReplicaTakesNoWritesAndSaysSo() {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms = given.open();
      rooms.put("a", "1");
      given.say(Command.REPLICAOF, "127.0.0.1", "1");
      StorageException e = failure(() -> rooms.put("a", "2"));
      assertThat(e.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(e).hasMessageContaining("replica");
      assertThat(rooms.get("a")).contains("1");
      assertThat(failure(given::open).code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      given.say(Command.REPLICAOF, "NO", "ONE");
      rooms.put("a", "2");
    }
  }

  @Test
  void aSlowServerIsNotWaitedForAndAWriteToItIsNotKnown() {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms = given.open("timeout", "200ms");
      rooms.put("a", "1");
      given.say(Command.CLIENT, "PAUSE", "1500", "ALL");
      long from = System.nanoTime();
      assertThat(failure(() -> rooms.get("a")).code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - from)).isLessThan(1_000);
      // Its connections answer nothing either, so this one does not even get to ask.
      assertThat(failure(() -> rooms.put("a", "2")).code())
          .isIn(ErrorCode.UNKNOWN_OUTCOME, ErrorCode.CONNECTION_FAILED);
      Eventually.passes(() -> assertThat(rooms.get("a").orElseThrow()).isIn("1", "2"));
    }
  }

  @Test
  void aPoolThatIsEmptyIsSaid() throws Exception {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms =
          given.open("pool.max", "1", "pool.max-wait", "100ms", "changes.kept", "0");
      rooms.put("a", "1");
      given.say(Command.CLIENT, "PAUSE", "1000", "WRITE");
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        Future<?> held = other.submit(() -> rooms.put("a", "2"));
        Eventually.passes(
            () -> {
              StorageException e = failure(() -> rooms.get("a"));
              assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT);
              assertThat(e).hasMessageContaining("pool.max");
            });
        held.get(30, TimeUnit.SECONDS);
        assertThat(rooms.get("a")).contains("2");
      } finally {
        other.shutdownNow();
      }
    }
  }

  @Test
  void aServerThatIsKilledUnderLoadLosesNoAcknowledgedWriteAndIsNeverTakenForEmpty()
      throws Exception {
    try (RedisProcess server = RedisProcess.start();
        Given given = new Given(server)) {
      Given.Store rooms = given.open("timeout", "1s");
      rooms.put("always", "0");
      Map<String, String> acknowledged = new ConcurrentHashMap<>();
      ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
      AtomicBoolean over = new AtomicBoolean();
      AtomicInteger done = new AtomicInteger();
      AtomicInteger failed = new AtomicInteger();
      int writers = 6;
      CountDownLatch ended = new CountDownLatch(writers);
      for (int writer = 0; writer < writers; writer++) {
        int number = writer;
        given
            .context()
            .executor()
            .execute(
                () -> {
                  try {
                    for (int i = 0; !over.get(); i++) {
                      String key = "key-" + number + "-" + i;
                      try {
                        if (rooms.get("always").isEmpty()) {
                          wrong.add("a miss that was none");
                        }
                        rooms.put(key, String.valueOf(i));
                        acknowledged.put(key, String.valueOf(i));
                      } catch (StorageException e) {
                        failed.incrementAndGet();
                        if (!TYPED.contains(e.code())) {
                          wrong.add(String.valueOf(e));
                        }
                      } catch (RuntimeException e) {
                        wrong.add(String.valueOf(e));
                      }
                      done.incrementAndGet();
                    }
                  } finally {
                    ended.countDown();
                  }
                });
      }
      for (int round = 0; round < 3; round++) {
        int before = done.get();
        Eventually.holds("work is done", () -> done.get() > before + 300 || !wrong.isEmpty());
        int failures = failed.get();
        server.kill();
        Eventually.holds("the kill is noticed", () -> failed.get() > failures);
        server.run();
      }
      int before = acknowledged.size();
      Eventually.holds("it goes on", () -> acknowledged.size() > before + 300 || !wrong.isEmpty());
      over.set(true);
      assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(wrong).isEmpty();
      assertThat(rooms.batch().getMany(acknowledged.keySet())).hasSameSizeAs(acknowledged);
      assertThat(rooms.keyValue().size()).isEqualTo(rooms.keys("").size());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OOM command not allowed when used memory > 'maxmemory'., STORAGE_FULL",
    "'ERR Error running script: @user_script:1: -OOM command not allowed', STORAGE_FULL",
    "MISCONF Redis is configured to save RDB snapshots, STORAGE_FULL",
    "LOADING Redis is loading the dataset in memory, CONNECTION_FAILED",
    "READONLY You can't write against a read only replica., CONNECTION_FAILED",
    "MASTERDOWN Link with MASTER is down, CONNECTION_FAILED",
    "CLUSTERDOWN The cluster is down, CONNECTION_FAILED",
    "NOREPLICAS Not enough good replicas to write., CONSISTENCY_VIOLATION",
    "BUSY Redis is busy running a script., TIMEOUT",
    "WRONGTYPE Operation against a key holding the wrong kind of value, SERIALIZATION_FAILED",
    "NOAUTH Authentication required., INVALID_CONFIG",
    "ERR unknown command 'ZMSCORE', UNSUPPORTED"
  })
  void whatTheServerSaysHasACodeOfOurs(String text, ErrorCode code) {
    Failures failures = new Failures(RedisSettings.of(Given.settings("uri", "redis://host")));
    assertThat(failures.said(new JedisDataException(text)).code()).isEqualTo(code);
  }

  @Test
  void whatTheServerSaysAboutALoginStaysWithUs() {
    Failures failures = new Failures(RedisSettings.of(Given.settings("uri", "redis://host")));
    for (String text :
        List.of("NOPERM User keeper has no permissions", "WRONGPASS invalid username-password")) {
      StorageException e = failures.said(new JedisAccessControlException(text));
      assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(e.getMessage() + e.getCause()).doesNotContain("keeper");
    }
  }

  private static StorageException failure(ThrowingCallable call) {
    StorageException e = catchThrowableOfType(StorageException.class, call);
    assertThat(e).as("a failure of ours").isNotNull();
    return e;
  }
}
