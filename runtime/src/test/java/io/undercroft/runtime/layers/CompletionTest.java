package io.undercroft.runtime.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Check;
import io.undercroft.spi.Cluster;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.EveryConsistency;
import io.undercroft.spi.Expiry;
import io.undercroft.spi.Facets;
import io.undercroft.spi.InsideTransactions;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ConsistencyLevel;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompletionTest {
  private final ManualClock clock = new ManualClock();
  private final TestContext context = new TestContext(clock);

  /** A backend that keeps deadlines and does nothing about them: its own clock never moves. */
  private final Facets keeping =
      Memory.facets(Clock.fixed(clock.instant(), clock.getZone())).without(Expiry.class);

  private final KeyValue kept = keeping.require(KeyValue.class);

  private Facets completed(Facets backend) {
    return Stack.over(backend, context).compose().facets();
  }

  private Instant in(Duration time) {
    return clock.instant().plus(time);
  }

  // ---- batches

  @Test
  void aBatchOfSinglesKeepsTheOrderAndCountsTheLiveOnes() {
    List<String> order = new ArrayList<>();
    KeyValue single =
        new Through(kept) {
          @Override
          public PutResult put(String key, NewEntry entry, Precondition precondition) {
            order.add(key);
            return super.put(key, entry, precondition);
          }
        };
    Batch batch = completed(Facets.of(single)).require(Batch.class);
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    List<String> keys = List.of("c", "a", "d", "b");
    keys.forEach(key -> entries.put(key, Memory.text(key)));
    assertThat(batch.putMany(entries)).containsOnlyKeys(keys);
    assertThat(order).isEqualTo(keys);
    Map<String, StoredEntry> found = batch.getMany(List.of("d", "x", "a"));
    assertThat(found.keySet()).containsExactly("d", "a");
    assertThat(found).hasEntrySatisfying("d", d -> assertThat(Memory.text(d)).isEqualTo("d"));
    assertThat(batch.deleteMany(List.of("a", "x", "b", "a"))).isEqualTo(2);
    assertThat(kept.size()).isEqualTo(2);
  }

  @Test
  void aBatchThatFailsHasDoneWhatCameBefore() {
    KeyValue single =
        new Through(kept) {
          @Override
          public PutResult put(String key, NewEntry entry, Precondition precondition) {
            if (key.equals("bad")) {
              throw StorageException.of(ErrorCode.STORAGE_FULL, "full");
            }
            return super.put(key, entry, precondition);
          }
        };
    Batch batch = completed(Facets.of(single)).require(Batch.class);
    Map<String, NewEntry> entries = new LinkedHashMap<>();
    List.of("a", "bad", "b").forEach(key -> entries.put(key, Memory.text(key)));
    assertThatThrownBy(() -> batch.putMany(entries)).hasMessageContaining("full");
    assertThat(kept.has("a")).isTrue();
    assertThat(kept.has("b")).isFalse();
  }

  @Test
  void batchesAndExpiryReachIntoTransactionsAndConsistencyLevels() {
    Facets inside = Facets.of(kept);
    EveryFacet every = new EveryFacet();
    Facets backend =
        Facets.of(kept)
            .with(
                Transactions.class,
                new InsideTransactions(
                    every.facets().require(Transactions.class), ignored -> inside))
            .with(
                Cluster.class,
                new EveryConsistency(every.facets().require(Cluster.class), ignored -> inside));
    Facets facets = completed(backend);
    Memory.put(kept, "old", Memory.until(in(Duration.ofSeconds(1))));
    clock.advance(Duration.ofSeconds(1));
    Facets inTransaction =
        facets.require(Transactions.class).begin(TransactionOptions.defaults()).facets();
    Facets atAll = facets.require(Cluster.class).withConsistency(ConsistencyLevel.ALL);
    for (Facets here : List.of(inTransaction, atAll)) {
      assertThat(here.types()).contains(Batch.class, Expiry.class);
    }
    assertThat(inTransaction.require(KeyValue.class).has("old")).isFalse();
    assertThat(kept.has("old")).as("a read in a transaction leaves it alone").isTrue();
    assertThat(
            inTransaction.require(KeyValue.class).put("old", Memory.text("x"), Precondition.ABSENT))
        .isInstanceOf(PutResult.Written.class);
    assertThat(atAll.require(KeyValue.class).has("old")).isTrue();
  }

  // ---- transactions

  @Test
  void transactionsAreThereWhereThereIsACommitAndNobodySaysNativeOnly() {
    Facets memory = Memory.facets(clock);
    Stack stack = Stack.over(memory, context).compose();
    assertThat(stack.support()).containsEntry(Transactions.class, Support.EMULATED);
    assertThat(stack.layers()).containsExactly("completion (Changes, Transactions)");
    assertThat(stack.facets().require(Transactions.class).levels())
        .contains(Isolation.SERIALIZABLE);
    assertThat(completed(memory.without(SoleWriter.class)).require(Transactions.class).levels())
        .doesNotContain(Isolation.SERIALIZABLE);
    assertThat(completed(memory.without(Commit.class)).find(Transactions.class)).isEmpty();
    assertThat(
            Stack.over(memory, context)
                .nativeOnly(true)
                .compose()
                .facets()
                .find(Transactions.class))
        .isEmpty();
  }

  @Test
  void aCommittedTransactionIsToldLikeACommit() {
    Facets facets = completed(Memory.facets(clock));
    KeyValue kv = facets.require(KeyValue.class);
    Memory.put(kv, "a", "old");
    List<String> told = new ArrayList<>();
    facets
        .require(Changes.class)
        .subscribe(
            Optional.empty(),
            change ->
                told.add(
                    "%s %s %s %s"
                        .formatted(
                            change.type(),
                            change.key(),
                            change.before().map(Memory::text).orElse("-"),
                            change.after().map(Memory::text).orElse("-"))));
    try (Transactions.Handle tx =
        facets.require(Transactions.class).begin(TransactionOptions.defaults())) {
      Memory.put(tx.facets().require(KeyValue.class), "never", "x");
    }
    try (Transactions.Handle tx =
        facets.require(Transactions.class).begin(TransactionOptions.defaults())) {
      KeyValue inside = tx.facets().require(KeyValue.class);
      Memory.put(inside, "a", "draft");
      Memory.put(inside, "b", "x");
      Memory.put(inside, "a", "new");
      assertThat(told).isEmpty();
      tx.commit();
    }
    assertThat(told).containsExactly("SET a old new", "SET b - x");
  }

  @Test
  void theEndOfTheStackEndsItsTransactions() {
    Stack stack = Stack.over(Memory.facets(clock), context).compose();
    Transactions.Handle tx =
        stack.facets().require(Transactions.class).begin(TransactionOptions.defaults());
    stack.close();
    assertThatThrownBy(() -> tx.facets().require(KeyValue.class).get("a"))
        .hasMessageContaining("CLOSED");
    tx.close();
  }

  // ---- expiry

  /**
   * Everything that a client can find out of a step; versions are compared by which write it was.
   */
  private static final class Told {
    private final Map<String, String> names = new LinkedHashMap<>();

    private String name(String version) {
      return names.computeIfAbsent(version, v -> "v" + names.size());
    }

    private String meta(EntryMeta meta) {
      return name(meta.version()) + " " + meta.created() + " " + meta.updated() + meta.expires();
    }

    private String entry(StoredEntry entry) {
      return Memory.text(entry) + " " + meta(entry.meta());
    }

    private String result(PutResult result) {
      return result instanceof PutResult.Written written
          ? meta(written.meta()) + written.created()
          : "conflict " + ((PutResult.Conflict) result).foundVersion().map(this::name);
    }

    private String result(CommitResult result) {
      return result instanceof CommitResult.Committed committed
          ? committed.results().stream()
              .map(one -> one.meta().map(this::meta) + " " + one.existed())
              .toList()
              .toString()
          : "conflict "
              + ((CommitResult.Conflict) result).key()
              + ((CommitResult.Conflict) result).foundVersion().map(this::name);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void emulatedExpiryAnswersLikeTheNativeOne(boolean withNativeBatch) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Facets nativeFacets = Memory.facets(clock);
    // The same clock for times, but nobody there who looks at deadlines.
    Facets blind = Memory.facets(clock).without(Expiry.class);
    KeyValue deaf = new IgnoresDeadlines(blind.require(KeyValue.class));
    Facets backend =
        blind
            .with(KeyValue.class, deaf)
            .with(Batch.class, new BatchOfSingles(deaf))
            .with(Commit.class, new IgnoresDeadlines.InCommits(blind.require(Commit.class)));
    Facets emulated = completed(withNativeBatch ? backend : backend.without(Batch.class));
    Told told = new Told();
    Told toldToo = new Told();
    List<String> story = new ArrayList<>();
    for (int step = 0; step < 3_000; step++) {
      long again = random.nextLong();
      String expected = step(new Random(again), nativeFacets, told);
      String actual = step(new Random(again), emulated, toldToo);
      story.add(expected);
      assertThat(actual)
          .as("seed %d, step %d after %s", seed, step, story.subList(Math.max(0, step - 5), step))
          .isEqualTo(expected);
      if (random.nextInt(3) == 0) {
        clock.advance(Duration.ofMillis(random.nextInt(400)));
      }
    }
  }

  private String step(Random random, Facets facets, Told told) {
    KeyValue kv = facets.require(KeyValue.class);
    Batch batch = facets.require(Batch.class);
    String key = "k" + random.nextInt(6);
    String other = "k" + random.nextInt(6);
    NewEntry entry =
        random.nextInt(3) == 0
            ? Memory.text("t" + random.nextInt(9))
            : Memory.until(in(Duration.ofMillis(random.nextInt(1_000) - 100L)));
    Optional<String> version = kv.get(other).map(found -> found.meta().version());
    Precondition precondition =
        switch (random.nextInt(3)) {
          case 0 -> Precondition.ABSENT;
          case 1 -> version.map(Precondition::version).orElse(Precondition.NONE);
          default -> Precondition.NONE;
        };
    return switch (random.nextInt(12)) {
      case 0 -> "get " + key + kv.get(key).map(told::entry);
      case 1 -> "has " + key + kv.has(key);
      case 2, 3 -> "put " + key + told.result(kv.put(key, entry, precondition));
      case 4 -> "delete " + key + kv.delete(key, precondition);
      case 5 -> "size " + kv.size();
      case 6 -> "keys " + sorted(Memory.drain(kv.keys("k", 2)));
      case 7 ->
          "scan "
              + sorted(
                  Memory.drain(kv.scan("", 2)).stream()
                      .map(found -> found.key() + told.entry(found.entry()))
                      .toList());
      case 8 -> {
        List<String> found = new ArrayList<>();
        batch.getMany(List.of(key, other)).forEach((k, e) -> found.add(k + told.entry(e)));
        yield "getMany " + sorted(found);
      }
      case 9 -> {
        List<String> written = new ArrayList<>();
        batch.putMany(Map.of(key, entry)).forEach((k, meta) -> written.add(k + told.meta(meta)));
        yield "putMany " + written;
      }
      case 10 -> "deleteMany " + batch.deleteMany(List.of(key, other));
      default ->
          "commit "
              + told.result(
                  facets
                      .require(Commit.class)
                      .commit(
                          List.of(new Check(other, precondition)),
                          key.equals(other)
                              ? List.of(new Mutation.Put(key, entry))
                              : List.of(new Mutation.Put(key, entry), new Mutation.Remove(other))));
    };
  }

  private static List<String> sorted(List<String> some) {
    return some.stream().sorted().toList();
  }

  @Test
  void whatAReadFoundExpiredIsRemoved() {
    KeyValue kv = completed(keeping).require(KeyValue.class);
    Memory.put(kv, "a", Memory.until(in(Duration.ofSeconds(1))));
    Memory.put(kv, "b", Memory.until(in(Duration.ofSeconds(9))));
    clock.advance(Duration.ofSeconds(1));
    assertThat(kept.size()).isEqualTo(2);
    assertThat(kv.size()).isEqualTo(1);
    assertThat(kept.has("a")).isFalse();
    assertThat(kept.has("b")).isTrue();
  }

  @Test
  void inAReadOnlyStorageNothingIsRemoved() {
    Memory.put(kept, "a", Memory.until(in(Duration.ofSeconds(1))));
    KeyValue kv =
        Stack.over(keeping, context).readOnly(true).compose().facets().require(KeyValue.class);
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.size()).isZero();
    assertThat(kv.has("a")).isFalse();
    assertThat(kept.has("a")).isTrue();
  }

  @Test
  void thatWhatHasExpiredCannotBeRemovedDisturbsNoReader() {
    KeyValue stubborn =
        new Through(kept) {
          @Override
          public io.undercroft.spi.DeleteResult delete(String key, Precondition precondition) {
            throw StorageException.of(ErrorCode.CONNECTION_LOST, "gone");
          }
        };
    KeyValue kv = completed(Facets.of(stubborn)).require(KeyValue.class);
    Memory.put(kv, "a", Memory.until(in(Duration.ofSeconds(1))));
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.get("a")).isEmpty();
    assertThat(kv.size()).isZero();
  }

  @Test
  void aNewerEntryIsNeverRemovedForAnExpiredOne() {
    // Between the look and the removal somebody else writes.
    KeyValue racing =
        new Through(kept) {
          @Override
          public Optional<StoredEntry> get(String key) {
            Optional<StoredEntry> old = super.get(key);
            if (old.map(entry -> entry.meta().isExpired(clock.instant())).orElse(false)) {
              Memory.put(kept, key, "newer");
            }
            return old;
          }
        };
    KeyValue kv = completed(Facets.of(racing)).require(KeyValue.class);
    Memory.put(kept, "a", Memory.until(in(Duration.ofSeconds(1))));
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.put("a", Memory.text("mine"), Precondition.ABSENT))
        .isInstanceOf(PutResult.Conflict.class);
    assertThat(kept.get("a").map(Memory::text)).contains("newer");
  }

  @Test
  void pagesOfExpiredEntriesAreNotTheEnd() {
    IntStream.range(0, 50)
        .forEach(i -> Memory.put(kept, "old" + i, Memory.until(in(Duration.ofSeconds(1)))));
    Memory.put(kept, "new", "x");
    clock.advance(Duration.ofSeconds(1));
    KeyValue kv = completed(keeping).require(KeyValue.class);
    assertThat(Memory.drain(kv.scan("", 1))).extracting(KeyedEntry::key).containsExactly("new");
    assertThat(Memory.drain(kv.keys("old", 7))).isEmpty();
  }

  @Test
  void nativeQueriesAreAskedForAllAndShowOnlyWhatLives() {
    Memory.put(kept, "old", Memory.until(in(Duration.ofSeconds(1))));
    Memory.put(kept, "new", "x");
    clock.advance(Duration.ofSeconds(1));
    List<Query> asked = new ArrayList<>();
    Queries engine =
        new Queries() {
          @Override
          public Answer query(Query query) {
            asked.add(query);
            Cursor<Found> all =
                Pages.map(
                    kept.scan("", 10),
                    found -> new Found(found.key(), found.entry(), OptionalDouble.empty()));
            return new Answer(all, Optional.empty(), true, true);
          }

          @Override
          public OptionalLong count(Optional<Condition> where) {
            return OptionalLong.of(kept.size());
          }

          @Override
          public Optional<Queries.Aggregated> aggregate(Pipeline pipeline) {
            return Optional.of(new Aggregated(List.of(Map.of("count", kept.size())), 1));
          }

          @Override
          public Explanation explain(Query query) {
            throw new AssertionError("not asked");
          }
        };
    Queries queries = completed(keeping.with(Queries.class, engine)).require(Queries.class);
    Queries.Answer answer = queries.query(Query.all().limit(1).offset(1).after("x"));
    assertThat(asked).containsExactly(Query.all());
    assertThat(answer.ordered()).isTrue();
    assertThat(answer.limited()).isFalse();
    assertThat(Memory.drain(answer.entries()))
        .extracting(Queries.Found::key)
        .containsExactly("new");
    assertThat(queries.count(Optional.empty())).isEmpty();
    assertThat(queries.aggregate(Pipeline.start())).isEmpty();
  }

  @Test
  void withNativeOnlyADeadlineIsOnlyKept() {
    KeyValue kv =
        Stack.over(keeping, context).nativeOnly(true).compose().facets().require(KeyValue.class);
    Memory.put(kv, "a", Memory.until(in(Duration.ofSeconds(1))));
    clock.advance(Duration.ofSeconds(1));
    assertThat(kv.has("a")).isTrue();
    assertThat(Collections.singleton(kv)).contains(kept);
  }
}
