package io.undercroft.testkit;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.spi.Commit;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link IndexedStorage}, whether the engine keeps the indexes or the runtime does. */
interface IndexContract extends Contract {
  /** What the documents are. */
  TypeRef<Map<String, Object>> DOCUMENT = new TypeRef<>() {};

  /** Two fields, of which the second goes the other way. */
  IndexDefinition BY_AUTHOR =
      IndexDefinition.ordered("by-author", Order.asc("author"), Order.desc("year"));

  @Test
  default void anIndexIsCreatedListedAndDropped() {
    IndexedStorage<Map<String, Object>> books = books();
    assertThat(books.listIndexes()).isEmpty();
    books.createIndex(BY_AUTHOR);
    books.createIndex(BY_AUTHOR);
    assertThat(books.listIndexes())
        .extracting(IndexInfo::definition, IndexInfo::building)
        .containsExactly(tuple(BY_AUTHOR, false));
    StorageException e =
        Expect.failure(
            ErrorCode.INVALID_QUERY,
            () -> books.createIndex(IndexDefinition.hash("by-author", "author")));
    assertThat(e.getMessage()).contains("by-author");
    assertThat(books.dropIndex("by-author")).isTrue();
    assertThat(books.dropIndex("by-author")).isFalse();
    assertThat(books.listIndexes()).isEmpty();
  }

  @Test
  default void aQueryFindsTheSameWithAnIndexAndWithoutOne() {
    IndexedStorage<Map<String, Object>> books = books();
    List<Query> queries =
        List.of(
            Query.where(field("author").eq("Author 3")),
            Query.where(field("author").in("Author 3", "Author 7", "nobody")),
            Query.where(field("author").gt("Author 8")),
            Query.where(field("author").eq("Author 3").and(field("year").lt(1950))),
            Query.where(field("author").eq("Author 3")).orderBy(Order.asc("year")).limit(3),
            Query.where(field("author").eq("Author 3")).orderBy(Order.desc("year")).limit(3),
            Query.where(field("tags").eq("b")).limit(7),
            Query.where(new Condition.Comparison("author", Operator.EQ, Optional.empty())),
            Query.where(field("author").eq("Author 3").not()).limit(5),
            Query.all().orderBy(Order.desc("author"), Order.asc("year")).limit(4).offset(2));
    List<List<String>> without = queries.stream().map(query -> keys(books, query)).toList();
    books.createIndex(BY_AUTHOR);
    books.createIndex(IndexDefinition.hash("by-tag", "tags"));
    for (int i = 0; i < queries.size(); i++) {
      assertThat(keys(books, queries.get(i))).as("%s", queries.get(i)).isEqualTo(without.get(i));
      assertThat(books.count(queries.get(i))).isEqualTo(countByScan(books, queries.get(i)));
    }
  }

  private static long countByScan(Storage<Map<String, Object>> books, Query query) {
    Query everything = query.where().map(Query::where).orElse(Query.all());
    return keys(books.indexed(), everything).size();
  }

  @Test
  default void whatIsWrittenAfterwardsIsFound() {
    IndexedStorage<Map<String, Object>> books = books();
    books.createIndex(BY_AUTHOR);
    Query mine = Query.where(field("author").eq("me"));
    assertThat(keys(books, mine)).isEmpty();
    books.set("new", book("me", 2001));
    books.setMany(Map.of("newer", book("me", 2002), "book 0", book("me", 2003)));
    assertThat(keys(books, mine)).containsExactly("book 0", "new", "newer");
    books.set("new", book("you", 2001));
    books.delete("newer");
    assertThat(keys(books, mine)).containsExactly("book 0");
    books.clear();
    assertThat(keys(books, mine)).isEmpty();
    books.set("new", book("me", 2001));
    assertThat(keys(books, mine)).containsExactly("new");
  }

  @Test
  default void explainNamesTheIndexAndTheFewEntriesThatAreLookedAt() {
    IndexedStorage<Map<String, Object>> books = books();
    Condition byAuthor = field("author").eq("Author 3");
    Query query = Query.where(byAuthor).orderBy(Order.desc("year")).limit(2);
    assertThat(books.explain(query).indexes()).isEmpty();
    books.createIndex(BY_AUTHOR);
    Explanation explained = books.explain(query);
    assertThat(explained.indexes()).containsExactly("by-author");
    assertThat(explained.pushedDown()).isPresent();
    assertThat(explained.residual()).isEmpty();
    explained.examined().ifPresent(examined -> assertThat(examined).isLessThanOrEqualTo(10));
  }

