package io.undercroft.testkit;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.spi.Commit;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** {@link IndexedStorage}, whether the engine keeps the indexes or the runtime does. */
interface IndexContract extends Contract {
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
  default void theValuesOfAnExpiredEntryAreFree() {
    IndexedStorage<Map<String, Object>> books = books();
    books.clear();
    books.createIndex(IndexDefinition.ordered("one-author", Order.asc("author")).asUnique());
    books.set("a", book("Alice", 1), SetOptions.expiresIn(Duration.ofMinutes(1)));
    Expect.failure(ErrorCode.DUPLICATE_KEY, () -> books.set("b", book("Alice", 2)));
    subject().clock().advance(Duration.ofMinutes(1));
    books.set("b", book("Alice", 2));
    assertThat(keys(books, Query.where(field("author").eq("Alice")))).containsExactly("b");
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
    IndexedStorage<Map<String, Object>> again = subject().storage(IndexStage.DOCUMENT).indexed();
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
  default void aKindThatIsNotKeptIsRefusedByNameAndNothingIsLeftOfIt() {
    IndexStage stage = new IndexStage(books());
    Map<IndexDefinition, Condition> asked =
        Map.of(
            IndexDefinition.ordered("o", Order.asc("author")),
            field("author").eq("Author 3"),
            IndexDefinition.hash("h", "author"),
            field("author").eq("Author 3"),
            IndexDefinition.fulltext("f", "author"),
            field("author").search("3"),
            IndexDefinition.spatial("s", "at"),
            field("at").near(7, 50, 1));
    asked.forEach(
        (index, where) -> {
          boolean kept = stage.keeps(index);
          subject()
              .plugin()
              .indexes()
              .ifPresent(declared -> assertThat(kept).isEqualTo(declared.contains(index.type())));
          assertThat(stage.storage().dropIndex(index.name())).isEqualTo(kept);
          assertThat(stage.storage().listIndexes()).isEmpty();
          if (where instanceof Condition.Comparison one
              && (one.operator() == Operator.SEARCH || one.operator() == Operator.NEAR)) {
            stage.refused(ErrorCode.UNSUPPORTED, where);
          } else {
            assertThat(stage.count(where)).isEqualTo(10);
          }
        });
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
              List<String> paged = new IndexStage(books).paged(queries.get(i).limit(3 + i));
              assertThat(paged.stream().filter(key -> key.startsWith("book ")))
                  .as("%s", queries.get(i))
                  .containsExactlyElementsOf(whole.get(i));
            }
          } finally {
            over.set(true);
          }
        });
  }

  private IndexedStorage<Map<String, Object>> books() {
    Map<String, Map<String, Object>> all = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      Map<String, Object> one = book("Author " + i % 10, 1900 + i);
      one.put("title", "Title " + i);
      one.put("tags", i % 3 == 0 ? List.of("a", "b") : List.of("c"));
      all.put("book " + i, one);
    }
    IndexedStorage<Map<String, Object>> indexed = IndexStage.of(subject()).storage();
    indexed.setMany(all);
    return indexed;
  }

  private static Map<String, Object> book(String author, int year) {
    Map<String, Object> book = new HashMap<>();
    book.put("author", author);
    book.put("year", year);
    return book;
  }

  private static List<String> keys(IndexedStorage<Map<String, Object>> storage, Query query) {
    return new IndexStage(storage).sortedKeys(query);
  }
}
