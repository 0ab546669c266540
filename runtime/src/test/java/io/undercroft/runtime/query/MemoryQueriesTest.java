package io.undercroft.runtime.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Support;
import io.undercroft.storage.TypeRef;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries as an application asks them, over a backend that knows nothing of queries. */
class MemoryQueriesTest {
  private final Moment clock = new Moment();
  private final Undercroft undercroft = open();

  /** What is stored. */
  public record Book(String title, String author, int year, List<String> tags) {}

  /** A clock that goes when it is told to. */
  private static final class Moment extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private Undercroft open(String... settings) {
    Undercroft.Builder builder =
        Undercroft.builder()
            .withoutAmbientConfig()
            .clock(clock)
            .set("storages.books.type", "memory");
    for (int i = 0; i < settings.length; i += 2) {
      builder.set("storages.books." + settings[i], settings[i + 1]);
    }
    return builder.open();
  }

  @AfterEach
  void close() {
    undercroft.close();
  }

  private QueryableStorage<Book> books() {
    return shelf(undercroft);
  }

  private static QueryableStorage<Book> shelf(Undercroft from) {
    QueryableStorage<Book> books = from.storage("books", Book.class).queryable();
    books.set("emma", new Book("Emma", "Austen", 1815, List.of("novel", "love")));
    books.set("persuasion", new Book("Persuasion", "Austen", 1817, List.of("novel")));
    books.set("faust", new Book("Faust", "Goethe", 1808, List.of("play")));
    books.set("werther", new Book("Werther", "Goethe", 1774, List.of("novel", "letters")));
    books.set("moby", new Book("Moby-Dick", "Melville", 1851, List.of()));
    return books;
  }

  private static List<String> keys(Stream<? extends QueryResult<?>> results) {
    try (results) {
      return results.map(QueryResult::key).toList();
    }
  }

  private static StorageException failure(ErrorCode code, ThrowingCallable call) {
    StorageException failure = catchThrowableOfType(StorageException.class, call);
    assertThat(failure).as("a StorageException with %s", code).isNotNull();
    assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
    return failure;
  }

  @Test
  void everyStorageIsQueryableByEmulation() {
    Storage<Book> books = books();
    assertThat(books.supports(QueryableStorage.class)).isTrue();
    assertThat(books.info().capabilities()).containsEntry("QueryableStorage", Support.EMULATED);
    assertThat(books.info().layers().toString()).contains("Queries");
  }

  @Test
  void nativeOnlyLeavesQueriesOut() {
    try (Undercroft strict = open("emulation", "native-only")) {
      Storage<Book> books = strict.storage("books", Book.class);
      assertThat(books.supports(QueryableStorage.class)).isFalse();
      assertThat(failure(ErrorCode.UNSUPPORTED, books::queryable).getMessage())
          .contains("QueryableStorage");
    }
  }

  @Test
  void whatMatchesIsFound() {
    QueryableStorage<Book> books = books();
    Query austen = Query.where(field("author").eq("Austen"));
    assertThat(keys(books.query(austen))).containsExactlyInAnyOrder("emma", "persuasion");
    assertThat(books.count(austen)).isEqualTo(2);
    assertThat(books.count(Query.all())).isEqualTo(5);
    assertThat(books.findMany(Query.where(field("tags").eq("novel").and(field("year").lt(1800)))))
        .extracting(Book::title)
        .containsExactly("Werther");
    assertThat(books.findOne(austen.orderBy(Order.desc("year"))))
        .map(Book::title)
        .contains("Persuasion");
    assertThat(books.findOne(Query.where(field("author").eq("Nobody")))).isEmpty();
  }

