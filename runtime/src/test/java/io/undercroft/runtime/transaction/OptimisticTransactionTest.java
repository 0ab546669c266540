package io.undercroft.runtime.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.runtime.transaction.Texts.Tx;
import io.undercroft.spi.Batch;
import io.undercroft.spi.Check;
import io.undercroft.spi.Commit;
import io.undercroft.spi.CommitResult;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Mutation;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.SoleWriter;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** One transaction at a time, and what happens beside it. */
class OptimisticTransactionTest {
  private static final int MOST_IN_COMMIT = 8;
  private static final Bounds BOUNDS = new Bounds(10_000, Duration.ofMinutes(1));

  private final ManualClock clock = new ManualClock();
  private final AtomicLong nanos = new AtomicLong();
  private final TestContext context = new TestContext(clock);
  private final Facets backend = new MemoryPlugin().open(Given.NOTHING, context).facets();

  /** What a writer does of whom the timeline knows nothing. */
  private final Texts outside = new Texts(backend);

  private final Timeline timeline = timeline();
  private final Texts rooms = new Texts(timeline.over(backend));

  private Timeline timeline() {
    return new Timeline(context, MOST_IN_COMMIT, BOUNDS, nanos::get);
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.code()).as("%s", failure).isEqualTo(code);
    return failure;
  }

  private static NewEntry until(ManualClock clock, Duration time) {
    NewEntry plain = Texts.entry("until");
    return new NewEntry(
        plain.value(),
        plain.contentType(),
        Optional.of(clock.instant().plus(time)),
        Map.of("who", "Alice"));
  }

  // ---- own writes

  @Test
  void ownWritesAreSeenByEveryRead() {
    rooms.put("a", "1");
    rooms.put("b", "1");
    Tx tx = rooms.begin();
    tx.put("b", "2");
    tx.put("c", "2");
    assertThat(tx.delete("a")).isTrue();
    assertThat(tx.delete("a")).isFalse();
    assertThat(tx.get("a")).isEmpty();
    assertThat(tx.texts().kv().has("c")).isTrue();
    assertThat(tx.texts().keys("")).containsExactly("b", "c");
    assertThat(tx.all("")).isEqualTo(Map.of("b", "2", "c", "2"));
    assertThat(tx.texts().kv().size()).isEqualTo(2);
    assertThat(tx.texts().facets().require(Batch.class).getMany(List.of("a", "b", "x")))
        .containsOnlyKeys("b");
    assertThat(rooms.all("")).isEqualTo(Map.of("a", "1", "b", "1"));
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.all("")).isEqualTo(Map.of("b", "2", "c", "2"));
  }

  @Test
  void conditionsLookAtOwnWritesAndThenAtTheSnapshot() {
    EntryMeta before = rooms.put("a", "1");
    Tx tx = rooms.begin();
    KeyValue kv = tx.texts().kv();
    assertThat(kv.put("a", Texts.entry("2"), Precondition.ABSENT))
        .isEqualTo(new PutResult.Conflict(Optional.of(before.version())));
    assertThat(kv.put("b", Texts.entry("2"), Precondition.version(before.version())))
        .isEqualTo(new PutResult.Conflict(Optional.empty()));
    PutResult first = kv.put("a", Texts.entry("2"), Precondition.version(before.version()));
    EntryMeta own = ((PutResult.Written) first).meta();
    assertThat(own.created()).isEqualTo(before.created());
    assertThat(own.version()).isNotEqualTo(before.version()).matches("[!-~]{1,128}");
    assertThat(kv.get("a").orElseThrow().meta()).isEqualTo(own);
    assertThat(kv.delete("a", Precondition.version(before.version())))
        .isEqualTo(DeleteResult.CONFLICT);
    assertThat(kv.put("a", Texts.entry("3"), Precondition.version(own.version())))
        .isInstanceOf(PutResult.Written.class);
    assertThat(kv.delete("x", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    assertThat(kv.delete("x", Precondition.version("v"))).isEqualTo(DeleteResult.CONFLICT);
    assertThat(tx.commit()).isTrue();
    EntryMeta after = rooms.kv().get("a").orElseThrow().meta();
    assertThat(after.version()).as("a version of the backend").isNotEqualTo(own.version());
    assertThat(rooms.kv().put("a", Texts.entry("4"), Precondition.version(own.version())))
        .as("the provisional version fits nothing any more")
        .isEqualTo(new PutResult.Conflict(Optional.of(after.version())));
  }

  @Test
  void aConditionThatWasLookedAtIsARead() {
    Tx tx = rooms.begin();
    tx.texts().kv().put("a", Texts.entry("1"), Precondition.ABSENT);
    rooms.put("a", "2");
    assertThat(tx.commit()).isFalse();
    assertThat(rooms.get("a")).contains("2");
  }

  @Test
  void aBatchInsideIsAPartOfTheTransaction() {
    EntryMeta a = rooms.put("a", "1");
    Tx tx = rooms.begin();
    Commit inside = tx.texts().facets().require(Commit.class);
    assertThat(
            inside.commit(
                List.of(new Check("a", Precondition.ABSENT)), List.of(new Mutation.Remove("a"))))
        .isEqualTo(new CommitResult.Conflict("a", Optional.of(a.version())));
    CommitResult result =
        inside.commit(
            List.of(new Check("a", Precondition.version(a.version()))),
            List.of(new Mutation.Remove("a"), new Mutation.Put("b", Texts.entry("2"))));
    assertThat(((CommitResult.Committed) result).results())
        .extracting(CommitResult.Applied::existed)
        .containsExactly(true, false);
    assertThat(tx.texts().keys("")).containsExactly("b");
    assertThat(rooms.keys("")).containsExactly("a");
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.keys("")).containsExactly("b");
  }

  @Test
  void metadataAndDeadlinesComeThrough() {
    Tx tx = rooms.begin();
    NewEntry entry = until(clock, Duration.ofHours(1));
    tx.texts().kv().put("a", entry, Precondition.NONE);
    EntryMeta inside = tx.texts().kv().get("a").orElseThrow().meta();
    assertThat(tx.commit()).isTrue();
    EntryMeta meta = rooms.kv().get("a").orElseThrow().meta();
    assertThat(meta.metadata()).isEqualTo(Map.of("who", "Alice")).isEqualTo(inside.metadata());
    assertThat(meta.expires()).isEqualTo(entry.expires()).isEqualTo(inside.expires());
  }

  // ---- savepoints

  @Test
  void rollingBackToASavepointForgetsWhatCameLaterAndLaterSavepoints() {
    rooms.put("a", "0");
    Tx tx = rooms.begin();
    tx.put("a", "1");
    tx.handle().savepoint("one");
    tx.put("a", "2");
    tx.put("b", "2");
    tx.handle().savepoint("two");
    tx.delete("a");
    tx.handle().rollbackTo("two");
    assertThat(tx.all("")).isEqualTo(Map.of("a", "2", "b", "2"));
    tx.handle().rollbackTo("one");
    assertThat(tx.all("")).isEqualTo(Map.of("a", "1"));
    StorageException gone = failure(ErrorCode.KEY_NOT_FOUND, () -> tx.handle().rollbackTo("two"));
    assertThat(gone.getMessage()).contains("'two'").contains("[one]");
    tx.put("b", "3");
    tx.handle().rollbackTo("one");
    assertThat(tx.get("b")).as("the savepoint stays usable").isEmpty();
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.all("")).isEqualTo(Map.of("a", "1"));
  }

  @Test
  void aNameUsedBeforeMovesToHere() {
    Tx tx = rooms.begin();
    tx.handle().savepoint("here");
    tx.put("a", "1");
    tx.handle().savepoint("there");
    tx.handle().savepoint("here");
    tx.put("a", "2");
    tx.handle().rollbackTo("here");
    assertThat(tx.get("a")).contains("1");
    tx.handle().rollbackTo("there");
    failure(ErrorCode.KEY_NOT_FOUND, () -> tx.handle().rollbackTo("here"));
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void whatWasReadBeforeTheRollbackToASavepointStillCounts() {
    rooms.put("a", "1");
    Tx tx = rooms.begin();
    tx.handle().savepoint("s");
    tx.get("a");
    tx.handle().rollbackTo("s");
    tx.put("b", "2");
    rooms.put("a", "2");
    assertThat(tx.commit()).isFalse();
  }

  // ---- the end

  @Test
  void afterTheEndNothingWorksButEndingAgain() {
    Tx tx = rooms.begin();
    tx.put("a", "1");
    tx.handle().commit();
    tx.handle().rollback();
    tx.handle().close();
    assertThat(rooms.get("a")).contains("1");
    KeyValue kv = tx.texts().kv();
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> kv.get("a"),
            () -> kv.delete("a", Precondition.NONE),
            () -> tx.put("a", "2"),
            kv::clear,
            kv::size,
            () -> tx.all(""),
            () -> tx.handle().savepoint("s"),
            () -> tx.handle().rollbackTo("s"),
            tx.handle()::commit)) {
      StorageException over = failure(ErrorCode.TRANSACTION_ABORTED, call);
      assertThat(over.getMessage()).contains(tx.handle().id());
    }
    assertThat(rooms.get("a")).contains("1");
  }

  @Test
  void closingRollsBack() {
    Tx tx = rooms.begin();
    tx.put("a", "1");
    tx.handle().close();
    tx.handle().close();
    assertThat(rooms.get("a")).isEmpty();
    assertThat(timeline.isNeeded()).isFalse();
  }

  @Test
  void idsAreDifferent() {
    Tx one = rooms.begin();
    Tx other = rooms.begin();
    assertThat(one.handle().id()).isNotEmpty().isNotEqualTo(other.handle().id());
  }

  @Test
  void aReadOnlyTransactionReadsItsSnapshotAndWritesNothing() {
    rooms.put("a", "1");
    Tx tx = rooms.begin(TransactionOptions.defaults().asReadOnly());
    rooms.put("a", "2");
    assertThat(tx.get("a")).contains("1");
    KeyValue kv = tx.texts().kv();
    failure(ErrorCode.UNSUPPORTED, () -> tx.put("a", "3"));
    failure(ErrorCode.UNSUPPORTED, () -> tx.delete("a"));
    failure(ErrorCode.UNSUPPORTED, kv::clear);
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.get("a")).contains("2");
  }

  @Test
  void theEndOfTheStorageEndsItsTransactions() {
    Tx tx = rooms.begin();
    tx.put("a", "1");
    timeline.close();
    failure(ErrorCode.CLOSED, () -> tx.get("a"));
    failure(ErrorCode.CLOSED, tx.handle()::commit);
    failure(ErrorCode.CLOSED, rooms::begin);
    tx.handle().close();
    assertThat(rooms.get("a")).isEmpty();
  }

  // ---- limits

  @Test
  void atTheTimeoutATransactionEnds() {
    Tx tx = rooms.begin(TransactionOptions.defaults().withTimeout(Duration.ofSeconds(2)));
    tx.put("a", "1");
    nanos.addAndGet(Duration.ofMillis(1_999).toNanos());
    assertThat(tx.get("a")).contains("1");
    nanos.addAndGet(Duration.ofMillis(1).toNanos());
    StorageException late = failure(ErrorCode.TIMEOUT, tx.handle()::commit);
    assertThat(late.getMessage()).contains("PT2S");
    failure(ErrorCode.TIMEOUT, () -> tx.get("a"));
    tx.handle().rollback();
    assertThat(rooms.get("a")).isEmpty();
    assertThat(timeline.isNeeded()).isFalse();
  }

  @Test
  void anAbandonedTransactionEndsWithTheNextWriteAfterItsTime() {
    Tx abandoned = rooms.begin();
    rooms.put("a", "1");
    assertThat(timeline.past().isEmpty()).isFalse();
    nanos.addAndGet(BOUNDS.age().toNanos());
    rooms.put("a", "2");
    assertThat(timeline.isNeeded()).isFalse();
    assertThat(timeline.past().isEmpty()).isTrue();
    failure(ErrorCode.TRANSACTION_ABORTED, () -> abandoned.get("a"));
  }

  @Test
  void theOldestTransactionEndsBeforeThePastTakesTooMuchMemory() {
    for (int i = 0; i < 10; i++) {
      rooms.put("k" + i, "x".repeat(1_500));
    }
    Tx oldest = rooms.begin();
    rooms.put("k0", "y");
    Tx younger = rooms.begin();
    for (int i = 1; i < 6; i++) {
      rooms.put("k" + i, "y");
    }
    assertThat(timeline.past().bytes()).isLessThanOrEqualTo(BOUNDS.bytes());
    StorageException ended = failure(ErrorCode.TRANSACTION_ABORTED, () -> oldest.get("k0"));
    assertThat(ended.getMessage()).contains("10000 bytes");
    assertThat(younger.get("k1").orElseThrow()).startsWith("xxx");
    assertThat(younger.get("k0")).contains("y");
    rooms.kv().clear();
    failure(ErrorCode.TRANSACTION_ABORTED, () -> younger.get("k1"));
    assertThat(timeline.past().isEmpty()).isTrue();
    assertThat(rooms.kv().size()).isZero();
  }

  @Test
  void ofAKeyThatIsWrittenAgainAndAgainOneFormerEntryIsKept() {
    rooms.put("a", "0");
    Tx tx = rooms.begin();
    rooms.put("a", "1");
    long bytes = timeline.past().bytes();
    for (int i = 0; i < 1_000; i++) {
      rooms.put("a", "" + i);
    }
    assertThat(timeline.past().bytes()).isEqualTo(bytes);
    assertThat(tx.get("a")).contains("0");
    tx.rollback();
    assertThat(timeline.past().bytes()).isZero();
  }

  @Test
  void moreThanTheBackendTakesIsRefusedAndReadsBeyondItAreNot() {
    Tx tx = rooms.begin();
    for (int i = 0; i <= MOST_IN_COMMIT; i++) {
      tx.put("k" + i, "1");
    }
    StorageException refused = failure(ErrorCode.UNSUPPORTED, tx.handle()::commit);
    assertThat(refused.getMessage()).contains("9 writes").contains("at most 8");
    assertThat(rooms.kv().size()).isZero();
    Tx reading = rooms.begin();
    for (int i = 0; i < 3 * MOST_IN_COMMIT; i++) {
      reading.get("k" + i);
    }
    reading.put("a", "1");
    assertThat(reading.commit()).isTrue();
  }

  // ---- deadlines

  @Test
  void whatHasPassedItsDeadlineIsGoneInsideToo() {
    rooms.kv().put("a", until(clock, Duration.ofSeconds(1)), Precondition.NONE);
    Tx tx = rooms.begin();
    rooms.put("a", "overwritten");
    assertThat(tx.get("a")).contains("until");
    clock.advance(Duration.ofSeconds(1));
    Tx other = rooms.begin();
    other.texts().kv().put("b", until(clock, Duration.ofSeconds(1)), Precondition.NONE);
    assertThat(other.texts().keys("")).containsExactly("a", "b");
    clock.advance(Duration.ofSeconds(1));
    assertThat(other.get("b")).isEmpty();
    assertThat(other.texts().keys("")).containsExactly("a");
    assertThat(other.texts().kv().size()).isEqualTo(1);
    assertThat(other.texts().kv().put("b", Texts.entry("x"), Precondition.ABSENT))
        .isInstanceOf(PutResult.Written.class);
    assertThat(tx.texts().keys("")).isEmpty();
  }

  @Test
  void whoHasReadWhatPassesItsDeadlineBeforeTheCommitDoesNotComeThrough() {
    rooms.kv().put("a", until(clock, Duration.ofSeconds(1)), Precondition.NONE);
    Tx writer = rooms.begin();
    Tx reader = rooms.begin();
    Tx scanner = rooms.begin();
    Tx other = rooms.begin();
    writer.get("a");
    writer.put("b", "1");
    reader.get("a");
    scanner.all("");
    clock.advance(Duration.ofSeconds(1));
    assertThat(writer.commit()).isFalse();
    assertThat(scanner.commit()).isFalse();
    assertThatThrownBy(() -> reader.get("a"))
        .as("it cannot be told what it was told before")
        .hasMessageContaining("TRANSACTION_ABORTED")
        .hasMessageContaining("'a'");
    assertThat(other.get("a")).isEmpty();
    other.put("a", "2");
    assertThat(other.commit()).isTrue();
  }

  // ---- writers that do not pass through

  @Test
  void aForeignWriteOfAReadKeyIsNoticed() {
    rooms.put("a", "1");
    Tx again = rooms.begin();
    Tx writer = rooms.begin();
    again.get("a");
    writer.get("a");
    writer.get("x");
    writer.put("b", "2");
    outside.put("a", "edited");
    assertThat(writer.commit()).isFalse();
    assertThat(rooms.get("b")).isEmpty();
    failure(ErrorCode.TRANSACTION_ABORTED, () -> again.get("a"));
    Tx absent = rooms.begin();
    absent.get("x");
    absent.put("b", "2");
    outside.put("x", "new");
    assertThat(absent.commit()).isFalse();
  }

  @Test
  void besideOtherWritersEveryReadKeyIsLookedAtOnceMoreAndTheStrongestLevelIsNotOffered() {
    Texts shared = new Texts(timeline().over(backend.without(SoleWriter.class)));
    Transactions transactions = shared.facets().require(Transactions.class);
    assertThat(transactions.levels())
        .containsExactlyInAnyOrder(
            Isolation.READ_UNCOMMITTED, Isolation.READ_COMMITTED, Isolation.REPEATABLE_READ);
    StorageException refused =
        failure(
            ErrorCode.UNSUPPORTED,
            () ->
                shared.begin(TransactionOptions.defaults().withIsolation(Isolation.SERIALIZABLE)));
    assertThat(refused.getMessage()).contains("SERIALIZABLE").contains("REPEATABLE_READ");
    shared.put("a", "1");
    shared.put("b", "1");
    Tx reader = shared.begin();
    Tx scanner = shared.begin();
    Tx undisturbed = shared.begin();
    reader.get("a");
    scanner.all("a");
    undisturbed.get("b");
    outside.put("a", "2");
    assertThat(reader.commit()).as("a and b were not there together").isFalse();
    assertThat(scanner.commit()).isFalse();
    assertThat(undisturbed.commit()).isTrue();
  }

  // ---- what the backend answers

  /** A backend whose commits end as they are told to. */
  private Texts failing(ErrorCode code, boolean done) {
    Commit commit = backend.require(Commit.class);
    return new Texts(
        timeline()
            .over(
                backend.with(
                    Commit.class,
                    (checks, mutations) -> {
                      if (done) {
                        commit.commit(checks, mutations);
                      }
                      throw StorageException.of(code, "as told");
                    })));
  }

  @Test
  void aCommitWhoseAnswerWasLostIsTold() {
    Texts lost = failing(ErrorCode.UNKNOWN_OUTCOME, true);
    Tx other = lost.begin();
    Tx tx = lost.begin();
    tx.put("a", "1");
    failure(ErrorCode.UNKNOWN_OUTCOME, tx.handle()::commit);
    failure(ErrorCode.TRANSACTION_ABORTED, tx.handle()::commit);
    assertThat(lost.get("a")).contains("1");
    assertThat(other.get("a")).as("it began before").isEmpty();
  }

  @Test
  void aCommitThatFailedHasChangedNothingForNobody() {
    Texts full = failing(ErrorCode.STORAGE_FULL, false);
    full.put("a", "0");
    Tx other = full.begin();
    other.get("a");
    other.put("b", "1");
    Tx tx = full.begin();
    tx.put("a", "1");
    failure(ErrorCode.STORAGE_FULL, tx.handle()::commit);
    StorageException told = failure(ErrorCode.STORAGE_FULL, other.handle()::commit);
    assertThat(told.getMessage()).as("and not a conflict").contains("as told");
  }

  @Test
  void aWriteBesideATransactionDoesNotFailBecauseWhatWasThereCannotBeRead() {
    rooms.put("a", "1");
    KeyValue broken =
        new Forwarding(backend.require(KeyValue.class)) {
          @Override
          public Optional<StoredEntry> get(String key) {
            throw StorageException.of(ErrorCode.CONNECTION_LOST, "broken");
          }
        };
    Texts blind = new Texts(timeline().over(backend.with(KeyValue.class, broken)));
    Tx tx = blind.begin();
    blind.put("a", "2");
    assertThat(rooms.get("a")).contains("2");
    StorageException ended = failure(ErrorCode.TRANSACTION_ABORTED, () -> tx.get("a"));
    assertThat(ended.getMessage()).contains("'a'");
  }

  @Test
  void aWriteUnderWayIsWaitedForAndThenSeen() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    KeyValue slow =
        new Forwarding(backend.require(KeyValue.class)) {
          @Override
          public PutResult put(String key, NewEntry entry, Precondition precondition) {
            PutResult result = super.put(key, entry, precondition);
            inside.countDown();
            awaitQuietly(goOn);
            return result;
          }
        };
    Texts slowly = new Texts(timeline().over(backend.with(KeyValue.class, slow)));
    Thread writer = new Thread(() -> slowly.put("a", "1"), "writer");
    writer.start();
    awaitQuietly(inside);
    StorageException late =
        failure(
            ErrorCode.TIMEOUT,
            () -> slowly.begin(TransactionOptions.defaults().withTimeout(Duration.ofMillis(20))));
    assertThat(late.getMessage()).contains("20 ms");
    Tx[] begun = new Tx[1];
    Thread beginner = new Thread(() -> begun[0] = slowly.begin(), "beginner");
    beginner.start();
    goOn.countDown();
    writer.join(60_000);
    beginner.join(60_000);
    assertThat(begun[0].get("a")).contains("1");
    begun[0].rollback();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void twoThreadsInOneTransactionDoNotHarmIt() throws Exception {
    Tx tx = rooms.begin();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String prefix = t + "-";
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < MOST_IN_COMMIT / 4; i++) {
                  tx.put(prefix + i, "x");
                  tx.get(prefix + i);
                  tx.all(prefix);
                }
              },
              "part " + t);
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join(60_000);
    }
    assertThat(tx.commit()).isTrue();
    assertThat(rooms.kv().size()).isEqualTo(MOST_IN_COMMIT);
  }

  @Test
  void anAbortNamesTheTransactionAndTheKey() {
    Tx tx = rooms.begin();
    tx.get("a");
    tx.put("b", "1");
    rooms.put("a", "1");
    StorageException e = failure(ErrorCode.TRANSACTION_ABORTED, tx.handle()::commit);
    assertThat(e.getMessage()).contains(tx.handle().id()).contains("'a'").contains("again");
    assertThat(e.details()).containsEntry("key", "a");
    assertThat(e.isRetryable()).isTrue();
  }

  @Test
  void aPlainWriteThatFailsAbortsNobody() {
    rooms.put("a", "1");
    Tx tx = rooms.begin();
    tx.get("a");
    tx.put("b", "1");
    assertThat(rooms.kv().put("a", Texts.entry("2"), Precondition.ABSENT))
        .isInstanceOf(PutResult.Conflict.class);
    assertThat(rooms.kv().delete("x", Precondition.NONE)).isEqualTo(DeleteResult.ABSENT);
    assertThat(tx.commit()).isTrue();
  }
}
