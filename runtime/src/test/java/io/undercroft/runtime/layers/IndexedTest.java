package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.codec.CodecLimits;
import io.undercroft.runtime.codec.StoredDocuments;
import io.undercroft.runtime.lifecycle.CodecDocuments;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.IndexHome;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IndexedTest {
  private static final IndexDefinition BY_N = IndexDefinition.ordered("by-n", Order.asc("n"));

  private final ManualClock clock = new ManualClock();
  private final CodecDocuments documents =
      new CodecDocuments(new StoredDocuments(CodecLimits.DEFAULT));
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Stack> stacks = new ArrayList<>();

  @AfterEach
  void close() {
    stacks.forEach(Stack::close);
    threads.shutdownNow();
  }

  private Facets over(Facets backend) {
    Stack stack = Stack.over(backend, new TestContext(clock)).documents(documents).compose();
    stacks.add(stack);
    return stack.facets();
  }

  private static NewEntry json(String text) {
    return NewEntry.of(text.getBytes(UTF_8), "application/json");
  }

  private static NewEntry n(int n) {
    return json("{\"n\":" + n + "}");
  }

  private static void put(Facets facets, String key, NewEntry entry) {
    Memory.put(facets.require(KeyValue.class), key, entry);
  }

  private static void fill(Facets facets, int count) {
    for (int i = 0; i < count; i++) {
      put(facets, "k" + i, n(i));
    }
  }

  private static List<String> keys(Facets facets, Query query) {
    return Memory.drain(facets.require(Queries.class).query(query).entries()).stream()
        .map(Queries.Found::key)
        .toList();
  }

  private static Query equal(int n) {
    return Query.where(field("n").eq(n));
  }

  private static Explanation explain(Facets facets, Query query) {
    return facets.require(Queries.class).explain(query);
  }

  private static IndexInfo info(Facets facets) {
    return facets.require(Indexes.class).list().get(0);
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    return failure;
  }

  @Test
  void indexesAreOfferedWhereTheBackendIsAHomeForThem() {
    Stack stack =
        Stack.over(Memory.facets(clock), new TestContext(clock)).documents(documents).compose();
    stacks.add(stack);
    assertThat(stack.support()).containsEntry(Indexes.class, Support.EMULATED);
    assertThat(stack.facets().types()).doesNotContain(IndexHome.class);
    assertThat(over(Memory.facets(clock).without(IndexHome.class)).types())
        .doesNotContain(Indexes.class);
  }

  @Test
  void theIndexThatFindsFewestIsTaken() {
    Facets facets = over(Memory.facets(clock));
    for (int i = 0; i < 100; i++) {
      put(facets, "k" + i, json("{\"few\":" + i / 4 + ",\"many\":" + i / 25 + "}"));
    }
    Indexes indexes = facets.require(Indexes.class);
    indexes.create(IndexDefinition.hash("few", "few"));
    indexes.create(IndexDefinition.ordered("many", Order.asc("many")));
    Condition many = field("many").eq(0);
    Query query = Query.where(field("few").eq(3).and(many));
    Explanation explained = explain(facets, query);
    assertThat(explained.indexes()).containsExactly("few");
    assertThat(explained.examined()).hasValue(4);
    assertThat(explained.residual()).contains(many);
    assertThat(keys(facets, query)).hasSize(4);
    assertThat(indexes.list()).extracting(IndexInfo::hits).containsExactly(1L, 0L);
    assertThat(indexes.list()).extracting(IndexInfo::misses).containsExactly(0L, 1L);
    Query most = Query.where(field("many").gte(0));
    assertThat(explain(facets, most).indexes()).as("a scan is no worse").isEmpty();
  }

  @Test
  void anOrderWithALimitLooksAtNoMoreThanItNeeds() {
    Facets facets = over(Memory.facets(clock));
    for (int i = 0; i < 200; i++) {
      put(facets, "k" + i, json("{\"a\":" + i % 2 + ",\"n\":" + i / 4 + "}"));
    }
    facets
        .require(Indexes.class)
        .create(IndexDefinition.ordered("a-n", Order.asc("a"), Order.asc("n")));
    Query query = Query.where(field("a").eq(1)).orderBy(Order.desc("n")).limit(5).offset(1);
    Explanation explained = explain(facets, query);
    assertThat(explained.orderPushedDown()).isTrue();
    assertThat(explained.examined()).hasValue(6);
    assertThat(keys(facets, query)).containsExactly("k199", "k193", "k195", "k189", "k191");
  }

  @Test
  void aPageBeginsWhereTheOneBeforeEndedAndReadsNoMoreThanItHolds() {
    AtomicInteger reads = new AtomicInteger();
    Facets facets =
        over(
            Memory.facets(clock)
                .map(
                    KeyValue.class,
                    below ->
                        new Through(below) {
                          @Override
                          public Optional<StoredEntry> get(String key) {
                            reads.incrementAndGet();
                            return below.get(key);
                          }
                        }));
    for (int i = 0; i < 600; i++) {
      put(
          facets,
          "k" + i,
          json("{\"a\":" + i % 2 + ",\"m\":" + i / 3 % 7 + ",\"n\":" + i / 12 + "}"));
    }
    facets
        .require(Indexes.class)
        .create(IndexDefinition.ordered("a-n-m", Order.asc("a"), Order.asc("n"), Order.desc("m")));
    Query one = Query.where(field("a").eq(1));
    Query either = Query.where(field("a").in(0, 1));
    for (Query query :
        List.of(
            one.orderBy(Order.asc("n"), Order.desc("m")),
            one.orderBy(Order.desc("n"), Order.asc("m")),
            one.orderBy(Order.desc("a"), Order.asc("n")),
            one.orderBy(Order.desc("n")),
            either.orderBy(Order.asc("a"), Order.desc("n")),
            either.orderBy(Order.desc("n"), Order.asc("m")),
            Query.all().orderBy(Order.desc("a"), Order.desc("n"), Order.asc("m")))) {
      List<String> whole = keys(facets, query);
      List<String> paged = new ArrayList<>();
      Query next = query.limit(7);
      assertThat(explain(facets, next.after(cursor(facets, next))).indexes())
          .as("%s", query)
          .containsExactly("a-n-m");
      while (next != null) {
        reads.set(0);
        List<Queries.Found> page =
            Memory.drain(facets.require(Queries.class).query(next).entries());
        assertThat(reads.get()).as("entries read for a page of %s", query).isLessThan(40);
        page.forEach(found -> paged.add(found.key()));
        next = page.isEmpty() ? null : next.after(page.get(page.size() - 1).cursor());
      }
      assertThat(paged).as("%s", query).isEqualTo(whole);
    }
  }

  private static String cursor(Facets facets, Query query) {
    return Memory.drain(facets.require(Queries.class).query(query).entries()).get(0).cursor();
  }

  @Test
  void whatIsOneOfSeveralIsFoundByAnIndexForEach() {
    Facets facets = over(Memory.facets(clock));
    for (int i = 0; i < 200; i++) {
      put(facets, "k" + i, json("{\"a\":" + i % 50 + ",\"b\":" + i % 40 + ",\"c\":" + i + "}"));
    }
    Indexes indexes = facets.require(Indexes.class);
    indexes.create(IndexDefinition.hash("by-a", "a"));
    indexes.create(IndexDefinition.ordered("by-b", Order.asc("b")));
    Condition either = field("a").eq(1).or(field("b").in(1, 2));
    Condition early = field("c").lt(60);
    Explanation explained = explain(facets, Query.where(either.and(early)));
    assertThat(explained.indexes()).containsExactly("by-a", "by-b");
    assertThat(explained.pushedDown()).contains(either);
    assertThat(explained.residual()).contains(early);
    assertThat(explained.examined()).hasValue(14);
    assertThat(keys(facets, Query.where(either.and(early))))
        .containsExactlyInAnyOrder("k1", "k51", "k2", "k41", "k42");
    assertThat(keys(facets, Query.where(either).orderBy(Order.desc("c")).limit(3)))
        .containsExactly("k162", "k161", "k151");
    assertThat(indexes.list()).extracting(IndexInfo::hits).containsExactly(2L, 2L);
    assertThat(explain(facets, Query.where(either.or(early))).indexes())
        .as("one of the three needs a scan")
        .isEmpty();
  }

  @Test
  void whatGoesFromOneOfSeveralToAnotherIsAlwaysFound() throws Exception {
    Facets facets = over(Memory.facets(clock));
    fill(facets, 50);
    facets.require(Indexes.class).create(IndexDefinition.hash("by-a", "a"));
    facets.require(Indexes.class).create(IndexDefinition.hash("by-b", "b"));
    put(facets, "it", json("{\"a\":1}"));
    AtomicBoolean over = new AtomicBoolean();
    Future<?> mover =
        threads.submit(
            () -> {
              for (int i = 0; !over.get(); i++) {
                put(facets, "it", json(i % 2 == 0 ? "{\"b\":1}" : "{\"a\":1}"));
              }
            });
    Query either = Query.where(field("a").eq(1).or(field("b").eq(1)));
    for (int round = 0; round < 5_000; round++) {
      assertThat(keys(facets, either)).containsExactly("it");
    }
    over.set(true);
    mover.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatWasWrittenIsFoundByTheNextQueryWhateverIsBeingWrittenAndBuilt() throws Exception {
    Facets facets = over(Memory.facets(clock));
    fill(facets, 500);
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      int base = 1_000 * (t + 1);
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  int n = base + i % 900;
                  put(facets, "w" + base, n(n));
                  assertThat(keys(facets, equal(n))).containsExactly("w" + base);
                  assertThat(
                          keys(
                              facets,
                              Query.where(field("n").gte(base).and(field("n").lt(base + 1_000)))
                                  .limit(3)))
                      .contains("w" + base);
                }
              }));
    }
    for (int round = 0; round < 40; round++) {
      facets.require(Indexes.class).create(BY_N);
      assertThat(info(facets).building()).isFalse();
      assertThat(keys(facets, equal(77))).containsExactly("k77");
      assertThat(facets.require(Indexes.class).drop("by-n")).isTrue();
    }
    over.set(true);
    for (Future<?> one : running) {
      one.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void anOrderIsKeptWhileEntriesMoveInIt() throws Exception {
    Facets facets = over(Memory.facets(clock));
    fill(facets, 300);
    facets.require(Indexes.class).create(BY_N);
    AtomicBoolean over = new AtomicBoolean();
    Future<?> mover =
        threads.submit(
            () -> {
              for (int i = 0; !over.get(); i++) {
                put(facets, "k" + i % 300, n((i * 7919) % 600));
              }
            });
    for (int round = 0; round < 2_000; round++) {
      Query query = Query.all().orderBy(Order.desc("n")).limit(20);
      List<Integer> values =
          Memory.drain(facets.require(Queries.class).query(query).entries()).stream()
              .map(found -> new String(found.entry().value(), UTF_8))
              .map(text -> Integer.valueOf(text.replaceAll("\\D", "")))
              .toList();
      assertThat(values).hasSize(20).isSortedAccordingTo((a, b) -> b - a);
    }
    over.set(true);
    mover.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whileAnIndexIsBeingBuiltQueriesScanAndWritesGoOn() throws Exception {
    CountDownLatch scanning = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean slow = new AtomicBoolean();
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                below ->
                    new Through(below) {
                      @Override
                      public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
                        Cursor<KeyedEntry> all = below.scan(prefix, 10);
                        return slow.getAndSet(false) ? Slow.of(all, scanning, goOn) : all;
                      }
                    });
    Facets facets = over(backend);
    fill(facets, 100);
    slow.set(true);
    Future<?> creating = threads.submit(() -> facets.require(Indexes.class).create(BY_N));
    assertThat(scanning.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(info(facets).building()).isTrue();
    assertThat(explain(facets, equal(7)).indexes()).isEmpty();
    put(facets, "k7", n(1_007));
    put(facets, "new", n(1_008));
    facets.require(KeyValue.class).delete("k8", Precondition.NONE);
    assertThat(keys(facets, equal(1_007))).containsExactly("k7");
    goOn.countDown();
    creating.get(30, TimeUnit.SECONDS);
    assertThat(info(facets)).matches(info -> !info.building() && info.entries() == 100);
    for (int n : List.of(7, 8)) {
      assertThat(keys(facets, equal(n))).isEmpty();
    }
    assertThat(keys(facets, equal(1_007))).containsExactly("k7");
    assertThat(keys(facets, equal(1_008))).containsExactly("new");
    assertThat(explain(facets, equal(1_007)).indexes()).containsExactly("by-n");
  }

  @Test
  void aWriteWhoseAnswerWasLostIsFoundIfItHappened() {
    AtomicBoolean loses = new AtomicBoolean();
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                below ->
                    new Through(below) {
                      @Override
                      public PutResult put(String key, NewEntry entry, Precondition precondition) {
                        PutResult result = below.put(key, entry, precondition);
                        if (loses.get()) {
                          throw StorageException.of(ErrorCode.UNKNOWN_OUTCOME, "lost");
                        }
                        return result;
                      }
                    });
    Facets facets = over(backend);
    fill(facets, 50);
    facets.require(Indexes.class).create(BY_N);
    loses.set(true);
    failure(ErrorCode.UNKNOWN_OUTCOME, () -> put(facets, "k3", n(333)));
    assertThat(keys(facets, equal(333))).containsExactly("k3");
    assertThat(keys(facets, equal(3))).isEmpty();
  }

  @Test
  void whatHasExpiredGivesItsUniqueValueBack() {
    Facets facets = over(Memory.facets(clock));
    facets.require(Indexes.class).create(BY_N.asUnique());
    Instant deadline = clock.instant().plusSeconds(10);
    put(
        facets,
        "a",
        new NewEntry(
            "{\"n\":1}".getBytes(UTF_8), "application/json", Optional.of(deadline), Map.of()));
    failure(ErrorCode.DUPLICATE_KEY, () -> put(facets, "b", n(1)));
    clock.advance(Duration.ofSeconds(10));
    put(facets, "b", json("{\"n\":1.0}"));
    assertThat(keys(facets, equal(1))).containsExactly("b");
    assertThat(info(facets).entries()).isEqualTo(1);
  }

  @Test
  void missingFieldsAreEqualUnlessTheIndexIsSparse() {
    Facets facets = over(Memory.facets(clock));
    facets.require(Indexes.class).create(BY_N.asUnique());
    put(facets, "a", json("{}"));
    failure(ErrorCode.DUPLICATE_KEY, () -> put(facets, "b", json("{\"n\":null}")));
    facets.require(Indexes.class).drop("by-n");
    facets.require(Indexes.class).create(BY_N.asUnique().asSparse());
    put(facets, "b", json("{\"m\":1}"));
    put(facets, "c", n(1));
    failure(ErrorCode.DUPLICATE_KEY, () -> put(facets, "d", json("{\"n\":[2,1]}")));
  }

  @Test
  void whatOthersWriteIsFoundWhenTheBackendTellsOfIt() {
    Told told = new Told();
    Facets memory = Memory.facets(clock);
    Facets facets = over(memory.with(Changes.class, told));
    fill(facets, 50);
    facets.require(Indexes.class).create(BY_N);
    KeyValue past = memory.require(KeyValue.class);
    Memory.put(past, "k3", n(333));
    told.listener.accept(change(ChangeType.SET, "k3"));
    assertThat(keys(facets, equal(333))).containsExactly("k3");
    assertThat(explain(facets, equal(333)).indexes()).containsExactly("by-n");
    past.delete("k4", Precondition.NONE);
    Memory.put(past, "k5", n(555));
    told.listener.accept(change(ChangeType.RESYNC, ""));
    assertThat(keys(facets, equal(555))).containsExactly("k5");
    assertThat(explain(facets, equal(555)).indexes()).containsExactly("by-n");
    assertThat(info(facets).entries()).isEqualTo(49);
  }

  private static StoredChange change(ChangeType type, String key) {
    return new StoredChange(
        type, key, Optional.empty(), Optional.empty(), Instant.EPOCH, Optional.empty());
  }

  @Test
  void definitionsOfAHomeAreBuiltByTheFirstQueryAndAUniqueOneBeforeTheFirstWrite() {
    Facets memory = Memory.facets(clock);
    Facets first = over(memory);
    fill(first, 50);
    first.require(Indexes.class).create(BY_N.asUnique());
    Facets second = over(memory);
    failure(ErrorCode.DUPLICATE_KEY, () -> put(second, "other", n(7)));
    Facets third = over(memory);
    assertThat(explain(third, equal(7)).indexes()).containsExactly("by-n");
    assertThat(keys(third, equal(7))).containsExactly("k7");
  }

  @Test
  void aClearDuringTheBuildingLeavesNothingBehind() throws Exception {
    Facets facets = over(Memory.facets(clock));
    for (int round = 0; round < 30; round++) {
      fill(facets, 600);
      Future<?> creating = threads.submit(() -> facets.require(Indexes.class).create(BY_N));
      facets.require(KeyValue.class).clear();
      creating.get(30, TimeUnit.SECONDS);
      assertThat(keys(facets, equal(5))).isEmpty();
      assertThat(info(facets).entries()).isZero();
      facets.require(Indexes.class).drop("by-n");
    }
  }

  @Test
  void anEntryWithVeryManyValuesIsStillFound() {
    Facets facets = over(Memory.facets(clock));
    fill(facets, 100);
    facets.require(Indexes.class).create(BY_N);
    StringBuilder many = new StringBuilder("{\"n\":[0");
    for (int i = 1; i < 3_000; i++) {
      many.append(',').append(i);
    }
    put(facets, "many", json(many + "]}"));
    assertThat(keys(facets, equal(2_999))).containsExactly("many");
    assertThat(keys(facets, equal(7))).containsExactlyInAnyOrder("k7", "many");
    facets.require(KeyValue.class).delete("many", Precondition.NONE);
    facets.require(Indexes.class).create(IndexDefinition.hash("one", "n").asUnique());
    failure(ErrorCode.INVALID_VALUE, () -> put(facets, "many", json(many + "]}")));
  }

  /** Tells what the test lets it. */
  private static final class Told implements Changes {
    private Consumer<StoredChange> listener = change -> {};

    @Override
    public boolean resumable() {
      return false;
    }

    @Override
    public Subscription subscribe(Optional<String> after, Consumer<StoredChange> added) {
      listener = added;
      return new Subscription() {
        @Override
        public boolean isActive() {
          return true;
        }

        @Override
        public void close() {
          listener = change -> {};
        }
      };
    }
  }

  /** A scan that waits after its first page. */
  private record Slow(Cursor<KeyedEntry> below, CountDownLatch scanning, CountDownLatch goOn)
      implements Cursor<KeyedEntry> {
    static Cursor<KeyedEntry> of(
        Cursor<KeyedEntry> below, CountDownLatch scanning, CountDownLatch goOn) {
      return new Slow(below, scanning, goOn);
    }

    @Override
    public List<KeyedEntry> next() {
      List<KeyedEntry> page = below.next();
      scanning.countDown();
      try {
        assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return page;
    }

    @Override
    public void close() {
      below.close();
    }
  }
}
