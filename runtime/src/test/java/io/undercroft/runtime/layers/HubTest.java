package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HubTest {
  private final ManualClock clock = new ManualClock();
  private final TestContext context = new TestContext(clock);
  private final BlockingQueue<StoredChange> told = new LinkedBlockingQueue<>();
  private final List<Stack> stacks = new ArrayList<>();

  private Facets over(Facets backend) {
    Stack stack = Stack.over(backend, context).compose();
    stacks.add(stack);
    return stack.facets();
  }

  private Subscription watch(Facets facets) {
    return facets.require(Changes.class).subscribe(Optional.empty(), told::add);
  }

  @AfterEach
  void close() {
    stacks.forEach(Stack::close);
  }

  private static String words(StoredChange change) {
    return change.type()
        + " "
        + change.key()
        + change.before().map(entry -> " from " + Memory.text(entry)).orElse("")
        + change.after().map(entry -> " to " + Memory.text(entry)).orElse("");
  }

  /** Returns what was told since the last time. */
  private List<String> told() {
    List<StoredChange> all = new ArrayList<>();
    told.drainTo(all);
    return all.stream().map(HubTest::words).toList();
  }

  private String next() throws InterruptedException {
    StoredChange change = told.poll(20, TimeUnit.SECONDS);
    assertThat(change).as("a change within 20 s").isNotNull();
    return words(change);
  }

  private static Map<String, NewEntry> entries(String... keys) {
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    for (String key : keys) {
      entries.put(key, Memory.text(key + "!"));
    }
    return entries;
  }

  // ---- what is told

  @Test
  void everyKindOfWriteIsToldWithOldAndNewValue() {
    Facets facets = over(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    Batch batch = facets.require(Batch.class);
    Memory.put(kv, "a", "0");
    watch(facets);
    Memory.put(kv, "a", "1");
    Memory.put(kv, "b", "1");
    kv.delete("a", Precondition.NONE);
    assertThat(told()).containsExactly("SET a from 0 to 1", "SET b to 1", "DELETE a from 1");
    batch.putMany(entries("b", "c"));
    batch.deleteMany(List.of("x", "c"));
    assertThat(told()).containsExactly("SET b from 1 to b!", "SET c to c!", "DELETE c from c!");
    facets
        .require(Commit.class)
        .commit(
            List.of(new Check("d", Precondition.ABSENT)),
            List.of(
                new Mutation.Put("b", Memory.text("2")),
                new Mutation.Put("d", Memory.text("2")),
                new Mutation.Remove("x")));
    facets.require(Commit.class).commit(List.of(), List.of(new Mutation.Remove("d")));
    assertThat(told()).containsExactly("SET b from b! to 2", "SET d to 2", "DELETE d from 2");
    kv.clear();
    assertThat(told()).containsExactly("CLEAR ");
  }

  @Test
  void aChangeCarriesTheMetaAndTheTimeAndNoPosition() {
    Facets facets = over(Memory.facets(clock));
    watch(facets);
    EntryMeta meta = Memory.put(facets.require(KeyValue.class), "a", "1");
    StoredChange change = told.remove();
    assertThat(change.after().map(StoredEntry::meta)).contains(meta);
    assertThat(change.timestamp()).isEqualTo(clock.instant());
    assertThat(change.position()).isEmpty();
  }

  @Test
  void whatWasNotWrittenIsNotTold() {
    Facets facets = over(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    Memory.put(kv, "a", "1");
    watch(facets);
    kv.put("a", Memory.text("2"), Precondition.ABSENT);
    kv.delete("a", Precondition.version("other"));
    kv.delete("b", Precondition.NONE);
    facets
        .require(Commit.class)
        .commit(
            List.of(new Check("a", Precondition.ABSENT)),
            List.of(new Mutation.Put("b", Memory.text("2"))));
    facets.require(Commit.class).commit(List.of(), List.of());
    kv.get("a");
    assertThat(told()).isEmpty();
  }

  @Test
  void itCannotBeResumed() {
    Changes changes = over(Memory.facets(clock)).require(Changes.class);
    assertThat(changes.resumable()).isFalse();
    assertThatThrownBy(() -> changes.subscribe(Optional.of("7"), told::add))
        .hasMessageContainingAll("UNSUPPORTED", "'rooms'");
  }

  // ---- who is told

  @Test
  void whileNobodyWatchesTheBackendIsNotAskedForOldValues() {
    AtomicInteger reads = new AtomicInteger();
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                kv ->
                    new Through(kv) {
                      @Override
                      public Optional<StoredEntry> get(String key) {
                        reads.incrementAndGet();
                        return super.get(key);
                      }
                    });
    Facets facets = over(backend);
    KeyValue kv = facets.require(KeyValue.class);
    Memory.put(kv, "a", "1");
    assertThat(reads).hasValue(0);
    Subscription subscription = watch(facets);
    Memory.put(kv, "a", "2");
    assertThat(reads).hasValue(1);
    subscription.close();
    Memory.put(kv, "a", "3");
    assertThat(reads).hasValue(1);
    assertThat(told()).containsExactly("SET a from 1 to 2");
  }

  @Test
  void eachListenerHearsFromItsSubscriptionToItsEnd() {
    Facets facets = over(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    Changes changes = facets.require(Changes.class);
    Subscription one = changes.subscribe(Optional.empty(), change -> first.add(change.key()));
    Memory.put(kv, "a", "1");
    Subscription two = changes.subscribe(Optional.empty(), change -> second.add(change.key()));
    Memory.put(kv, "b", "1");
    one.close();
    one.close();
    Memory.put(kv, "c", "1");
    assertThat(first).containsExactly("a", "b");
    assertThat(second).containsExactly("b", "c");
    assertThat(one.isActive()).isFalse();
    assertThat(two.isActive()).isTrue();
  }

  @Test
  void aListenerMayEndItsOwnSubscription() {
    Facets facets = over(Memory.facets(clock));
    List<Subscription> own = new ArrayList<>();
    own.add(
        facets
            .require(Changes.class)
            .subscribe(
                Optional.empty(),
                change -> {
                  told.add(change);
                  own.get(0).close();
                }));
    Memory.put(facets.require(KeyValue.class), "a", "1");
    Memory.put(facets.require(KeyValue.class), "a", "2");
    assertThat(told()).containsExactly("SET a to 1");
  }

  @Test
  void aListenerThatThrowsHurtsNeitherTheWriteNorTheOthers() {
    Facets facets = over(Memory.facets(clock));
    facets
        .require(Changes.class)
        .subscribe(
            Optional.empty(),
            change -> {
              throw new IllegalStateException("a listener of this test throws");
            });
    watch(facets);
    Memory.put(facets.require(KeyValue.class), "a", "1");
    assertThat(told()).containsExactly("SET a to 1");
  }

  @Test
  void theEndOfTheStackEndsEverySubscription() {
    Stack stack = Stack.over(Memory.facets(clock), context).compose();
    Subscription subscription = watch(stack.facets());
    stack.close();
    stack.close();
    assertThat(subscription.isActive()).isFalse();
    Memory.put(stack.facets().require(KeyValue.class), "a", "1");
    assertThat(told()).isEmpty();
    assertThatThrownBy(() -> watch(stack.facets()))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  // ---- order

  @Test
  void whoBeginsToWatchWaitsForTheWritesThatBeganBefore() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                kv ->
                    new Through(kv) {
                      @Override
                      public PutResult put(String key, NewEntry entry, Precondition condition) {
                        if (key.equals("slow")) {
                          inside.countDown();
                          await(goOn);
                        }
                        return super.put(key, entry, condition);
                      }
                    });
    Facets facets = over(backend);
    KeyValue kv = facets.require(KeyValue.class);
    CompletableFuture<EntryMeta> slow =
        CompletableFuture.supplyAsync(() -> Memory.put(kv, "slow", "1"));
    await(inside);
    CompletableFuture<Subscription> watching = CompletableFuture.supplyAsync(() -> watch(facets));
    // While it waits, writes of other threads pass, and it hears of none of them.
    while (!watching.isDone() && kv.size() < 100) {
      Memory.put(kv, "k" + kv.size(), "1");
    }
    assertThat(watching).isNotDone();
    goOn.countDown();
    slow.get(20, TimeUnit.SECONDS);
    watching.get(20, TimeUnit.SECONDS);
    assertThat(told()).isEmpty();
    Memory.put(kv, "k", "1");
    assertThat(told()).containsExactly("SET k to 1");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- what is not known

  private Facets failing(ErrorCode code) {
    return Memory.facets(clock)
        .map(
            KeyValue.class,
            kv ->
                new Through(kv) {
                  @Override
                  public PutResult put(String key, NewEntry entry, Precondition condition) {
                    super.put(key, entry, condition);
                    throw StorageException.of(code, "lost");
                  }
                });
  }

  @Test
  void aWriteWithAnUnknownOutcomeIsToldAsAResync() {
    Facets facets = over(failing(ErrorCode.UNKNOWN_OUTCOME));
    watch(facets);
    assertThatThrownBy(() -> Memory.put(facets.require(KeyValue.class), "a", "1"))
        .hasMessageContaining("lost");
    assertThat(told()).containsExactly("RESYNC ");
  }

  @Test
  void aWriteThatIsKnownToHaveFailedIsNotTold() {
    Facets facets = over(failing(ErrorCode.STORAGE_FULL));
    watch(facets);
    assertThatThrownBy(() -> Memory.put(facets.require(KeyValue.class), "a", "1"))
        .hasMessageContaining("lost");
    assertThat(told()).isEmpty();
  }

  @Test
  void aBatchThatFailsIsToldAsAResync() {
    Facets facets = over(failing(ErrorCode.STORAGE_FULL).without(Batch.class));
    watch(facets);
    assertThatThrownBy(() -> facets.require(Batch.class).putMany(entries("a", "b")))
        .hasMessageContaining("lost");
    assertThat(told()).containsExactly("RESYNC ");
  }

  @Test
  void anOldValueThatCannotBeReadDoesNotStopTheWrite() {
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                kv ->
                    new Through(kv) {
                      @Override
                      public Optional<StoredEntry> get(String key) {
                        throw StorageException.of(ErrorCode.TIMEOUT, "slow");
                      }
                    })
            .map(Batch.class, NoReads::new);
    Facets facets = over(backend);
    watch(facets);
    Memory.put(facets.require(KeyValue.class), "a", "1");
    Memory.put(facets.require(KeyValue.class), "a", "2");
    facets.require(KeyValue.class).delete("a", Precondition.NONE);
    facets.require(Batch.class).putMany(entries("b"));
    assertThat(told()).containsExactly("SET a to 1", "SET a to 2", "DELETE a", "SET b to b!");
    facets.require(Batch.class).deleteMany(List.of("b", "c"));
    assertThat(told()).as("which of them there were is not known").containsExactly("RESYNC ");
  }

  private record NoReads(Batch below) implements Batch {
    @Override
    public Map<String, StoredEntry> getMany(Collection<String> keys) {
      throw StorageException.of(ErrorCode.TIMEOUT, "slow");
    }

    @Override
    public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
      return below.putMany(entries);
    }

    @Override
    public long deleteMany(Collection<String> keys) {
      return below.deleteMany(keys);
    }
  }

  // ---- expiry

  private NewEntry expiring() {
    return Memory.until(clock.instant().plusSeconds(1));
  }

  @Test
  void theExpiryOfWhatWasWrittenWhileWatchedIsToldThoughNothingElseHappens() throws Exception {
    Facets facets = over(Memory.facets(clock));
    watch(facets);
    Memory.put(facets.require(KeyValue.class), "a", expiring());
    assertThat(next()).isEqualTo("SET a to until");
    clock.advance(Duration.ofSeconds(1));
    assertThat(next()).isEqualTo("EXPIRE a");
  }

  @Test
  void withEmulatedExpiryTheOldValueIsTold() throws Exception {
    Facets backend = Memory.facets(Clock.fixed(clock.instant(), clock.getZone()));
    Facets facets = over(backend.without(Expiry.class));
    KeyValue kv = facets.require(KeyValue.class);
    Memory.put(kv, "before", expiring());
    watch(facets);
    Memory.put(kv, "a", expiring());
    assertThat(next()).isEqualTo("SET a to until");
    clock.advance(Duration.ofSeconds(1));
    assertThat(next()).isEqualTo("EXPIRE a from until");
    assertThat(backend.require(KeyValue.class).has("a")).isFalse();
    assertThat(kv.has("before")).isFalse();
    assertThat(next()).as("noticed by the read").isEqualTo("EXPIRE before from until");
    assertThat(told()).isEmpty();
  }

  @Test
  void anExpiryIsToldBeforeTheWriteThatComesAfterIt() {
    for (Facets backend :
        List.of(
            Memory.facets(clock),
            Memory.facets(Clock.fixed(clock.instant(), clock.getZone())).without(Expiry.class))) {
      Facets facets = over(backend);
      KeyValue kv = facets.require(KeyValue.class);
      try (Subscription watching = watch(facets)) {
        Memory.put(kv, "a", expiring());
        clock.advance(Duration.ofSeconds(1));
        Memory.put(kv, "a", "2");
        assertThat(watching.isActive()).isTrue();
        assertThat(told().stream().map(words -> words.replace(" from until", "")))
            .containsExactly("SET a to until", "EXPIRE a", "SET a to 2");
      }
    }
  }

  @Test
  void aDeadlineThatWasTakenBackOrDeletedIsNotTold() throws Exception {
    Facets facets = over(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    watch(facets);
    Memory.put(kv, "kept", expiring());
    Memory.put(kv, "kept", "2");
    Memory.put(kv, "gone", expiring());
    kv.delete("gone", Precondition.NONE);
    Memory.put(kv, "cleared", expiring());
    kv.clear();
    Memory.put(kv, "marker", expiring());
    told();
    clock.advance(Duration.ofSeconds(1));
    assertThat(next()).isEqualTo("EXPIRE marker");
    assertThat(told()).isEmpty();
  }

  @Test
  void whatWasDeletedUnwatchedIsNotToldAsExpiredLater() throws Exception {
    Facets facets = over(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    Subscription first = watch(facets);
    Memory.put(kv, "a", expiring());
    first.close();
    kv.delete("a", Precondition.NONE);
    watch(facets);
    Memory.put(kv, "marker", expiring());
    told();
    clock.advance(Duration.ofSeconds(1));
    assertThat(next()).isEqualTo("EXPIRE marker");
    assertThat(told()).isEmpty();
  }

  @Test
  void aDeadlineThatIsSetWhileTheOneBeforePassesIsToldWhenItPassesItself() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    NewEntry later = Memory.until(clock.instant().plusSeconds(10));
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                kv ->
                    new Through(kv) {
                      @Override
                      public PutResult put(String key, NewEntry entry, Precondition condition) {
                        if (entry.equals(later)) {
                          inside.countDown();
                          await(goOn);
                        }
                        return super.put(key, entry, condition);
                      }
                    });
    Facets facets = over(backend);
    KeyValue kv = facets.require(KeyValue.class);
    watch(facets);
    Memory.put(kv, "a", expiring());
    CompletableFuture<EntryMeta> writing =
        CompletableFuture.supplyAsync(() -> Memory.put(kv, "a", later));
    await(inside);
    clock.advance(Duration.ofSeconds(1));
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!theSchedulerWaitsForTheLock()) {
      assertThat(System.nanoTime()).isLessThan(until);
      Thread.onSpinWait();
    }
    goOn.countDown();
    writing.get(20, TimeUnit.SECONDS);
    told();
    clock.advance(Duration.ofSeconds(10));
    assertThat(next()).isEqualTo("EXPIRE a");
  }

  private static boolean theSchedulerWaitsForTheLock() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> thread.getKey().getName().equals("test-scheduler"))
        .flatMap(thread -> Stream.of(thread.getValue()))
        .anyMatch(frame -> frame.getClassName().equals(KeyLocks.class.getName()));
  }

  // ---- native transactions

  /**
   * Transactions of an engine that shows uncommitted writes: enough to see what is told when one
   * ends.
   */
  private record Direct(Facets below, Runnable afterCommit) implements Transactions {
    @Override
    public Set<Isolation> levels() {
      return Set.of(Isolation.READ_UNCOMMITTED);
    }

    @Override
    public Handle begin(TransactionOptions options) {
      return new Handle() {
        @Override
        public String id() {
          return "t1";
        }

        @Override
        public Facets facets() {
          return below;
        }

        @Override
        public void commit() {
          afterCommit.run();
        }

        @Override
        public void rollback() {}

        @Override
        public void savepoint(String name) {}

        @Override
        public void rollbackTo(String name) {}

        @Override
        public void close() {}
      };
    }
  }

  private Facets transactional(Runnable afterCommit) {
    Facets memory = Memory.facets(clock);
    return over(memory.with(Transactions.class, new Direct(memory, afterCommit)));
  }

  private static Transactions.Handle begin(Facets facets) {
    return facets.require(Transactions.class).begin(TransactionOptions.defaults());
  }

  @Test
  void aTransactionIsToldWhenItIsCommitted() {
    Facets facets = transactional(() -> {});
    Memory.put(facets.require(KeyValue.class), "gone", "0");
    Memory.put(facets.require(KeyValue.class), "dropped", "0");
    watch(facets);
    try (Transactions.Handle tx = begin(facets)) {
      KeyValue inside = tx.facets().require(KeyValue.class);
      Memory.put(inside, "a", "1");
      Memory.put(inside, "a", "2");
      inside.delete("gone", Precondition.NONE);
      tx.facets().require(Batch.class).putMany(entries("b"));
      tx.facets().require(Batch.class).deleteMany(List.of("dropped"));
      tx.facets()
          .require(Commit.class)
          .commit(List.of(), List.of(new Mutation.Put("c", Memory.text("3"))));
      assertThat(told()).isEmpty();
      tx.commit();
    }
    assertThat(told())
        .containsExactly(
            "SET a to 2", "DELETE gone", "SET b to b!", "DELETE dropped", "SET c to 3");
  }

  @Test
  void aTransactionThatIsNotCommittedIsNotTold() {
    Facets facets = transactional(() -> {});
    watch(facets);
    try (Transactions.Handle tx = begin(facets)) {
      Memory.put(tx.facets().require(KeyValue.class), "a", "1");
      tx.rollback();
    }
    assertThat(told()).isEmpty();
  }

  @Test
  void whatWasTakenBackToASavepointIsNotTold() {
    Facets facets = transactional(() -> {});
    watch(facets);
    try (Transactions.Handle tx = begin(facets)) {
      KeyValue inside = tx.facets().require(KeyValue.class);
      Memory.put(inside, "a", "1");
      tx.savepoint("s");
      Memory.put(inside, "b", "1");
      tx.rollbackTo("s");
      Memory.put(inside, "c", "1");
      tx.commit();
    }
    assertThat(told()).containsExactly("SET a to 1", "SET c to 1");
  }

  @Test
  void aTransactionThatIsOvertakenBeforeItsNewsIsToldAsAResync() {
    List<KeyValue> outside = new ArrayList<>();
    Facets facets = transactional(() -> Memory.put(outside.get(0), "a", "overtaking"));
    outside.add(facets.require(KeyValue.class));
    watch(facets);
    try (Transactions.Handle tx = begin(facets)) {
      Memory.put(tx.facets().require(KeyValue.class), "a", "1");
      Memory.put(tx.facets().require(KeyValue.class), "b", "1");
      tx.commit();
    }
    assertThat(told()).containsExactly("SET a from 1 to overtaking", "SET b to 1", "RESYNC ");
  }

  @Test
  void aTransactionWhoseWritesAreNotAllKnownIsToldAsAResync() {
    Facets facets = transactional(() -> {});
    Transactions.Handle early = begin(facets);
    Memory.put(early.facets().require(KeyValue.class), "a", "1");
    watch(facets);
    early.commit();
    assertThat(told()).as("written unwatched, committed watched").containsExactly("RESYNC ");
    Transactions.Handle clearing = begin(facets);
    clearing.facets().require(KeyValue.class).clear();
    clearing.commit();
    assertThat(told()).containsExactly("RESYNC ");
  }

  @Test
  void aCommitWithAnUnknownOutcomeIsToldAsAResync() {
    Facets facets =
        transactional(
            () -> {
              throw StorageException.of(ErrorCode.UNKNOWN_OUTCOME, "lost");
            });
    watch(facets);
    Transactions.Handle tx = begin(facets);
    Memory.put(tx.facets().require(KeyValue.class), "a", "1");
    assertThatThrownBy(tx::commit).hasMessageContaining("lost");
    assertThat(told()).containsExactly("RESYNC ");
  }
}