  @Test
  void resultsAreOrderedAndTiesGoByKey() {
    QueryableStorage<Book> books = books();
    assertThat(keys(books.query(Query.all().orderBy(Order.asc("author")))))
        .containsExactly("emma", "persuasion", "faust", "werther", "moby");
    assertThat(keys(books.query(Query.all().orderBy(Order.desc("author"), Order.asc("year")))))
        .containsExactly("moby", "werther", "faust", "emma", "persuasion");
    assertThat(keys(books.query(Query.all().orderBy(Order.asc("year")).offset(1).limit(2))))
        .containsExactly("faust", "emma");
    assertThat(keys(books.query(Query.all().orderBy(Order.asc("tags")).limit(3))))
        .containsExactly("moby", "persuasion", "werther");
    assertThat(keys(books.query(Query.all().orderBy(Order.asc("year")).limit(0)))).isEmpty();
    assertThat(keys(books.query(Query.all().orderBy(Order.asc("year")).offset(9)))).isEmpty();
  }

  @Test
  void aPageWithoutAnOrderIsByKey() {
    QueryableStorage<Book> books = books();
    assertThat(keys(books.query(Query.all().limit(3)))).containsExactly("emma", "faust", "moby");
    assertThat(keys(books.query(Query.all().offset(3)))).containsExactly("persuasion", "werther");
    assertThat(keys(books.query(Query.all())))
        .containsExactlyInAnyOrder("emma", "faust", "moby", "persuasion", "werther");
  }

  @Test
  void onlyTheSelectedFieldsComeBack() {
    QueryableStorage<Book> books = books();
    Query query = Query.where(field("year").eq(1815)).select("title", "tags");
    assertThat(books.findMany(query))
        .containsExactly(new Book("Emma", null, 0, List.of("novel", "love")));
    QueryableStorage<Map<String, Object>> maps =
        undercroft.storage("books", new TypeRef<Map<String, Object>>() {}).queryable();
    maps.set("deep", Map.of("a", List.of(Map.of("b", 1, "c", 2), 7), "d", Map.of("e", 1)));
    assertThat(maps.findMany(Query.where(field("a.b").eq(1)).select("a.b", "d.x", "none")))
        .containsExactly(
            Map.of("a", List.of(Map.of("b", new java.math.BigDecimal(1))), "d", Map.of()));
  }

  @Test
  void metadataComesAlong() {
    QueryableStorage<Book> books = books();
    books.set(
        "cain", new Book("Cain", "Byron", 1821, List.of()), SetOptions.metadata("shelf", "7"));
    try (Stream<QueryResult<Book>> found =
        books.query(Query.where(field("author").eq("Byron")).select("title"))) {
      QueryResult<Book> result = found.findFirst().orElseThrow();
      assertThat(result.metadata()).containsExactly(Map.entry("shelf", "7"));
      assertThat(result.score()).isEmpty();
      assertThat(result.value().title()).isEqualTo("Cain");
    }
  }

  @Test
  void whatHasExpiredIsNeverSeen() {
    QueryableStorage<Book> books = books();
    books.set(
        "brief",
        new Book("Brief", "Austen", 1816, List.of()),
        SetOptions.expiresIn(Duration.ofMinutes(1)));
    Query austen = Query.where(field("author").eq("Austen"));
    assertThat(books.count(austen)).isEqualTo(3);
    try (Stream<QueryResult<Book>> under = books.query(austen.orderBy(Order.asc("year")))) {
      clock.now = clock.now.plusSeconds(60);
      assertThat(under.map(QueryResult::key)).containsExactly("emma", "persuasion");
    }
    assertThat(books.count(austen)).isEqualTo(2);
    assertThat(books.count(Query.all())).isEqualTo(5);
    assertThat(books.findMany(austen)).hasSize(2);
  }

  @Test
  void queriesAreAskedAsynchronouslyToo() {
    QueryableStorage<Book> books = books();
    Query austen = Query.where(field("author").eq("Austen"));
    assertThat(books.async().count(austen).toCompletableFuture().join()).isEqualTo(2);
    assertThat(books.async().findMany(austen).toCompletableFuture().join()).hasSize(2);
  }

