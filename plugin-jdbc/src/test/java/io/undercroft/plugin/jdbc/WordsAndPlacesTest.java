package io.undercroft.plugin.jdbc;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.plugin.jdbc.Given.Store;
import io.undercroft.runtime.query.Candidates;
import io.undercroft.runtime.query.CompleteQueries;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Indexes;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Queries;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Query;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Indexes beside the table: right for whoever writes, and while nobody has taken it in. */
class WordsAndPlacesTest {
  private static final IndexDefinition WORDS = IndexDefinition.fulltext("words", "text");
  private static final IndexDefinition PLACES = IndexDefinition.spatial("places", "at");
  private static final Condition WHALE = field("text").search("whale");
  private static final Condition CLOSE = field("at").near(7, 50, 1_000);
  private static final String HERE =
      "{\"text\":\"a whale\",\"at\":{\"type\":\"Point\",\"coordinates\":[7,50]}}";
  private static final String THERE =
      "{\"text\":\"a shark\",\"at\":{\"type\":\"Point\",\"coordinates\":[8,50]}}";

  private final Given given = new Given().withMeaning();
  @TempDir Path temp;

  /** An engine that keeps such indexes. */
  enum Engine {
    SQLITE,
    POSTGRES
  }

  private String url(Engine engine) {
    return engine == Engine.SQLITE
        ? "jdbc:sqlite:" + temp.resolve("data.db")
        : PostgresServer.get().freshDatabase(temp);
  }

  private Store open(Engine engine) {
    return engine == Engine.SQLITE
        ? given.open(new SqlitePlugin(), "database", temp.resolve("data.db").toString())
        : given.open(new JdbcPlugin(), "url", url(engine), "user", "postgres");
  }

  private Store indexed(Engine engine) {
    Store store = open(engine);
    store.backend().facets().require(Indexes.class).create(WORDS);
    store.backend().facets().require(Indexes.class).create(PLACES);
    return store;
  }

  private void byHand(Engine engine, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url(engine), "postgres", "");
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** What is left over is evaluated as the runtime does. */
  private List<String> keys(Facets facets, Condition where) {
    Queries complete =
        new CompleteQueries(
            facets.require(KeyValue.class),
            Candidates.of(facets.require(Queries.class)),
            Given.DOCUMENTS,
            given.clock());
    List<String> keys = new ArrayList<>();
    try (Cursor<Queries.Found> entries = complete.query(Query.where(where)).entries()) {
      for (List<Queries.Found> page = entries.next(); !page.isEmpty(); page = entries.next()) {
        page.forEach(found -> keys.add(found.key()));
      }
    }
    return keys;
  }

  private List<String> keys(Store store, Condition where) {
    return keys(store.backend().facets(), where);
  }

  private void assertBoth(Store store, String... keys) {
    assertThat(keys(store, WHALE)).containsExactly(keys);
    assertThat(keys(store, CLOSE)).containsExactly(keys);
  }

