package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.BareDriver;
import io.undercroft.spi.Indexes;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.testkit.Eventually;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of a storage: made, looked at, shared and read by a person. */
class SchemaTest {
  @TempDir Path temp;

  /**
   * An engine.
   *
   * @param url makes a URL of an empty directory
   */
  record Engine(String name, Function<Path, String> url) {
    Connection connect(Path temp) throws SQLException {
      String where = url.apply(temp);
      JdbcSettings settings = JdbcSettings.ofJdbc(Given.settings(new JdbcPlugin(), pairs(where)));
      return DriverSource.of(where, Dialect.ofUrl(where), settings).getConnection();
    }

    static String[] pairs(String url) {
      return url.startsWith("jdbc:postgresql")
          ? new String[] {"url", url, "user", "postgres"}
          : new String[] {"url", url};
    }

    String[] settings(Path temp, String... more) {
      List<String> all = new ArrayList<>(List.of(pairs(url.apply(temp))));
      all.addAll(List.of(more));
      return all.toArray(String[]::new);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Engine> engines() {
    return Stream.of(
        new Engine("SQLite", temp -> "jdbc:sqlite:" + temp.resolve("data.db")),
        new Engine("H2", temp -> "jdbc:h2:" + temp.resolve("data")),
        new Engine("PostgreSQL", temp -> PostgresServer.get().freshDatabase(temp)));
  }

  private static List<String> ask(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }

  private static void refused(Callable<?> opening, String words) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(opening::call)
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIG);
              assertThat(e.getMessage()).contains(words);
            });
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aPersonReadsTheTableWithSql(Engine engine) throws SQLException {
    try (Given given = new Given()) {
      Given.Store rooms = given.openNamed("movie-rooms", new JdbcPlugin(), engine.settings(temp));
      rooms.put("a", "{\"title\":\"Alien\"}");
      rooms.put("a", "{\"title\":\"Aliens\"}");
      try (Connection connection = engine.connect(temp)) {
        assertThat(ask(connection, "SELECT document FROM movie_rooms WHERE entry_key = 'a'"))
            .singleElement()
            .asString()
            .contains("Aliens");
        assertThat(ask(connection, "SELECT revision FROM movie_rooms")).containsExactly("2");
        assertThat(ask(connection, "SELECT storage FROM undercroft_tables"))
            .containsExactly("movie-rooms");
      }
    }
  }

  /** As PostgreSQL counts them: heap-only tuples, which it writes only if no index is concerned. */
  @Test
  void anOverwriteInPostgresConcernsNoIndex() throws SQLException {
    Engine engine = engines().filter(one -> one.name().equals("PostgreSQL")).findFirst().get();
    try (Given given = new Given()) {
      Given.Store rooms = given.openNamed("rooms", new JdbcPlugin(), engine.settings(temp));
      for (int i = 0; i <= 100; i++) {
        rooms.put("a", "{\"number\":" + i + "}");
      }
      rooms.close(); // whoever leaves hands in what it has counted
      try (Connection connection = engine.connect(temp)) {
        String counted = "SELECT n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'rooms'";
        Eventually.passes(
            () ->
                assertThat(Integer.parseInt(ask(connection, counted).get(0)))
                    .isGreaterThanOrEqualTo(95));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aTableThatIsNoneOfOursIsNotTouched(Engine engine) throws SQLException {
    try (Connection connection = engine.connect(temp);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE rooms (mine VARCHAR(10))");
    }
    try (Given given = new Given()) {
      refused(() -> given.open(new JdbcPlugin(), engine.settings(temp)), "none of Undercroft's");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aNewerFormatIsRefused(Engine engine) throws SQLException {
    try (Given given = new Given()) {
      given.open(new JdbcPlugin(), engine.settings(temp)).close();
      try (Connection connection = engine.connect(temp);
          Statement statement = connection.createStatement()) {
        statement.execute("UPDATE undercroft_tables SET format = 99");
      }
      refused(() -> given.open(new JdbcPlugin(), engine.settings(temp)), "format 99");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void namesThatMakeTheSameTableAreToldApart(Engine engine) {
    try (Given given = new Given()) {
      given.openNamed("a-b", new JdbcPlugin(), engine.settings(temp));
      refused(
          () -> given.openNamed("a_b", new JdbcPlugin(), engine.settings(temp)),
          "belongs to the storage 'a-b'");
      given.openNamed("a_b", new JdbcPlugin(), engine.settings(temp, "table", "other"));
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void validateLooksAndDoesNotTouch(Engine engine) throws SQLException {
    try (Given given = new Given()) {
      String[] validate = engine.settings(temp, "schema", "validate");
      refused(() -> given.open(new JdbcPlugin(), validate), "'schema' to create");
      given.open(new JdbcPlugin(), engine.settings(temp)).close();
      given.open(new JdbcPlugin(), validate).put("a", "1");
      given.open(new JdbcPlugin(), engine.settings(temp, "schema", "none")).put("a", "2");
      try (Connection connection = engine.connect(temp);
          Statement statement = connection.createStatement()) {
        statement.execute("ALTER TABLE rooms DROP COLUMN metadata");
      }
      refused(() -> given.open(new JdbcPlugin(), validate), "as it must be");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsWrittenByHandIsInATableThatNoStorageHas(Engine engine) {
    try (Given given = new Given()) {
      Given.Store rooms = given.open(new JdbcPlugin(), engine.settings(temp));
      Given.Store lookalike =
          given.openNamed("undercroft-raw-rooms", new JdbcPlugin(), engine.settings(temp));
      lookalike.put("a", "1");
      try (BareDriver driver = rooms.backend().bareDriver().orElseThrow()) {
        driver.set("a", new byte[] {2});
        assertThat(driver.description()).contains(engine.name());
      }
      assertThat(lookalike.get("a")).contains("1");
      rooms.close();
      Given.Store validated =
          given.open(new JdbcPlugin(), engine.settings(temp, "schema", "validate"));
      assertThat(validated.backend().bareDriver()).isEmpty(); // it is not to make tables
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void manyMayOpenANewStorageAtOnce(Engine engine) throws Exception {
    int rounds = engine.name().equals("SQLite") ? 20 : 1; // there it takes luck to see a mistake
    for (int round = 0; round < rounds; round++) {
      openAtOnce(engine, Files.createDirectory(temp.resolve("round-" + round)));
    }
  }

  private static void openAtOnce(Engine engine, Path place) throws Exception {
    int count = 6;
    CyclicBarrier start = new CyclicBarrier(count);
    ExecutorService threads = Executors.newFixedThreadPool(count);
    try (Given given = new Given()) {
      String[] settings = engine.settings(place);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String key = "key-" + i;
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return given.open(new JdbcPlugin(), settings).put(key, "1");
                }));
      }
      for (Future<?> each : all) {
        each.get();
      }
      assertThat(given.open(new JdbcPlugin(), settings).keyValue().size()).isEqualTo(count);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Of a large table it takes minutes; here, as long as somebody else writes to the table. */
  @Test
  void anIndexMayTakeLongerThanTheTimeout() throws Exception {
    Engine engine =
        engines().filter(one -> one.name().equals("PostgreSQL")).findFirst().orElseThrow();
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Given given = new Given()) {
      String[] settings = engine.settings(temp, "timeout", "1s"); // the driver's own is 5 s more
      Given.Store store = given.open(new JdbcPlugin(), settings);
      store.put("a", "{\"x\":1}");
      try (Connection writer = engine.connect(temp);
          Statement lock = writer.createStatement()) {
        writer.setAutoCommit(false);
        lock.execute("LOCK TABLE rooms IN ROW EXCLUSIVE MODE");
        Future<?> creating =
            thread.submit(
                () ->
                    store
                        .backend()
                        .facets()
                        .require(Indexes.class)
                        .create(IndexDefinition.ordered("by-x", Order.asc("x"))));
        assertThatExceptionOfType(TimeoutException.class)
            .isThrownBy(() -> creating.get(8, TimeUnit.SECONDS));
        writer.rollback();
        creating.get(30, TimeUnit.SECONDS);
      }
      assertThat(store.backend().facets().require(Indexes.class).list())
          .extracting(index -> index.definition().name())
          .containsExactly("by-x");
    } finally {
      thread.shutdownNow();
    }
  }
}