  @Test
  void valuesThatAreNoObjectsHaveNoFields() {
    QueryableStorage<String> texts = undercroft.storage("books", String.class).queryable();
    texts.set("a", "one");
    texts.set("b", "two");
    assertThat(texts.count(Query.where(field("x").exists()))).isZero();
    assertThat(texts.findMany(Query.where(field("x").missing()).orderBy(Order.desc("x"))))
        .containsExactly("one", "two");
    assertThat(texts.findMany(Query.all().limit(1).select("x"))).containsExactly("one");
  }

  @ParameterizedTest
  @CsvSource({"json,gzip", "msgpack,none", "msgpack,zstd"})
  void formatAndCompressionDoNotMatter(String format, String compression) {
    try (Undercroft other = open("format", format, "compression", compression)) {
      QueryableStorage<Book> books = shelf(other);
      assertThat(
              keys(
                  books.query(
                      Query.where(field("tags").in("play", "love"))
                          .orderBy(Order.asc("year"))
                          .select("title"))))
          .containsExactly("faust", "emma");
    }
  }

  @Test
  void pagesFitTogetherWhileEntriesComeAndGo() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    BatchStorage<Book> storage = undercroft.storage("books", Book.class).batched();
    Set<String> stable = new HashSet<>();
    for (int i = 0; i < 300; i++) {
      storage.set("stable-" + i, new Book("t", "a" + random.nextInt(5), 1, List.of()));
      stable.add("stable-" + i);
    }
    Query query = Query.all().orderBy(Order.desc("author")).limit(17);
    List<String> seen = new ArrayList<>();
    List<String> authors = new ArrayList<>();
    String cursor = "";
    while (true) {
      Query page = cursor.isEmpty() ? query : query.after(cursor);
      List<QueryResult<Book>> results;
      try (Stream<QueryResult<Book>> found = storage.queryable().query(page)) {
        results = found.toList();
      }
      if (results.isEmpty()) {
        break;
      }
      for (QueryResult<Book> result : results) {
        seen.add(result.key());
        authors.add(result.value().author());
      }
      QueryResult<Book> last = results.get(results.size() - 1);
      cursor = last.cursor();
      for (int i = 0; i < 5; i++) {
        storage.set(
            "moving-" + random.nextInt(100), new Book("t", "a" + random.nextInt(5), 1, List.of()));
        storage.delete("moving-" + random.nextInt(100));
      }
      if (last.key().startsWith("moving-")) {
        storage.delete(last.key()); // the place stays, whatever stood there
      }
    }
    assertThat(seen.stream().filter(stable::contains))
        .as("seed %d", seed)
        .doesNotHaveDuplicates()
        .hasSize(300);
    assertThat(authors).as("seed %d", seed).isSortedAccordingTo((a, b) -> b.compareTo(a));
  }

  @Test
  void aCursorOfAnotherOrderIsRefused() {
    QueryableStorage<Book> books = books();
    String cursor;
    try (Stream<QueryResult<Book>> found = books.query(Query.all().orderBy(Order.asc("year")))) {
      cursor = found.findFirst().orElseThrow().cursor();
    }
    for (Query query :
        List.of(
            Query.all().after(cursor),
            Query.all().orderBy(Order.desc("year")).after(cursor),
            Query.all().orderBy(Order.asc("title")).after(cursor))) {
      assertThat(failure(ErrorCode.INVALID_QUERY, () -> keys(books.query(query))).getMessage())
          .contains("belongs to another order");
    }
    for (String broken : List.of("", "?", "e30", cursor.substring(1), "ä")) {
      failure(ErrorCode.INVALID_QUERY, () -> keys(books.query(Query.all().after(broken))));
    }
  }

  @Test
  void anOperatorThatNeedsAnIndexSaysSo() {
    QueryableStorage<Book> books = books();
    assertThat(
            failure(
                    ErrorCode.UNSUPPORTED,
                    () -> books.findMany(Query.where(field("title").search("emma"))))
                .getMessage())
        .contains("fulltext index", "'title'");
    assertThat(
            failure(
                    ErrorCode.UNSUPPORTED,
                    () -> books.count(Query.where(field("place").near(7, 50, 100))))
                .getMessage())
        .contains("spatial index", "'place'");
  }
}