  @AfterEach
  void close() {
    given.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatAPersonWritesInSqlIsFoundEvenUnderTheSameVersion(Engine engine) throws SQLException {
    Store store = indexed(engine);
    store.put("a", HERE);
    store.put("b", THERE);
    assertBoth(store, "a");
    byHand(
        engine,
        "UPDATE rooms SET document = '" + HERE + "' WHERE entry_key = 'b'",
        "UPDATE rooms SET document = '" + THERE + "' WHERE entry_key = 'a'");
    assertBoth(store, "b");
    byHand(
        engine,
        "INSERT INTO rooms (entry_key, document, content_type, version, revision, created_micros,"
            + " updated_micros) VALUES ('c', '"
            + HERE
            + "', 'application/json', 'by-hand', 1, 1, 1)",
        "UPDATE rooms SET entry_key = 'd' WHERE entry_key = 'b'");
    assertBoth(store, "c", "d");
    byHand(engine, "DELETE FROM rooms");
    assertBoth(store);
    store.put("e", HERE);
    assertBoth(store, "e");
  }

  @ParameterizedTest
  @EnumSource
  void whatIsMarkedIsFoundWhileItCannotBeTakenIn(Engine engine) {
    Store store = indexed(engine);
    Store other = open(engine);
    for (int i = 0; i < 500; i++) {
      store.put("k" + i, i % 100 == 7 ? HERE : THERE);
    }
    try (Transactions.Handle writing = store.transactions().begin(TransactionOptions.defaults())) {
      writing.facets().require(KeyValue.class).put("own", Given.entry(HERE), Precondition.NONE);
      long begun = System.nanoTime();
      assertBoth(store, "k107", "k207", "k307", "k407", "k7");
      assertThat(Duration.ofNanos(System.nanoTime() - begun))
          .as("nobody waits for those who write")
          .isLessThan(Duration.ofSeconds(8));
      assertThat(keys(writing.facets(), WHALE))
          .containsExactlyInAnyOrder("own", "k107", "k207", "k307", "k407", "k7");
      assertThat(keys(writing.facets(), CLOSE))
          .containsExactly("k107", "k207", "k307", "k407", "k7", "own");
    }
    assertBoth(other, "k107", "k207", "k307", "k407", "k7");
    assertBoth(store, "k107", "k207", "k307", "k407", "k7");
  }

  @ParameterizedTest
  @EnumSource
  void anotherProcessUsesAnIndexAndMissesItWhenItIsGone(Engine engine) {
    Store store = open(engine);
    Store other = open(engine);
    other.put("a", HERE);
    store.backend().facets().require(Indexes.class).create(WORDS);
    assertThat(keys(other, WHALE)).containsExactly("a");
    other.put("b", HERE);
    assertThat(keys(store, WHALE)).containsExactly("a", "b");
    assertThat(store.backend().facets().require(Indexes.class).drop("words")).isTrue();
    Queries.Answer left = other.backend().facets().require(Queries.class).query(Query.where(WHALE));
    assertThat(left.residual()).contains(WHALE);
    other.put("c", HERE);
    store.backend().facets().require(Indexes.class).create(WORDS);
    assertThat(keys(other, WHALE)).containsExactly("a", "b", "c");
  }

  @ParameterizedTest
  @EnumSource
  void whatTheEngineDoesNotSeeIntoHasItsWordsAndPlacesToo(Engine engine) {
    Store store = indexed(engine);
    store.put("unseen", HERE.replace("{\"text", "{\"n\":-0,\"text"));
    store.put("seen", HERE);
    assertBoth(store, "seen", "unseen");
  }

  @ParameterizedTest
  @EnumSource
  void aValueThatCannotBeReadFailsTheSearchAndIsNamed(Engine engine) {
    Store store = indexed(engine);
    store.put("good", HERE);
    store.put("bad", "{\"text\":");
    for (Condition asked : List.of(WHALE, CLOSE)) {
      assertThatThrownBy(() -> keys(store, asked))
          .as("%s", asked)
          .isInstanceOfSatisfying(
              StorageException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.SERIALIZATION_FAILED))
          .hasMessageContaining("'bad'");
    }
    assertThat(store.backend().facets().require(Indexes.class).list()).hasSize(2);
    store.keyValue().delete("bad", Precondition.NONE);
    assertBoth(store, "good");
  }

  @ParameterizedTest
  @EnumSource
  void theEngineLooksIntoItsIndexAndNotAtEveryRow(Engine engine) throws SQLException {
    Store store = indexed(engine);
    Map<String, NewEntry> all = new HashMap<>();
    for (int i = 0; i < 5_000; i++) {
      all.put(
          "k" + i,
          Given.entry(
              "{\"text\":\"number n"
                  + i
                  + "\",\"at\":{\"type\":\"Point\",\"coordinates\":["
                  + i / 50.0
                  + ","
                  + i % 80
                  + "]}}"));
    }
    store.batch().putMany(all);
    assertThat(keys(store, field("text").search("n4711"))).containsExactly("k4711");
    assertThat(keys(store, field("at").near(94.22, 71, 1_000))).containsExactly("k4711");
    if (engine == Engine.POSTGRES) {
      byHand(engine, "ANALYZE");
    }
    Queries queries = store.backend().facets().require(Queries.class);
    for (Condition asked :
        List.of(field("text").search("n4711"), field("at").near(94.22, 71, 1_000))) {
      assertThat(queries.explain(Query.where(asked)).plan())
          .as("%s", asked)
          .anyMatch(line -> line.matches(".*(_held.* VIRTUAL TABLE INDEX|Index Scan.*_held).*"))
          .noneMatch(line -> line.matches(".*(Seq Scan on rooms|SCAN (rooms|t)$).*"));
    }
  }

  @Test
  void withoutTheRuntimeNobodySaysWhatAWordIsAndTheKindIsRefused() {
    try (Given bare = new Given()) {
      Store store = bare.open(new SqlitePlugin(), "database", temp.resolve("bare.db").toString());
      assertThatThrownBy(() -> store.backend().facets().require(Indexes.class).create(WORDS))
          .isInstanceOfSatisfying(
              StorageException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNSUPPORTED))
          .hasMessageContaining("FULLTEXT")
          .hasMessageContaining("words");
    }
  }
}
