package io.undercroft.plugin.redis;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Node;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.Eventually;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A storage on a cluster: where its parts lie, what moves, and what fails. */
class ShardsTest {
  /** How many fail-overs; {@code -Dundercroft.redis.failovers=20} is the full size. */
  private static final int FAIL_OVERS = Integer.getInteger("undercroft.redis.failovers", 2);

  private static final long LIMIT_MILLIS = 1_000;

  private static final Set<ErrorCode> TYPED =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  /** The level of each writer; the first two say none. */
  private static final List<Optional<ConsistencyLevel>> WRITERS =
      List.of(Optional.empty(), Optional.empty(), Optional.of(ConsistencyLevel.ALL));

  private static @Nullable ClusterSet set;

  @BeforeAll
  static void start() {
    set = ClusterSet.start();
  }

  @AfterAll
  static void stop() {
    if (set != null) {
      set.close();
    }
  }

  private static ClusterSet running() {
    ClusterSet there = set;
    if (there == null) {
      throw new IllegalStateException("it is started before the first test");
    }
    return there;
  }

  private static Given.Store open(Given given, String... more) {
    List<String> all = new ArrayList<>(List.of("hosts", running().hosts(), "cluster", "true"));
    all.addAll(List.of(more));
    return given.openWith(all.toArray(String[]::new));
  }

  private static StorageException failure(ThrowingCallable call) {
    StorageException e = catchThrowableOfType(StorageException.class, call);
    assertThat(e).isNotNull();
    return e;
  }

  @Test
  void theTagsOfPartsAreSpreadOverTheSlots() {
    assertThat(Parts.tags("rooms", 1)).containsExactly("rooms");
    for (int parts : new int[] {2, 3, 16, 100, 256}) {
      List<String> tags = Parts.tags("rooms", parts);
      assertThat(tags).hasSize(parts).doesNotHaveDuplicates();
      for (int i = 0; i < parts; i++) {
        assertThat(JedisClusterCRC16.getSlot("{" + tags.get(i) + "}") * parts / Shards.SLOTS)
            .isEqualTo(i);
      }
    }
  }