  @Test
  default void anIndexCountsHowOftenItWasOfUse() {
    IndexedStorage<Map<String, Object>> books = books();
    books.createIndex(BY_AUTHOR);
    assertThat(keys(books, Query.where(field("author").eq("Author 3")))).hasSize(10);
    IndexInfo info = books.listIndexes().get(0);
    assertThat(info.hits()).isPositive();
    assertThat(info.entries()).isEqualTo(100);
  }

  @Test
  default void aUniqueIndexRefusesASecondEntryAndNothingIsChanged() {
    IndexedStorage<Map<String, Object>> books = books();
    books.clear();
    books.createIndex(IndexDefinition.ordered("one-author", Order.asc("author")).asUnique());
    books.set("a", book("Alice", 1));
    books.set("b", book("Bob", 1));
    books.set("a", book("Alice", 2));
    StorageException e =
        Expect.failure(ErrorCode.DUPLICATE_KEY, () -> books.set("c", book("Alice", 3)));
    assertThat(e.getMessage()).contains("one-author");
    Expect.failure(ErrorCode.DUPLICATE_KEY, () -> books.set("b", book("Alice", 3)));
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () -> books.setMany(Map.of("c", book("Carol", 1), "d", book("Carol", 2))));
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () -> books.setMany(Map.of("c", book("Carol", 1), "d", book("Bob", 2))));
    assertThat(books.keys()).containsExactlyInAnyOrder("a", "b");
    assertThat(books.get("a").orElseThrow().get("author")).isEqualTo("Alice");
    assertThat(books.get("b").orElseThrow().get("author")).isEqualTo("Bob");
    books.delete("a");
    books.set("c", book("Alice", 3));
    assertThat(keys(books, Query.where(field("author").eq("Alice")))).containsExactly("c");
  }

  @Test
  default void anAtomicBatchThatBreaksAUniqueIndexDoesNothing() {
    Assumptions.assumeTrue(subject().pluginOffers(Commit.class), "the plugin has no Commit");
    IndexedStorage<Map<String, Object>> books = books();
    books.clear();
    books.createIndex(IndexDefinition.ordered("one-author", Order.asc("author")).asUnique());
    books.set("a", book("Alice", 1));
    books.set("b", book("Bob", 1));
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () ->
            books.batch(
                List.of(
                    Operation.set("c", book("Carol", 1)), Operation.set("d", book("Alice", 1)))));
    assertThat(books.keys()).containsExactlyInAnyOrder("a", "b");
    books.batch(List.of(Operation.set("a", book("Bob", 2)), Operation.set("b", book("Alice", 2))));
    assertThat(keys(books, Query.where(field("author").eq("Alice")))).containsExactly("b");
    books.batch(List.of(Operation.delete("a"), Operation.set("e", book("Bob", 3))));
    assertThat(keys(books, Query.where(field("author").eq("Bob")))).containsExactly("e");
  }

  @Test
  default void aUniqueIndexIsNotCreatedOverWhatBreaksIt() {
    IndexedStorage<Map<String, Object>> books = books();
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () ->
            books.createIndex(
                IndexDefinition.ordered("one-author", Order.asc("author")).asUnique()));
    assertThat(books.listIndexes()).isEmpty();
    books.set("more", book("Author 3", 1));
  }

  @Test
  default void oneOfManyWritersGetsAUniqueValue() {
    IndexedStorage<Map<String, Object>> books = books();
    books.clear();
    books.createIndex(IndexDefinition.ordered("one-author", Order.asc("author")).asUnique());
    int rounds = subject().scaled(50);
    for (int i = 0; i < rounds; i++) {
      String author = "author " + i;
      Race.run(
          4,
          runner -> {
            try {
              books.set(author + " by " + runner, book(author, runner));
            } catch (StorageException e) {
              assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
            }
          });
      assertThat(keys(books, Query.where(field("author").eq(author)))).hasSize(1);
    }
    assertThat(books.size()).isEqualTo(rounds);
  }

  @Test
  default void indexesAreThereAfterReopening() {
    subject().needsPersistence();
    IndexedStorage<Map<String, Object>> books = books();
    books.createIndex(BY_AUTHOR);
    books.createIndex(IndexDefinition.ordered("one-title", Order.asc("title")).asUnique());
    subject().reopen();
    IndexedStorage<Map<String, Object>> again = subject().storage(DOCUMENT).indexed();
    assertThat(again.listIndexes())
        .extracting(info -> info.definition().name())
        .containsExactlyInAnyOrder("by-author", "one-title");
    Expect.failure(ErrorCode.DUPLICATE_KEY, () -> again.set("new", Map.of("title", "Title 7")));
    Query query = Query.where(field("author").eq("Author 3"));
    assertThat(keys(again, query)).hasSize(10);
    assertThat(again.explain(query).indexes()).containsExactly("by-author");
  }

  @Test
  default void aSearchOrAnAreaWithoutItsIndexIsRefusedAndSaysHowToCreateOne() {
    IndexedStorage<Map<String, Object>> books = books();
    StorageException e =
        Expect.failure(
            ErrorCode.UNSUPPORTED, () -> keys(books, Query.where(field("title").search("x"))));
    assertThat(e.getMessage()).contains("title", "fulltext", "create");
    e =
        Expect.failure(
            ErrorCode.UNSUPPORTED, () -> keys(books, Query.where(field("at").near(7, 50, 1))));
    assertThat(e.getMessage()).contains("at", "spatial", "create");
  }

  @Test
  default void aSearchFindsWordsTheBestFirst() {
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.fulltext("words", "text"));
    books.set("a", Map.of("text", "The whale is a large animal, which lives in the sea"));
    books.set("b", Map.of("text", "Whale, whale!"));
    books.set("c", Map.of("text", List.of("large sea", "a whale of a time")));
    books.set("d", Map.of("text", 7));
    Query whales = Query.where(field("text").search("whale"));
    List<QueryResult<Map<String, Object>>> found = results(books, whales);
    assertThat(found).extracting(QueryResult::key).containsExactlyInAnyOrder("a", "b", "c");
    assertThat(found.get(0).key()).isEqualTo("b");
    assertThat(found)
        .extracting(result -> result.score().orElseThrow())
        .isSortedAccordingTo((left, right) -> Double.compare(right, left));
    assertThat(books.count(whales)).isEqualTo(3);
    assertThat(keys(books, Query.where(field("text").search("LARGE sea"))))
        .containsExactly("a", "c");
    assertThat(keys(books, Query.where(field("text").search("\"large sea\""))))
        .containsExactly("c");
    assertThat(keys(books, Query.where(field("text").search("whale -sea")))).containsExactly("b");
    assertThat(keys(books, Query.where(field("text").search("anim*")))).containsExactly("a");
    assertThat(keys(books, Query.where(field("text").search("whale").and(field("text").ne("x")))))
        .hasSize(3);
    assertThat(keys(books, whales.orderBy(Order.desc("text")).limit(2)))
        .as("arrays after texts")
        .containsExactly("c", "b");
    assertThat(books.explain(whales).indexes()).containsExactly("words");
  }

  @Test
  default void pagesOfASearchFitTogether() {
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.fulltext("words", "title"));
    assertThat(paged(books, Query.where(field("title").search("title")).limit(13)))
        .hasSize(100)
        .doesNotHaveDuplicates()
        .isSorted();
  }

  @Test
  default void pagesOfAnOrderFitTogetherWhileOtherEntriesComeAndGo() {
    IndexedStorage<Map<String, Object>> books = books();
    List<Query> queries =
        List.of(
            Query.all().orderBy(Order.asc("author"), Order.desc("year")),
            Query.all().orderBy(Order.desc("author"), Order.asc("year")),
            Query.all().orderBy(Order.desc("author")),
            Query.where(field("author").in("Author 2", "Author 5")).orderBy(Order.desc("year")),
            Query.where(field("author").eq("Author 3")));
    List<List<String>> whole = queries.stream().map(query -> keys(books, query)).toList();
    books.createIndex(BY_AUTHOR);
    AtomicBoolean over = new AtomicBoolean();
    Race.run(
        2,
        runner -> {
          if (runner == 0) {
            for (int i = 0; i == 0 || !over.get(); i++) {
              books.set("other " + i % 40, book("Author " + i * 7 % 10, 1_900 + i * 37 % 100));
              books.delete("other " + i * 11 % 40);
            }
            return;
          }
          try {
            for (int i = 0; i < queries.size(); i++) {
              List<String> paged = paged(books, queries.get(i).limit(3 + i));
              assertThat(paged.stream().filter(key -> key.startsWith("book ")))
                  .as("%s", queries.get(i))
                  .containsExactlyElementsOf(whole.get(i));
            }
          } finally {
            over.set(true);
          }
        });
  }

  /** Returns the keys of all pages, each of which goes on where the one before ended. */
  private static List<String> paged(IndexedStorage<Map<String, Object>> storage, Query first) {
    List<String> keys = new ArrayList<>();
    for (List<QueryResult<Map<String, Object>>> page = results(storage, first);
        !page.isEmpty();
        page = results(storage, first.after(page.get(page.size() - 1).cursor()))) {
      page.forEach(result -> keys.add(result.key()));
    }
    return keys;
  }

  @Test
  default void whatIsNearIsFoundTheNearestFirst() {
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.spatial("places", "at"));
    books.set("Bonn", place(7.0998, 50.7339));
    books.set("Köln", place(6.9599, 50.9383));
    books.set("Suva", place(178.4419, -18.1416));
    books.set("nowhere", Map.of("at", "Köln"));
    Query close = Query.where(field("at").near(7, 50.92, 30_000));
    assertThat(results(books, close)).extracting(QueryResult::key).containsExactly("Köln", "Bonn");
    assertThat(keys(books, close.limit(1))).containsExactly("Köln");
    assertThat(books.count(close)).isEqualTo(2);
    assertThat(keys(books, Query.where(field("at").near(-179, -18.1, 300_000))))
        .as("over the date line")
        .containsExactly("Suva");
    List<List<Double>> ring =
        List.of(List.of(7.0, 50.0), List.of(8.0, 50.0), List.of(8.0, 52.0), List.of(7.0, 50.0));
    assertThat(keys(books, Query.where(field("at").within(List.of(ring))))).isEmpty();
    List<List<Double>> larger =
        List.of(List.of(6.0, 50.0), List.of(8.0, 50.0), List.of(7.0, 52.0), List.of(6.0, 50.0));
    Query inside = Query.where(field("at").within(List.of(larger)));
    assertThat(keys(books, inside)).containsExactlyInAnyOrder("Bonn", "Köln");
    assertThat(books.explain(inside).indexes()).containsExactly("places");
    assertThat(books.explain(close).indexes()).containsExactly("places");
  }

  @Test
  default void wordsAndPlacesFollowEveryWrite() {
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.fulltext("words", "text"));
    create(books, IndexDefinition.spatial("places", "at"));
    Query words = Query.where(field("text").search("whale"));
    Query places = Query.where(field("at").near(7, 50, 1_000));
    Map<String, Object> here = new HashMap<>(place(7, 50));
    here.put("text", "a whale");
    Map<String, Object> there = new HashMap<>(place(8, 50));
    there.put("text", "a shark");
    List<Written> steps =
        List.of(
            new Written(() -> books.set("a", here), List.of("a")),
            new Written(() -> books.setMany(Map.of("b", here, "c", there)), List.of("a", "b")),
            new Written(() -> books.set("a", there), List.of("b")),
            new Written(() -> books.set("c", here), List.of("b", "c")),
            new Written(() -> books.deleteMany(List.of("b")), List.of("c")),
            new Written(() -> books.update("a", now -> Optional.of(here)), List.of("a", "c")),
            new Written(() -> books.delete("c"), List.of("a")),
            new Written(books::clear, List.of()),
            new Written(() -> books.set("d", here), List.of("d")));
    for (Written step : steps) {
      step.write().run();
      assertThat(keys(books, words)).isEqualTo(step.found());
      assertThat(keys(books, places)).isEqualTo(step.found());
      assertThat(books.count(words)).isEqualTo(step.found().size());
      assertThat(books.count(places)).isEqualTo(step.found().size());
    }
  }

  /**
   * A write, and what is found after it.
   *
   * @param found the keys, by name
   */
  record Written(Runnable write, List<String> found) {}

  @Test
  default void wordsAndPlacesFollowAnAtomicBatchAndOneThatFails() {
    Assumptions.assumeTrue(subject().pluginOffers(Commit.class), "the plugin has no Commit");
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.fulltext("words", "text"));
    create(books, IndexDefinition.spatial("places", "at"));
    create(books, IndexDefinition.ordered("one-n", Order.asc("n")).asUnique().asSparse());
    Map<String, Object> one = new HashMap<>(place(7, 50));
    one.put("text", "a whale");
    one.put("n", 1);
    Query words = Query.where(field("text").search("whale"));
    Query places = Query.where(field("at").near(7, 50, 1_000));
    books.batch(List.of(Operation.set("a", one), Operation.delete("book 1")));
    assertThat(keys(books, words)).containsExactly("a");
    Expect.failure(
        ErrorCode.DUPLICATE_KEY,
        () ->
            books.batch(
                List.of(Operation.delete("a"), Operation.set("b", one), Operation.set("c", one))));
    assertThat(keys(books, words)).containsExactly("a");
    assertThat(keys(books, places)).containsExactly("a");
    books.batch(List.of(Operation.delete("a"), Operation.set("b", one)));
    assertThat(keys(books, words)).containsExactly("b");
    assertThat(keys(books, places)).containsExactly("b");
  }

  @Test
  default void wordsAndPlacesAreThereAfterReopening() {
    subject().needsPersistence();
    IndexedStorage<Map<String, Object>> books = books();
    create(books, IndexDefinition.fulltext("words", "title"));
    create(books, IndexDefinition.spatial("places", "at"));
    books.set("Bonn", place(7.0998, 50.7339));
    subject().reopen();
    IndexedStorage<Map<String, Object>> again = subject().storage(DOCUMENT).indexed();
    assertThat(keys(again, Query.where(field("title").search("7")))).containsExactly("book 7");
    again.set("new", Map.of("title", "7 again"));
    assertThat(keys(again, Query.where(field("title").search("7"))))
        .containsExactly("book 7", "new");
    assertThat(keys(again, Query.where(field("at").near(7, 50.7, 50_000)))).containsExactly("Bonn");
  }

  /** Creates an index; where its kind is not kept, that is said by name, and the test is left. */
  private static void create(IndexedStorage<?> storage, IndexDefinition index) {
    try {
      storage.createIndex(index);
    } catch (StorageException e) {
      if (e.code() != ErrorCode.UNSUPPORTED) {
        throw e;
      }
      assertThat(e.getMessage()).contains(index.name(), index.type().name());
      Assumptions.abort("indexes of the kind " + index.type() + " are not kept");
    }
  }

  private static Map<String, Object> place(double longitude, double latitude) {
    return Map.of("at", Map.of("type", "Point", "coordinates", List.of(longitude, latitude)));
  }

  private static List<QueryResult<Map<String, Object>>> results(
      IndexedStorage<Map<String, Object>> storage, Query query) {
    try (Stream<QueryResult<Map<String, Object>>> results = storage.query(query)) {
      return results.toList();
    }
  }

  private IndexedStorage<Map<String, Object>> books() {
    Storage<Map<String, Object>> storage = subject().storage(DOCUMENT);
    Assumptions.assumeTrue(
        storage.supports(IndexedStorage.class), () -> subject().id() + " has no indexes");
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Object> one = book("Author " + i % 10, 1900 + i);
      one.put("title", "Title " + i);
      one.put("tags", i % 3 == 0 ? List.of("a", "b") : List.of("c"));
      all.put("book " + i, one);
    }
    IndexedStorage<Map<String, Object>> indexed = storage.indexed();
    indexed.setMany(all);
    return indexed;
  }

  private static Map<String, Object> book(String author, int year) {
    Map<String, Object> book = new HashMap<>();
    book.put("author", author);
    book.put("year", year);
    return book;
  }

  /** Returns the keys found, in the query's order, or by name where it has none. */
  private static List<String> keys(IndexedStorage<Map<String, Object>> storage, Query query) {
    List<String> keys;
    try (Stream<QueryResult<Map<String, Object>>> results = storage.query(query)) {
      keys = new ArrayList<>(results.map(QueryResult::key).toList());
    }
    if (query.order().isEmpty()) {
      keys.sort(null);
    }
    return keys;
  }
}
