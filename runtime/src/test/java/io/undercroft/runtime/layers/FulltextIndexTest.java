package io.undercroft.runtime.layers;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.runtime.memory.ManualClock;
import io.undercroft.spi.Commit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Mutation;
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
import java.util.Arrays;
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
  void theSignsOfASearchMeanWhatPeopleExpect() {
    shelf.create(WORDS);
    text("1", "The red house by the sea");
    text("2", "A house, red and old");
    text("3", "Houses of the holy");
    text("4", "wi-fi for the Größe of a café");
    assertThat(shelf.keys(search("red house"))).containsExactlyInAnyOrder("1", "2");
    assertThat(shelf.keys(search("\"red house\""))).containsExactly("1");
    assertThat(shelf.keys(search("\"red house"))).as("not closed").containsExactly("1");
    assertThat(shelf.keys(search("house -sea"))).containsExactly("2");
    assertThat(shelf.keys(search("house -\"red and\""))).containsExactly("1");
    assertThat(shelf.keys(search("hous*"))).containsExactlyInAnyOrder("1", "2", "3");
    assertThat(shelf.keys(search("wi-fi"))).containsExactly("4");
    assertThat(shelf.keys(search("fi-wi"))).isEmpty();
    assertThat(shelf.keys(search("wi-f*"))).containsExactly("4");
    assertThat(shelf.keys(search("GRÖSSE größe"))).as("ß is not folded").isEmpty();
    assertThat(shelf.keys(search("cafe\u0301"))).as("in two code points").containsExactly("4");
    for (String nothing :
        List.of("", "  ", "-", "*", "\"\"", "-red", "-\"red house\"", "!?", "\"")) {
      assertThat(shelf.keys(search(nothing))).as(nothing).isEmpty();
    }
  }

  @Test
  void noTextThatAPersonTypesIsAnError() {
    shelf.create(WORDS);
    text("1", "The red house by the sea");
    Random random = new Random(7);
    String signs = "ab \"*-+~:()[]{}^\\/?!&|<>=@#\t\u00e4\ud83d\ude00\ud83d\u0000\u202e";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(signs.charAt(random.nextInt(signs.length())));
      }
      Condition typed = search(text.toString());
      assertThat(shelf.count(typed)).as("%s", typed).isEqualTo(shelf.keys(typed).size());
    }
  }

  @Test
  void arraysNestedFieldsAndOtherTypes() {
    shelf.create(IndexDefinition.fulltext("words", "text", "notes.by"));
    shelf.put("array", "{\"text\":[\"red house\",7,\"blue sea\",[\"deep\"]]}");
    shelf.put("notes", "{\"notes\":[{\"by\":\"Ann\"},{\"by\":\"Bob\"}],\"text\":\"sea\"}");
    shelf.put("number", "{\"text\":7}");
    shelf.put("array of its own", "[\"red\"]");
    assertThat(shelf.keys(search("red sea"))).containsExactly("array");
    assertThat(shelf.keys(search("\"house blue\""))).as("over the gap").isEmpty();
    assertThat(shelf.keys(search("7"))).isEmpty();
    assertThat(shelf.keys(search("deep"))).isEmpty();
    assertThat(shelf.keys(field("notes.by").search("bob"))).containsExactly("notes");
    assertThat(shelf.keys(field("notes.by").search("bob").and(search("sea"))))
        .containsExactly("notes");
    assertThat(shelf.keys(field("notes.by").search("bob").or(search("red"))))
        .containsExactlyInAnyOrder("notes", "array");
    assertThat(shelf.info().entries()).as("entries that have text").isEqualTo(2);
  }

  @Test
  void whatIsWrittenIsFoundAtOnceAndWhatIsGoneIsNot() {
    text("before", "whale");
    shelf.create(WORDS);
    text("after", "whale");
    assertThat(shelf.keys(search("whale"))).containsExactly("after", "before");
    text("after", "shark");
    assertThat(shelf.keys(search("whale"))).containsExactly("before");
    assertThat(shelf.keys(search("shark"))).containsExactly("after");
    shelf.put("after", "{\"text\":1}");
    assertThat(shelf.keys(search("shark"))).isEmpty();
    shelf.delete("before");
    assertThat(shelf.keys(search("whale"))).isEmpty();
    shelf
        .facets()
        .require(Commit.class)
        .commit(
            List.of(),
            List.of(
                new Mutation.Put("b", IndexedShelf.json("{\"text\":\"whale\"}")),
                new Mutation.Put("a", IndexedShelf.json("{\"text\":\"whale\"}")),
                new Mutation.Remove("after")));
    assertThat(shelf.keys(search("whale"))).as("ties by key").containsExactly("a", "b");
    shelf.putUntil("c", "{\"text\":\"whale\"}", clock.instant().plusSeconds(10));
    assertThat(shelf.count(search("whale"))).isEqualTo(3);
    clock.advance(Duration.ofSeconds(10));
    assertThat(shelf.keys(search("whale"))).containsExactly("a", "b");
    assertThat(shelf.count(search("whale"))).isEqualTo(2);
    shelf.entries().clear();
    assertThat(shelf.keys(search("whale"))).isEmpty();
    text("a", "whale");
    assertThat(shelf.keys(search("whale"))).containsExactly("a");
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
  void withoutAnIndexOfItsFieldASearchIsRefusedAndToldHowToMakeOne() {
    shelf.create(WORDS);
    shelf.create(IndexDefinition.fulltext("titles", "title"));
    assertThat(failure(ErrorCode.UNSUPPORTED, () -> shelf.keys(field("other").search("x"))))
        .hasMessageContaining("'other'")
        .hasMessageContaining("IndexDefinition.fulltext(")
        .hasMessageContaining("undercroft index create");
    for (Condition asked :
        List.of(
            search("x").not(),
            search("x").or(field("n").eq(1)),
            field("o").matches(search("x")),
            search("x").and(field("title").search("y")))) {
      failure(ErrorCode.UNSUPPORTED, () -> shelf.keys(asked));
      failure(ErrorCode.UNSUPPORTED, () -> shelf.count(asked));
      failure(ErrorCode.UNSUPPORTED, () -> shelf.explain(Query.where(asked)));
    }
    shelf.facets().require(Indexes.class).drop("titles");
    failure(ErrorCode.UNSUPPORTED, () -> shelf.keys(field("title").search("x")));
  }

  @Test
  void whatMakesNoSenseIsRefusedByNameWhenTheIndexIsCreated() {
    assertThat(failure(ErrorCode.INVALID_QUERY, () -> shelf.create(WORDS.asUnique())))
        .hasMessageContaining("'words'")
        .hasMessageContaining("FULLTEXT")
        .hasMessageContaining("unique");
    assertThat(
            failure(
                ErrorCode.INVALID_QUERY,
                () ->
                    shelf.create(
                        new IndexDefinition(
                            "words",
                            IndexDefinition.Type.FULLTEXT,
                            List.of(Order.desc("text")),
                            false,
                            false))))
        .hasMessageContaining("descending");
    shelf.create(WORDS.asSparse());
    assertThat(shelf.facets().require(Indexes.class).list()).hasSize(1);
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

  @Test
  void aSearchFindsWhatAScanOfTheWordsWouldFind() {
    long seed = Long.getLong("undercroft.query.seed", System.nanoTime());
    Random random = new Random(seed);
    shelf.create(WORDS);
    List<List<String>> texts = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      texts.add(List.of());
    }
    for (int i = 0; i < 900; i++) {
      int key = random.nextInt(texts.size());
      if (random.nextInt(5) == 0) {
        shelf.delete("k" + key);
        texts.set(key, List.of());
      } else {
        String text = someWords(random, 1 + random.nextInt(12));
        text("k" + key, text);
        texts.set(key, Arrays.asList(text.split(" ")));
      }
      if (i % 3 == 0) {
        List<String> expected = new ArrayList<>();
        List<Asked> asked =
            IntStream.rangeClosed(0, random.nextInt(3)).mapToObj(n -> Asked.any(random)).toList();
        for (int k = 0; k < texts.size(); k++) {
          List<String> text = texts.get(k);
          if (asked.stream().anyMatch(one -> !one.not())
              && asked.stream().allMatch(one -> one.isIn(text) != one.not())) {
            expected.add("k" + k);
          }
        }
        String typed = String.join(" ", asked.stream().map(Asked::typed).toList());
        assertThat(shelf.keys(search(typed)))
            .as("seed %d: %s", seed, typed)
            .containsExactlyInAnyOrderElementsOf(expected);
        assertThat(shelf.count(search(typed)))
            .as("seed %d: %s", seed, typed)
            .isEqualTo(expected.size());
      }
    }
  }

  private static String someWords(Random random, int count) {
    return String.join(
        " ", IntStream.range(0, count).mapToObj(i -> "word" + random.nextInt(25)).toList());
  }

  /** A word, some in a row, or the beginning of one. */
  private record Asked(List<String> words, boolean prefix, boolean not) {
    static Asked any(Random random) {
      int kind = random.nextInt(4);
      return new Asked(
          Arrays.asList(someWords(random, kind == 0 ? 2 : 1).split(" ")),
          kind == 1,
          random.nextInt(4) == 0);
    }

    boolean isIn(List<String> text) {
      for (int at = 0; at + words.size() <= text.size(); at++) {
        if (prefix
            ? text.get(at).startsWith(words.get(0))
            : text.subList(at, at + words.size()).equals(words)) {
          return true;
        }
      }
      return false;
    }

    String typed() {
      String text = String.join(" ", words);
      return (not ? "-" : "")
          + (words.size() > 1 ? "\"" + text + "\"" : prefix ? text + "*" : text);
    }
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
