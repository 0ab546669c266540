package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FulltextIndexTest {
  private static final IndexDefinition WORDS = IndexDefinition.fulltext("words", "text");

  private final ManualClock clock = new ManualClock();
  private final IndexedShelf shelf = new IndexedShelf(clock);
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void close() {
    shelf.close();
    threads.shutdownNow();
  }

  private static Condition search(String words) {
    return field("text").search(words);
  }

  private void text(String key, String text) {
    shelf.put(key, "{\"text\":\"" + text.replace("\"", "\\\"") + "\"}");
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    return failure;
  }

  @Test
  void theBestComesFirstAndEachResultHasItsScore() {
    shelf.create(WORDS);
    text("long", "a whale, and much else that has nothing to do with it at all, for many words");
    text("short", "a whale");
    text("twice", "the whale, the whale");
    text("none", "a shark");
    List<Found> found = shelf.found(Query.where(search("WHALE")));
    assertThat(found).extracting(Found::key).containsExactly("twice", "short", "long");
    assertThat(found)
        .extracting(one -> one.score().orElseThrow())
        .allMatch(score -> score > 0)
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    assertThat(shelf.keys(Query.where(search("whale")).orderBy(Order.desc("text"))))
        .containsExactly("twice", "long", "short");
  }

  @Test
  void explainSaysWhatTheIndexFindsAndWhatIsLeft() {
    shelf.create(WORDS);
    for (int i = 0; i < 50; i++) {
      shelf.put("k" + i, "{\"n\":" + i + ",\"text\":\"number " + i + "\"}");
    }
    Condition small = field("n").lt(3);
    Explanation explained = shelf.explain(Query.where(search("number").and(small)));
    assertThat(explained.indexes()).containsExactly("words");
    assertThat(explained.pushedDown()).contains(search("number"));
    assertThat(explained.residual()).contains(small);
    assertThat(explained.orderPushedDown()).isTrue();
    assertThat(explained.examined()).hasValue(50);
    assertThat(shelf.explain(Query.where(search("7"))).examined()).hasValue(1);
    assertThat(shelf.explain(Query.where(search("7")).orderBy(Order.asc("n"))).orderPushedDown())
        .isFalse();
    assertThat(shelf.keys(search("number").and(small))).containsExactly("k0", "k1", "k2");
    assertThat(shelf.count(search("number").and(small))).isEqualTo(3);
    assertThat(shelf.info().hits()).isEqualTo(2);
    assertThat(shelf.info().misses()).isZero();
    assertThat(shelf.info().bytes()).isPositive();
  }

  @Test
  void pagesFitTogetherWhereScoresAreEqual() {
    shelf.create(WORDS);
    for (int i = 0; i < 1_000; i++) {
      text("k" + i, i % 3 == 0 ? "whale" : "a whale of a time");
    }
    Query query = Query.where(search("whale"));
    List<String> all = shelf.keys(query);
    assertThat(all).hasSize(1_000).doesNotHaveDuplicates();
    assertThat(all.subList(0, 334)).isSorted();
    assertThat(all.subList(334, 1_000)).isSorted();
    assertThat(shelf.keys(query.limit(10).offset(330))).isEqualTo(all.subList(330, 340));
    List<String> paged = new ArrayList<>();
    Query next = query.limit(97);
    for (List<Found> page = shelf.found(next); !page.isEmpty(); page = shelf.found(next)) {
      page.forEach(one -> paged.add(one.key()));
      next = next.after(page.get(page.size() - 1).cursor());
    }
    assertThat(paged).isEqualTo(all);
  }

  @Test
  void hostileSearchesAreAnsweredOrRefusedInTime() {
    shelf.create(WORDS);
    Random random = new Random(11);
    for (int i = 0; i < 5_000; i++) {
      text("k" + i, someWords(random, 30));
    }
    assertThat(failure(ErrorCode.INVALID_QUERY, () -> shelf.keys(search("a".repeat(1_001)))))
        .hasMessageContaining("1,000");
    failure(ErrorCode.INVALID_QUERY, () -> shelf.keys(search("a ".repeat(51))));
    Condition many = search("word1");
    for (int i = 0; i < 2_000; i++) {
      many = many.or(search("word" + i));
    }
    Condition tooMany = many;
    failure(ErrorCode.INVALID_QUERY, () -> shelf.keys(tooMany));
    shelf.keys(Query.where(search("w*")).limit(10));
    for (String hostile :
        List.of(
            "w* ".repeat(50),
            IntStream.range(0, 45)
                .mapToObj(i -> "w" + "-".repeat(i % 3) + "o*")
                .toList()
                .toString(),
            "\"" + "word1 ".repeat(49) + "\"",
            "-".repeat(1_000),
            "\"".repeat(1_000),
            "a".repeat(1_000),
            "*".repeat(1_000),
            "\ufdfa".repeat(1_000))) {
      long begun = IndexedShelf.worked();
      try {
        shelf.keys(Query.where(search(hostile)).limit(10));
      } catch (StorageException e) {
        assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY);
      }
      assertThat(Duration.ofNanos(IndexedShelf.worked() - begun))
          .as("%.20s…", hostile)
          .isLessThan(Duration.ofMillis(250));
    }
  }

  private static String someWords(Random random, int count) {
    return String.join(
        " ", IntStream.range(0, count).mapToObj(i -> "word" + random.nextInt(25)).toList());
  }

  @Test
  void whatIsFoundHasWhatIsSearchedWhateverIsBeingWritten() throws Exception {
    shelf.create(WORDS);
    for (int i = 0; i < 100; i++) {
      text("k" + i, "even");
    }
    AtomicBoolean over = new AtomicBoolean();
    List<Future<?>> writers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      int own = t;
      writers.add(
          threads.submit(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  text("k" + (2 * (i % 50) + own), i / 50 % 2 == 0 ? "odd" : "even");
                  text("own" + own, "mine" + own + "x" + i);
                  assertThat(shelf.keys(search("mine" + own + "x" + i)))
                      .containsExactly("own" + own);
                }
              }));
    }
    for (int round = 0; round < 200; round++) {
      String word = round % 2 == 0 ? "odd" : "even";
      for (Found found : shelf.found(Query.where(search(word)))) {
        assertThat(Memory.text(found.entry())).contains(word);
      }
    }
    over.set(true);
    for (Future<?> one : writers) {
      one.get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aSearchWaitsForAnIndexThatIsBeingBuiltAndWritesGoOn() throws Exception {
    Facets backend = Memory.facets(clock);
    CountDownLatch scanning = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean slow = new AtomicBoolean();
    Facets slowly =
        backend.map(
            KeyValue.class,
            below ->
                new Through(below) {
                  @Override
                  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
                    if (slow.getAndSet(false)) {
                      scanning.countDown();
                      try {
                        assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                    }
                    return below.scan(prefix, pageSize);
                  }
                });
    try (IndexedShelf first = new IndexedShelf(backend, clock)) {
      first.create(WORDS);
      first.put("before", "{\"text\":\"whale\"}");
    }
    try (IndexedShelf again = new IndexedShelf(slowly, clock)) {
      slow.set(true);
      Future<List<String>> searching = threads.submit(() -> again.keys(search("whale")));
      assertThat(scanning.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(again.info().building()).isTrue();
      again.put("meanwhile", "{\"text\":\"whale\"}");
      Future<List<String>> second = threads.submit(() -> again.keys(search("whale")));
      goOn.countDown();
      assertThat(searching.get(30, TimeUnit.SECONDS)).containsExactly("before", "meanwhile");
      assertThat(second.get(30, TimeUnit.SECONDS)).containsExactly("before", "meanwhile");
      assertThat(again.info()).matches(info -> !info.building() && info.entries() == 2);
    }
  }

  @Test
  void aChangeThatTheIndexCannotTakeFailsNoWriteAndItIsBuiltAnew() {
    AtomicBoolean lies = new AtomicBoolean();
    Facets backend =
        Memory.facets(clock)
            .map(
                KeyValue.class,
                below ->
                    new Through(below) {
                      @Override
                      public PutResult put(String key, NewEntry entry, Precondition precondition) {
                        PutResult result = below.put(key, entry, precondition);
                        return lies.getAndSet(false) ? tooLong(result) : result;
                      }
                    });
    try (IndexedShelf again = new IndexedShelf(backend, clock)) {
      again.create(WORDS);
      again.put("a", "{\"text\":\"whale\"}");
      lies.set(true);
      again.put("b", "{\"text\":\"whale\"}");
      again.put("c", "{\"text\":\"whale\"}");
      assertThat(lies).isFalse();
      assertThat(again.keys(search("whale"))).containsExactly("a", "b", "c");
    }
  }

  /** A version that Lucene does not hold. */
  private static PutResult tooLong(PutResult result) {
    PutResult.Written written = (PutResult.Written) result;
    EntryMeta meta = written.meta();
    return new PutResult.Written(
        new EntryMeta(
            "v".repeat(40_000),
            meta.created(),
            meta.updated(),
            meta.expires(),
            meta.contentType(),
            meta.metadata()),
        written.created());
  }

  @Test
  void aValueThatCannotBeReadFailsTheSearchAndIsNamed() {
    shelf.create(WORDS);
    text("good", "whale");
    shelf.put("bad", "{\"text\":");
    assertThat(failure(ErrorCode.SERIALIZATION_FAILED, () -> shelf.keys(search("whale"))))
        .hasMessageContaining("'bad'");
    shelf.delete("bad");
    assertThat(shelf.keys(search("whale"))).containsExactly("good");
    text("good", "shark");
    assertThat(shelf.keys(search("whale"))).isEmpty();
  }
}
