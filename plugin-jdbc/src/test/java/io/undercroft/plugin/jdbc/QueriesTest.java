package io.undercroft.plugin.jdbc;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.undercroft.plugin.jdbc.Given.Store;
import io.undercroft.spi.Changes;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Queries and indexes in the engine. */
class QueriesTest {
  final Given given = new Given();
  @TempDir Path temp;

  /** An engine that answers queries. */
  enum Engine {
    SQLITE,
    POSTGRES,
    MARIADB
  }

  static Stream<Engine> engines() {
    return Stream.of(Engine.SQLITE, Engine.POSTGRES);
  }

  Store open(Engine engine) {
    return engine == Engine.SQLITE
        ? given.open(new SqlitePlugin(), "database", temp.resolve("data.db").toString())
        : given.open(
            new JdbcPlugin(), "url", PostgresServer.get().freshDatabase(temp), "user", "postgres");
  }

  /** Names of fields that the engine finds. */
  List<String> names() {
    return HostileTexts.ALL;
  }

  static Queries queries(Store store) {
    return store.backend().facets().require(Queries.class);
  }

  static Indexes indexes(Store store) {
    return store.backend().facets().require(Indexes.class);
  }

  private static List<Queries.Found> found(Queries.Answer answer) {
    List<Queries.Found> found = new ArrayList<>();
    try (Cursor<Queries.Found> entries = answer.entries()) {
      for (List<Queries.Found> page = entries.next(); !page.isEmpty(); page = entries.next()) {
        found.addAll(page);
      }
    }
    return found;
  }

  static List<String> keys(Queries.Answer answer) {
    return found(answer).stream().map(Queries.Found::key).toList();
  }

  private static String member(String name, String json) {
    return JsonTexts.of(Map.of(name, "#")).replace("\"#\"", json);
  }