  @Test
  void aStorageInPartsLiesOnEveryPrimaryAndIsOne() {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms = open(given, "parts", "12");
      Map<String, NewEntry> many = new HashMap<>();
      for (int i = 0; i < 600; i++) {
        many.put((i % 2 == 0 ? "even*" : "odd*") + i, Given.entry(String.valueOf(i)));
      }
      assertThat(rooms.batch().putMany(many)).hasSize(600);
      rooms.put("eve", "1");
      assertThat(rooms.keyValue().size()).isEqualTo(601);
      assertThat(rooms.keys("even*")).hasSize(300).doesNotHaveDuplicates();
      assertThat(rooms.keys("")).hasSize(601).doesNotHaveDuplicates().contains("eve", "odd*1");
      assertThat(rooms.batch().getMany(many.keySet())).hasSize(600);
      for (RedisProcess node : running().nodes()) {
        try (Connection connection = node.connect()) {
          long values =
              Namespaces.keys(connection, given.namespace()).stream()
                  .filter(name -> Names.text(name).contains(":value:"))
                  .count();
          assertThat(values).isBetween(100L, 300L);
        }
      }
      assertThat(rooms.batch().deleteMany(many.keySet())).isEqualTo(600);
      assertThat(rooms.keys("")).containsExactly("eve");
      rooms.keyValue().clear();
      assertThat(rooms.keyValue().size()).isZero();
    }
  }

  @Test
  void anIndexOfAllPartsFindsTheFirstOfAllOfThem() {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms = open(given, "parts", "5");
      Indexes indexes = rooms.facets().require(Indexes.class);
      Queries queries = rooms.facets().require(Queries.class);
      IndexDefinition byCity =
          IndexDefinition.ordered("by-city", Order.asc("city"), Order.desc("seats"));
      for (int i = 0; i < 200; i++) {
        rooms.put("room-" + i, Given.entry("{\"city\":\"Bonn\",\"seats\":" + i + "}"));
        if (i == 100) {
          indexes.create(byCity);
        }
      }
      rooms.put("elsewhere", Given.entry("{\"city\":\"Köln\",\"seats\":1000}"));
      Condition inBonn = field("city").eq("Bonn");
      Query largest = Query.where(inBonn).orderBy(Order.desc("seats")).limit(7).offset(3);

      List<String> found = new ArrayList<>();
      Queries.Answer answer = queries.query(largest);
      try (Cursor<Queries.Found> entries = answer.entries()) {
        for (List<Queries.Found> page = entries.next(); !page.isEmpty(); page = entries.next()) {
          page.forEach(one -> found.add(one.key()));
        }
      }
      assertThat(answer.residual()).isEmpty();
      assertThat(found)
          .as("the first ten of each part, so those of all")
          .hasSizeBetween(10, 50)
          .containsAll(IntStream.range(190, 200).mapToObj(i -> "room-" + i).toList())
          .doesNotHaveDuplicates()
          .doesNotContain("elsewhere");
      assertThat(queries.count(Optional.of(inBonn))).hasValue(200);
      Explanation how = queries.explain(largest);
      assertThat(how.support()).isEqualTo(Support.NATIVE);
      assertThat(how.indexes()).containsExactly("by-city");
      assertThat(how.plan()).hasSize(5);
      assertThat(indexes.list())
          .singleElement()
          .satisfies(info -> assertThat(info.building()).isFalse())
          .satisfies(info -> assertThat(info.entries()).isEqualTo(201));
      assertThat(
              failure(
                  () ->
                      indexes.create(
                          IndexDefinition.ordered("one-each", Order.asc("n")).asUnique())))
          .hasMessageContaining("'one-each' is unique")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
      Given.Store reopened = open(given);
      assertThat(reopened.facets().require(Queries.class).explain(largest).support())
          .isEqualTo(Support.NATIVE);
      assertThat(indexes.drop("by-city")).isTrue();
      assertThat(indexes.list()).isEmpty();
      assertThat(queries.explain(largest).support()).isEqualTo(Support.EMULATED);
    }
  }

  @Test
  void aWatchOfPartsGoesOnWhereItWas() {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms = open(given, "parts", "5");
      Queue<StoredChange> first = new ConcurrentLinkedQueue<>();
      try (Subscription watching = rooms.changes().subscribe(Optional.empty(), first::add)) {
        for (int i = 0; i < 20; i++) {
          rooms.put("early-" + i, "1");
        }
        Eventually.holds("all are told", () -> first.size() == 20);
        assertThat(watching.isActive()).isTrue();
      }
      Optional<String> position = List.copyOf(first).get(first.size() - 1).position();
      assertThat(position).isPresent();
      Set<String> late = new TreeSet<>();
      for (int i = 0; i < 20; i++) {
        rooms.put("late-" + i, "1");
        late.add("late-" + i);
      }
      Queue<StoredChange> second = new ConcurrentLinkedQueue<>();
      try (Subscription watching = rooms.changes().subscribe(position, second::add)) {
        Eventually.holds("all are told", () -> second.size() == 20);
        assertThat(watching.isActive()).isTrue();
      }
      assertThat(second).extracting(StoredChange::key).containsExactlyInAnyOrderElementsOf(late);
    }
  }

  @Test
  void theNumberOfPartsIsThatOfTheFirstOpening() {
    try (Given given = new Given(RedisProcess.shared())) {
      open(given, "parts", "4").put("a", "1");
      assertThat(open(given).get("a")).contains("1");
      assertThat(failure(() -> open(given, "parts", "5")))
          .hasMessageContaining("parts: is 5")
          .hasMessageContaining("was made with 4")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.INVALID_CONFIG);
    }
  }

  @Test
  void aClusterIsNotTakenForAServerNorAServerForACluster() {
    try (Given given = new Given(RedisProcess.shared())) {
      RedisProcess node = running().nodes().get(0);
      assertThat(failure(() -> given.openWith("uri", node.uri())))
          .hasMessageContaining("set cluster=true")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.INVALID_CONFIG);
      assertThat(failure(() -> given.open("cluster", "true")))
          .hasMessageContaining("no node of a cluster")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.INVALID_CONFIG);
      given.openWith("uri", node.uri(), "cluster", "true").put("one-node-is-enough", "1");
    }
  }

  @Test
  void aCommitOfOnePartIsDoneAndOneAcrossPartsIsRefusedBeforeAnythingIsWritten() {
    try (Given given = new Given(RedisProcess.shared())) {
      assertThat(open(given, "parts", "8").facets().find(Commit.class)).isEmpty();
      Given.Store rooms = open(given, "parts.commit", "true");
      Commit commit = rooms.commit();
      for (int i = 0; i < 20; i++) {
        assertThat(
                commit.commit(
                    List.of(new Check("order{" + i + "}", Precondition.ABSENT)),
                    List.of(
                        new Mutation.Put("order{" + i + "}/total", Given.entry("1")),
                        new Mutation.Put("{" + i + "}", Given.entry("2")))))
            .isInstanceOf(CommitResult.Committed.class);
      }
      assertThat(rooms.keyValue().size()).isEqualTo(40);
      List<Mutation> across = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        across.add(new Mutation.Put("key-" + i, Given.entry("1")));
      }
      assertThat(failure(() -> commit.commit(List.of(), across)))
          .hasMessageContaining("'key-0'")
          .hasMessageContaining("in braces")
          .extracting(StorageException::code)
          .isEqualTo(ErrorCode.UNSUPPORTED);
      assertThat(rooms.keyValue().size()).isEqualTo(40);
      assertThat(commit.commit(List.of(), List.of()))
          .isEqualTo(new CommitResult.Committed(List.of()));
    }
  }

  @Test
  void everyLevelReachesAllParts() {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms = open(given, "parts", "6", "timeout", "10s");
      running().awaitComplete();
      assertThat(rooms.cluster().levels())
          .containsExactly(ConsistencyLevel.ONE, ConsistencyLevel.QUORUM, ConsistencyLevel.ALL);
      Map<String, NewEntry> many = new HashMap<>();
      for (int i = 0; i < 60; i++) {
        many.put("key-" + i, Given.entry("1"));
      }
      rooms.at(ConsistencyLevel.ALL).batch().putMany(many);
      rooms.cluster().sync(ClusterSet.PATIENCE);
      assertThat(rooms.cluster().replicationStatus().factor()).isEqualTo(2);
      List<Node> nodes = rooms.cluster().nodes();
      assertThat(nodes).hasSize(6);
      assertThat(nodes).filteredOn(node -> node.role() == Node.Role.PRIMARY).hasSize(3);
    }
  }

  @Test
  void aSlotThatMovesIsFollowed() {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms = open(given, "timeout", "1s");
      for (int i = 0; i < 20; i++) {
        rooms.put("key-" + i, String.valueOf(i));
      }
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription watching = rooms.changes().subscribe(Optional.empty(), seen::add)) {
        byte[] name = Names.bytes(given.name("keys"));
        RedisProcess from = running().holding(name);
        RedisProcess to = running().otherThan(from);
        String slot = String.valueOf(JedisClusterCRC16.getSlot(name));
        ClusterSet.say(to, "SETSLOT", slot, "IMPORTING", ClusterSet.id(from));
        ClusterSet.say(from, "SETSLOT", slot, "MIGRATING", ClusterSet.id(to));
        for (int i = 0; i < 10; i++) {
          move(given.name("value:key-" + i), from, to);
          move(given.name("entry:key-" + i), from, to);
        }
        for (int i = 0; i < 20; i++) {
          assertThat(rooms.get("key-" + i)).as("while it moves").contains(String.valueOf(i));
        }
        for (ThrowingCallable several :
            List.<ThrowingCallable>of(
                () -> rooms.put("key-1", "new"), () -> rooms.keyValue().size())) {
          assertThat(failure(several))
              .hasMessageContaining("is being moved to another node")
              .extracting(StorageException::code)
              .isEqualTo(ErrorCode.CONNECTION_FAILED);
        }
        moveAll(slot, from, to);
        ClusterSet.say(to, "SETSLOT", slot, "NODE", ClusterSet.id(to));
        ClusterSet.say(from, "SETSLOT", slot, "NODE", ClusterSet.id(to));
        for (int i = 0; i < 20; i++) {
          rooms.put("key-" + i, "new");
          assertThat(rooms.get("key-" + i)).contains("new");
        }
        assertThat(rooms.keys("key-")).hasSize(20);
        Eventually.holds("the watch goes on there", () -> seen.size() >= 20);
        assertThat(watching.isActive()).isTrue();
        assertThat(seen).hasSize(20);
      }
    }
  }

  private static void move(String name, RedisProcess from, RedisProcess to) {
    try (Connection connection = from.connect()) {
      connection.sendCommand(
          Command.MIGRATE, "127.0.0.1", String.valueOf(to.port()), name, "0", "5000");
      assertThat(connection.getStatusCodeReply()).isEqualTo("OK");
    }
  }

  private static void moveAll(String slot, RedisProcess from, RedisProcess to) {
    try (Connection connection = from.connect()) {
      connection.sendCommand(Command.CLUSTER, "GETKEYSINSLOT", slot, "10000");
      for (String name : connection.getMultiBulkReply()) {
        move(name, from, to);
      }
    }
  }

  /** Writers at several levels, and what came of it. */
  private static final class Load {
    private final List<Map<String, Long>> acknowledged =
        WRITERS.stream().<Map<String, Long>>map(writer -> new ConcurrentHashMap<>()).toList();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong slowest = new AtomicLong();
    private final CountDownLatch ended = new CountDownLatch(WRITERS.size());

    void work(KeyValue store, int number) {
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
          slowest.accumulateAndGet(System.nanoTime() - from, Math::max);
        }
      } finally {
        ended.countDown();
      }
    }

    void awaitProgress() {
      for (int writer = 0; writer < WRITERS.size(); writer++) {
        Map<String, Long> writes = acknowledged.get(writer);
        int before = writes.size();
        Eventually.holds(
            ClusterSet.PATIENCE,
            "writes of writer " + writer + " are acknowledged",
            () -> writes.size() > before + 50 || !wrong.isEmpty());
      }
    }

    /** Prints what a writer has lost, and holds it to what docs/redis.md declares of its level. */
    void judge(Given.Store rooms, int writer) {
      Map<String, Long> writes = acknowledged.get(writer);
      Set<String> judged = Set.copyOf(writes.keySet());
      Set<String> gone = new TreeSet<>(judged);
      gone.removeAll(rooms.batch().getMany(judged).keySet());
      Optional<ConsistencyLevel> level = WRITERS.get(writer);
      System.out.printf(
          "  writer %d (%s): %d writes acknowledged since the last, %d lost%n",
          writer, level.map(ConsistencyLevel::name).orElse("no level"), judged.size(), gone.size());
      if (level.isPresent()) {
        assertThat(gone).as("lost although every replica had confirmed it").isEmpty();
      }
      rooms.batch().deleteMany(judged);
      writes.keySet().removeAll(judged);
    }
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void aFailOverUnderLoadIsGotOverWithoutARestart() throws Exception {
    try (Given given = new Given(RedisProcess.shared())) {
      Given.Store rooms =
          open(
              given,
              "parts",
              "6",
              "timeout",
              LIMIT_MILLIS + "ms",
              "connect-timeout",
              LIMIT_MILLIS + "ms");
      rooms.put("always", "0");
      rooms.cluster().sync(Duration.ofSeconds(30));
      Load load = new Load();
      for (int writer = 0; writer < WRITERS.size(); writer++) {
        int number = writer;
        KeyValue store =
            WRITERS.get(writer).map(level -> rooms.at(level).keyValue()).orElse(rooms.keyValue());
        given.context().executor().execute(() -> load.work(store, number));
      }
      byte[] always = Names.bytes("{" + tagOf("always") + "}");
      for (int round = 0; round < FAIL_OVERS; round++) {
        load.awaitProgress();
        RedisProcess before = running().holding(always);
        boolean crash = round % 2 == 0;
        if (crash) {
          before.kill();
        } else {
          running().handOver(before);
        }
        running().awaitOtherThan(before, always);
        if (crash) {
          before.run();
        }
        running().awaitComplete();
        load.awaitProgress();
        System.out.printf(
            "cluster fail-over %d (%s): %d calls failed so far, slowest %d ms%n",
            round + 1,
            crash ? "crash" : "handed over",
            load.failed.get(),
            TimeUnit.NANOSECONDS.toMillis(load.slowest.get()));
        for (int writer = 0; writer < WRITERS.size(); writer++) {
          load.judge(rooms, writer);
        }
      }
      load.over.set(true);
      assertThat(load.ended.await(60, TimeUnit.SECONDS)).isTrue();
      assertThat(load.wrong).isEmpty();
      assertThat(rooms.keyValue().size()).isEqualTo(rooms.keys("").size());
      assertThat(TimeUnit.NANOSECONDS.toMillis(load.slowest.get())).isLessThan(10 * LIMIT_MILLIS);
    }
  }

  /** Returns the tag of the part that has a key, of six. */
  private static String tagOf(String key) {
    return Parts.tags("rooms", 6).get(JedisClusterCRC16.getSlot(key) % 6);
  }
}
