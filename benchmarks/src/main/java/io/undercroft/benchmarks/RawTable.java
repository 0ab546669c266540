package io.undercroft.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A table of two columns, key and document, by hand: JDBC, HikariCP and Yasson. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class RawTable {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  @Param({"SQLITE", "POSTGRESQL"})
  public Engine engine;

  private String[] names;
  private String[] directors;
  private Film[] values;
  private Scratch scratch;
  private RawJson json;
  private HikariDataSource pool;
  private String get;
  private String set;
  private String newest;
  private boolean isIndexed;

  @Setup
  public void open() throws IOException, SQLException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    directors = Films.directors(keys);
    scratch = Scratch.create();
    json = new RawJson(Layout.COMPACT);
    pool = engine.pool(engine.url(scratch.directory(), "raw"));
    get = "SELECT document FROM raw WHERE entry_key = ?";
    set =
        "INSERT INTO raw VALUES (?, "
            + engine.document()
            + ") ON CONFLICT (entry_key) DO UPDATE SET document = excluded.document";
    newest =
        "SELECT document FROM raw WHERE "
            + engine.member("director")
            + " = ? ORDER BY "
            + engine.member("year")
            + " DESC LIMIT 10";
    String type = engine == Engine.POSTGRESQL ? "jsonb" : "TEXT";
    run(
        "DROP TABLE IF EXISTS raw",
        "CREATE TABLE raw (entry_key TEXT PRIMARY KEY, document " + type + ")");
    Map<String, Film> films = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      films.put(names[i], Films.film(i));
    }
    setMany(films);
  }

  private void index() throws SQLException {
    if (isIndexed) {
      return;
    }
    run(
        "CREATE INDEX raw_by_director ON raw (("
            + engine.member("director")
            + "), ("
            + engine.member("year")
            + ") DESC)");
    isIndexed = true;
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @TearDown
  public void close() throws IOException, SQLException {
    run("DROP TABLE raw");
    pool.close();
    json.close();
    scratch.close();
  }

  Film get(Picks picks) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(get)) {
      statement.setString(1, names[picks.below(keys)]);
      return films(statement).get(0);
    }
  }

  private List<Film> films(PreparedStatement statement) throws SQLException {
    List<Film> films = new ArrayList<>();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        films.add(json.decode(rows.getString(1).getBytes(StandardCharsets.UTF_8)));
      }
    }
    return films;
  }

  void set(Picks picks) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(set)) {
      bind(statement, names[picks.below(keys)], values[picks.below(VALUES)]);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, String key, Film film) throws SQLException {
    statement.setString(1, key);
    statement.setString(2, new String(json.encode(film), StandardCharsets.UTF_8));
  }

  void setWithIndex(Picks picks) throws SQLException {
    index();
    set(picks);
  }

  void setManyWithIndex(Picks picks, int count) throws SQLException {
    index();
    setMany(picks, count);
  }

  void setMany(Picks picks, int count) throws SQLException {
    Map<String, Film> films = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      films.put(names[(first + i) % keys], values[picks.below(VALUES)]);
    }
    setMany(films);
  }

  private void setMany(Map<String, Film> films) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(set)) {
        for (Map.Entry<String, Film> each : films.entrySet()) {
          bind(statement, each.getKey(), each.getValue());
          statement.addBatch();
        }
        statement.executeBatch();
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  List<Film> newest(Picks picks) throws SQLException {
    index();
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(newest)) {
      statement.setString(1, directors[picks.below(directors.length)]);
      return films(statement);
    }
  }
}