  @AfterEach
  void close() {
    given.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void noNameOfAFieldIsTakenForAnythingElse(Engine engine) {
    Store store = open(engine);
    List<String> names = names();
    for (int i = 0; i < names.size(); i++) {
      store.put("k" + i, member(names.get(i), "7"));
    }
    for (int i = 0; i < names.size(); i++) {
      Query query = Query.where(field(names.get(i)).eq(7));
      Queries.Answer answer = queries(store).query(query);
      assertThat(answer.residual()).as(names.get(i)).isEmpty();
      assertThat(keys(answer)).as(names.get(i)).containsExactly("k" + i);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anIndexOverAnyNameIsUsedAndFindsItsOwn(Engine engine) {
    Store store = open(engine);
    Map<String, NewEntry> all = new HashMap<>();
    List<String> names = names();
    for (String name : names) {
      for (int i = 0; i < 50; i++) {
        all.put(names.indexOf(name) + " " + i, Given.entry(member(name, "\"it's " + i + "\"")));
      }
    }
    store.batch().putMany(all);
    for (String name : names) {
      indexes(store).create(IndexDefinition.ordered("by-name", Order.asc(name)));
      Query query = Query.where(field(name).eq("it's 7"));
      assertThat(keys(queries(store).query(query))).containsExactly(names.indexOf(name) + " 7");
      assertThat(queries(store).explain(query).indexes()).as(name).containsExactly("by-name");
      assertThat(indexes(store).drop("by-name")).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void ofWhatItCannotSeeIntoTheEngineIsUnsure(Engine engine) {
    Store store = open(engine);
    store.put("seen", "{\"a\":1}");
    store.put("other", "{\"a\":2}");
    Query query = Query.where(field("a").eq(1));
    assertThat(queries(store).query(query).residual()).isEmpty();
    assertThat(queries(store).count(query.where())).hasValue(1);
    assertThat(queries(store).explain(query).plan())
        .contains("no row is out of the engine's sight");
    store.put("unseen", "{\"a\":1,\"b\":1e400}");
    Queries.Answer answer = queries(store).query(query);
    assertThat(answer.residual()).isEmpty();
    assertThat(found(answer))
        .extracting(Queries.Found::key, Queries.Found::unsure)
        .containsExactly(tuple("seen", false), tuple("unseen", true));
    assertThat(queries(store).count(query.where())).isEmpty();
    Explanation explained = queries(store).explain(query);
    assertThat(explained.pushedDown()).isEqualTo(query.where());
    assertThat(explained.residual()).isEmpty();
    assertThat(explained.plan())
        .contains("1 row is out of the engine's sight, and looked at besides");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void onlyWhatIsSaidExactlyIsPushedDown(Engine engine) {
    Store store = open(engine);
    store.put("a", "{\"n\":1,\"t\":\"abc\"}");
    Query query = Query.where(field("n").eq(1).and(field("t").regex("a(b|c)+")));
    Explanation explained = queries(store).explain(query);
    assertThat(explained.pushedDown()).isPresent();
    assertThat(explained.residual()).isPresent();
    assertThat(explained.plan()).isNotEmpty();
    Query not = Query.where(field("n").eq(1).and(field("t").regex("a(b|c)+")).not());
    assertThat(queries(store).explain(not).pushedDown()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void equalityAndOrderAreOneReadOfAnIndex(Engine engine) {
    Store store = open(engine);
    Map<String, NewEntry> all = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      all.put("k" + i, Given.entry("{\"author\":\"a" + i % 50 + "\",\"year\":" + i + "}"));
    }
    store.batch().putMany(all);
    indexes(store).create(IndexDefinition.ordered("by", Order.asc("author"), Order.desc("year")));
    Query query = Query.where(field("author").eq("a7")).orderBy(Order.desc("year")).limit(3);
    Queries.Answer answer = queries(store).query(query);
    assertThat(answer.ordered()).isTrue();
    assertThat(answer.residual()).isEmpty();
    assertThat(keys(answer)).containsExactly("k4957", "k4907", "k4857");
    Explanation explained = queries(store).explain(query);
    assertThat(explained.indexes()).containsExactly("by");
    assertThat(explained.orderPushedDown()).isTrue();
    assertThat(explained.plan())
        .anyMatch(line -> line.contains("rooms_index_1 ") || line.endsWith("rooms_index_1"))
        .noneMatch(line -> line.matches(".*(Seq Scan|Sort|SCAN rooms$|TEMP B-TREE).*"));
    store.put("odd", "{\"author\":[\"a7\",\"b\"],\"year\":99999}");
    Queries.Answer both = queries(store).query(query);
    assertThat(both.ordered()).isFalse();
    assertThat(both.residual()).isEmpty();
    assertThat(found(both))
        .extracting(Queries.Found::key, Queries.Found::unsure)
        .containsExactly(
            tuple("k4957", false),
            tuple("k4907", false),
            tuple("k4857", false),
            tuple("odd", true));
    assertThat(queries(store).explain(query).plan())
        .contains("1 row is odd to the index, and looked at besides");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatBecomesUnseenWhileAQueryIsReadIsNotLost(Engine engine) {
    Store store = open(engine);
    Map<String, NewEntry> all = new HashMap<>();
    for (int i = 1_000; i < 2_000; i++) {
      all.put("k" + i, Given.entry("{\"a\":1}"));
    }
    store.batch().putMany(all);
    Queries.Answer answer = queries(store).query(Query.where(field("a").eq(1)));
    List<Queries.Found> found = new ArrayList<>(answer.entries().next());
    store.put("k1999", "{\"a\":1,\"b\":-0}");
    found.addAll(found(answer));
    assertThat(answer.residual()).isEmpty();
    assertThat(found).hasSize(1_000);
    assertThat(found)
        .filteredOn(Queries.Found::unsure)
        .extracting(Queries.Found::key)
        .containsExactly("k1999");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theFirstFewOfAnOrderAreSortedInTheEngine(Engine engine) {
    Store store = open(engine);
    Map<String, NewEntry> all = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      String author = "\"author\":\"" + "long ".repeat(50) + i % 7 + "\"";
      all.put("k" + i, Given.entry("{" + author + ",\"year\":" + i + "}"));
    }
    store.batch().putMany(all);
    Query query =
        Query.where(field("year").lt(900))
            .orderBy(Order.asc("author"), Order.desc("year"))
            .limit(2)
            .offset(1);
    Queries.Answer answer = queries(store).query(query);
    assertThat(answer.ordered()).isTrue();
    assertThat(keys(answer)).containsExactly("k896", "k889", "k882");
    assertThat(queries(store).explain(query).orderPushedDown()).isTrue();
    // What has no place in an order of columns is handed out beside, until it is too much.
    for (int i = 0; i < 99; i++) {
      store.put("odd" + i, "{\"author\":[],\"year\":" + i + "}");
    }
    store.put("out", "{\"author\":[],\"year\":900}");
    Queries.Answer beside = queries(store).query(query);
    assertThat(beside.ordered()).isFalse();
    assertThat(keys(beside)).hasSize(102).contains("k896", "odd98").doesNotContain("out");
    store.put("odd99", "{\"author\":[],\"year\":1}");
    assertThat(keys(queries(store).query(query))).hasSize(1_000);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anotherProcessSeesAnIndexAndIsHeldToIt(Engine engine) {
    Store store = open(engine);
    Store other = open(engine);
    IndexDefinition unique = IndexDefinition.hash("one", "a").asUnique();
    indexes(store).create(unique);
    assertThat(indexes(other).list()).extracting(info -> info.definition()).containsExactly(unique);
    store.put("k", "{\"a\":1}");
    assertThatThrownBy(() -> other.put("l", "{\"a\":1.0}"))
        .isInstanceOfSatisfying(
            StorageException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_KEY);
              assertThat(e.getMessage()).contains("'one'");
            });
    assertThat(other.get("l")).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsPastItsDeadlineIsNotFoundByAnyWay(Engine engine) {
    Store store = open(engine);
    store.keyValue().put("brief", given.brief("{\"a\":1}"), Precondition.NONE);
    store.put("k", "{\"a\":1}");
    Query query = Query.where(field("a").eq(1));
    assertThat(keys(queries(store).query(query))).containsExactly("brief", "k");
    given.clock().advance(Duration.ofSeconds(61));
    assertThat(keys(queries(store).query(query))).containsExactly("k");
    assertThat(queries(store).count(query.where())).hasValue(1);
    indexes(store).create(IndexDefinition.hash("by", "a"));
    assertThat(keys(queries(store).query(query))).containsExactly("k");
    assertThat(queries(store).count(query.where())).hasValue(1);
  }

  /** What is past its deadline is removed before, and whoever watches is told at the commit. */
  @ParameterizedTest
  @MethodSource("engines")
  void aUniqueIndexIsMadeWhileSomebodyWatchesWhatHasExpired(Engine engine) {
    Store store = open(engine);
    Subscription watching =
        store.backend().facets().require(Changes.class).subscribe(Optional.empty(), change -> {});
    for (String key : List.of("first", "second")) {
      store.keyValue().put(key, given.brief("{\"a\":1}"), Precondition.NONE);
    }
    given.clock().advance(Duration.ofSeconds(61));
    indexes(store).create(IndexDefinition.hash("by", "a").asUnique());
    assertThat(indexes(store).list()).hasSize(1);
    watching.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void twoEntriesChangePlacesUnderAUniqueIndexInOneWrite(Engine engine) {
    Store store = open(engine);
    store.put("a", "{\"a\":1}");
    store.put("b", "{\"a\":2}");
    indexes(store).create(IndexDefinition.hash("one", "a").asUnique());
    store.batch().putMany(Map.of("a", Given.entry("{\"a\":2}"), "b", Given.entry("{\"a\":1}")));
    assertThat(keys(queries(store).query(Query.where(field("a").eq(1))))).containsExactly("b");
    assertThat(keys(queries(store).query(Query.where(field("a").eq(2))))).containsExactly("a");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theValueOfAnEntryPastItsDeadlineIsFree(Engine engine) {
    Store store = open(engine);
    indexes(store).create(IndexDefinition.hash("one", "a").asUnique());
    store.keyValue().put("brief", given.brief("{\"a\":1}"), Precondition.NONE);
    assertThatThrownBy(() -> store.put("k", "{\"a\":1}"))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DUPLICATE_KEY));
    given.clock().advance(Duration.ofSeconds(61));
    store.put("k", "{\"a\":1}");
    assertThat(keys(queries(store).query(Query.where(field("a").eq(1))))).containsExactly("k");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void theValueOfAnEntryPastItsDeadlineIsFreeInATransaction(Engine engine) {
    Store store = open(engine);
    indexes(store).create(IndexDefinition.hash("one", "a").asUnique());
    store.keyValue().put("brief", given.brief("{\"a\":1}"), Precondition.NONE);
    given.clock().advance(Duration.ofSeconds(61));
    try (Transactions.Handle tx = store.transactions().begin(TransactionOptions.defaults())) {
      tx.facets().require(KeyValue.class).put("k", Given.entry("{\"a\":1}"), Precondition.NONE);
      tx.commit();
    }
    assertThat(keys(queries(store).query(Query.where(field("a").eq(1))))).containsExactly("k");
  }
}
