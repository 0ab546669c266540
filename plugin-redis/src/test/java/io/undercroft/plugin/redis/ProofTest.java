package io.undercroft.plugin.redis;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.Eventually;
import io.undercroft.testkit.history.Invocation;
import io.undercroft.testkit.history.Linearizability;
import io.undercroft.testkit.history.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/**
 * What is to be shown by numbers; {@code -Dundercroft.redis.proofs=true} is the full size, which
 * takes minutes.
 */
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ProofTest {
  private static final boolean FULL = Boolean.getBoolean("undercroft.redis.proofs");
  private static final int EXPIRING = FULL ? 1_000_000 : 10_000;
  private static final int CHANGES = FULL ? 100_000 : 5_000;
  private static final int DISCONNECTS = FULL ? 50 : 10;
  private static final int HISTORIES = FULL ? 100 : 10;
  private static final int CLIENTS = 16;
  private static final int CALLS = 25;
  private static final int AT_ONCE = 10_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Condition IN_BONN = field("city").eq("Bonn");

  private final RedisProcess server = RedisProcess.shared();

  @Test
  void nothingIsSeenOfWhatHasExpiredAndNothingOfItStays() {
    try (Given given = new Given(server)) {
      Given.Store rooms = open(given);
      Instant deadline = fill(given, rooms);
      assertThat(rooms.keyValue().size()).isEqualTo(EXPIRING);
      given.clock().set(deadline);
      assertNothingIsSeen(rooms);
      awaitNothing(given);
    }
  }

  @Test
  void norIfNobodyWasThereAtTheDeadline() {
    try (Given given = new Given(server)) {
      Given.Store rooms = open(given);
      Instant deadline = fill(given, rooms);
      rooms.close();
      given.clock().set(deadline);
      if (FULL) {
        // The server drops the entries by itself; what is left is one set of keys, one of
        // deadlines, the places and the index, until somebody comes or a day has passed.
        Eventually.passes(
            PATIENCE, () -> assertThat(given.names()).noneMatch(name -> name.startsWith("value:")));
        assertThat(given.names())
            .containsExactly("deadlines", "index:by-city", "indexes", "keys", "layout", "places");
      }
      Given.Store again = open(given);
      assertNothingIsSeen(again);
      awaitNothing(given);
    }
  }

  private static Given.Store open(Given given) {
    return given.open("changes.kept", "0", "sweep-interval", "100ms", "timeout", "30s");
  }

  /** Writes entries that all end at one moment, with a place in an index each; returns it. */
  private static Instant fill(Given given, Given.Store rooms) {
    rooms.facets().require(Indexes.class).create(IndexDefinition.hash("by-city", "city"));
    Instant deadline = given.clock().instant().plusSeconds(30);
    for (int from = 0; from < EXPIRING; from += AT_ONCE) {
      Map<String, NewEntry> some = new HashMap<>();
      for (int i = from; i < from + AT_ONCE; i++) {
        some.put("room-" + i, Given.entry("{\"city\":\"Bonn\",\"i\":" + i + "}", deadline));
      }
      rooms.batch().putMany(some);
    }
    return deadline;
  }

  private static void assertNothingIsSeen(Given.Store rooms) {
    KeyValue store = rooms.keyValue();
    assertThat(store.size()).isZero();
    assertThat(store.get("room-1")).isEmpty();
    assertThat(store.has("room-2")).isFalse();
    assertThat(rooms.keys("")).isEmpty();
    assertThat(rooms.keys("room-9")).isEmpty();
    Queries queries = rooms.facets().require(Queries.class);
    try (Cursor<Queries.Found> found = queries.query(Query.where(IN_BONN)).entries()) {
      assertThat(found.next()).isEmpty();
    }
    assertThat(queries.count(Optional.of(IN_BONN)))
        .as("not told until it is swept, or nothing")
        .isIn(OptionalLong.empty(), OptionalLong.of(0));
  }

  /** Returns when nothing is left but what says how the storage is made. */
  private static void awaitNothing(Given given) {
    Eventually.passes(
        PATIENCE,
        () -> {
          assertThat(given.say(Command.EXISTS, given.name("keys"), given.name("places")))
              .isEqualTo(0L);
          assertThat(given.names()).containsExactly("indexes", "layout");
        });
    for (String name : List.of("keys", "deadlines", "places", "index:by-city", "value:room-1")) {
      assertThat(given.say(Command.MEMORY, "USAGE", given.name(name))).as(name).isNull();
    }
  }

  @Test
  void compareAndSetIsLinearizableAndAPlantedOneThatIsNotAtomicIsCaught() throws Exception {
    try (Given given = new Given(server)) {
      KeyValue store = given.open("pool.max", "32").keyValue();
      for (int round = 0; round < HISTORIES; round++) {
        assertThat(Linearizability.check(history(given, store, "sound-" + round, true)))
            .isEqualTo(new Verdict.Holds());
      }
      int caught = 0;
      for (int round = 0; round < HISTORIES; round++) {
        List<Invocation> history = history(given, store, "planted-" + round, false);
        caught += Linearizability.check(history) instanceof Verdict.Violated ? 1 : 0;
      }
      System.out.printf(
          "%d histories of %d clients hold; of %d with a planted fault %d are caught%n",
          HISTORIES, CLIENTS, HISTORIES, caught);
      assertThat(caught).isPositive();
    }
  }

  private static List<Invocation> history(Given given, KeyValue store, String key, boolean sound)
      throws InterruptedException {
    Queue<Invocation> history = new ConcurrentLinkedQueue<>();
    CountDownLatch ready = new CountDownLatch(CLIENTS);
    CountDownLatch ended = new CountDownLatch(CLIENTS);
    for (int client = 0; client < CLIENTS; client++) {
      int number = client;
      given
          .context()
          .executor()
          .execute(
              () -> {
                ready.countDown();
                Random random = new Random(number);
                for (int i = 0; i < CALLS; i++) {
                  call(history, store, key, number, i, random.nextBoolean(), sound);
                }
                ended.countDown();
              });
    }
    assertThat(ready.await(1, TimeUnit.MINUTES)).isTrue();
    assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
    return List.copyOf(history);
  }

  /** Reads, and then perhaps writes by the version that was read. */
  private static void call(
      Queue<Invocation> history,
      KeyValue store,
      String key,
      int client,
      int number,
      boolean writes,
      boolean sound) {
    long from = System.nanoTime();
    Optional<StoredEntry> there = store.get(key);
    Optional<String> version = there.map(entry -> entry.meta().version());
    history.add(
        new Invocation(
            client,
            key,
            new Invocation.Read(there.map(entry -> Names.text(entry.value())), version),
            from,
            System.nanoTime()));
    if (!writes && version.isPresent()) {
      return;
    }
    String value = client + "." + number;
    long begin = System.nanoTime();
    Optional<String> written = write(store, key, value, version, sound);
    history.add(
        new Invocation(
            client,
            key,
            version.isPresent()
                ? new Invocation.WriteIfVersion(version.get(), value, written, written.isPresent())
                : new Invocation.WriteIfAbsent(value, written.isPresent()),
            begin,
            System.nanoTime()));
  }

  private static Optional<String> write(
      KeyValue store, String key, String value, Optional<String> version, boolean sound) {
    Precondition wanted = version.map(Precondition::version).orElse(Precondition.ABSENT);
    if (!sound) {
      Optional<String> now = store.get(key).map(entry -> entry.meta().version());
      if (!now.equals(version)) {
        return Optional.empty();
      }
      wanted = Precondition.NONE;
    }
    return store.put(key, Given.entry(value), wanted) instanceof PutResult.Written done
        ? Optional.of(done.meta().version())
        : Optional.empty();
  }

  @Test
  void aWatchThatIsCutOffAgainAndAgainIsToldEverythingOnce() {
    try (Given given = new Given(server)) {
      Given.Store here = given.open("client-name", "cut-off", "changes.kept", "1000000");
      Given.Store there = given.open("changes.kept", "1000000");
      List<String> seen = new ArrayList<>();
      List<StoredChange> strange = new ArrayList<>();
      int cut = 0;
      try (Subscription watching =
          here.changes()
              .subscribe(
                  Optional.empty(),
                  change -> {
                    synchronized (seen) {
                      seen.add(change.key());
                      if (change.type() != ChangeType.SET) {
                        strange.add(change);
                      }
                    }
                  })) {
        List<String> written = new ArrayList<>();
        int each = CHANGES / DISCONNECTS;
        for (int round = 0; round < DISCONNECTS; round++) {
          for (int i = 0; i < each; i++) {
            String key = "key-" + written.size();
            there.put(key, "1");
            written.add(key);
            if (i == each / 2) {
              cut += cutOff();
            }
          }
        }
        Eventually.holds(
            PATIENCE,
            "the last change arrives",
            () -> {
              synchronized (seen) {
                return seen.size() >= written.size();
              }
            });
        assertThat(watching.isActive()).isTrue();
        synchronized (seen) {
          System.out.printf(
              "%d changes, %d connections cut off: %d told, %d of them not as they were%n",
              written.size(), cut, seen.size(), strange.size());
          assertThat(strange).isEmpty();
          assertThat(seen).isEqualTo(written);
        }
        assertThat(cut).isGreaterThanOrEqualTo(DISCONNECTS);
      }
    }
  }

  /** Cuts the connections of the one who watches; returns how many there were. */
  private int cutOff() {
    int count = 0;
    try (Connection connection = server.connect()) {
      connection.sendCommand(Command.CLIENT, "LIST");
      for (String line : Names.text(connection.getBinaryBulkReply()).lines().toList()) {
        if (line.contains(" name=cut-off ")) {
          connection.sendCommand(
              Command.CLIENT, "KILL", "ID", line.replaceAll("^id=([0-9]+) .*$", "$1"));
          count += Math.toIntExact(connection.getIntegerReply());
        }
      }
    }
    return count;
  }
}
