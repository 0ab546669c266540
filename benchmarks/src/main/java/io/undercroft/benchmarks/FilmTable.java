package io.undercroft.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A table of two columns, key and document, by hand: JDBC, HikariCP and Yasson. */
final class FilmTable implements Shelf<Film> {
  static final String NAME = "raw";
  private static final int PAGE = 1_000;

  private final RawJson json = new RawJson(Layout.COMPACT);
  private final Engine engine;
  private final HikariDataSource pool;
  private final String get;
  private final String set;
  private final String newest;

  /** Opens an empty one, in this directory if the database is in files of ours. */
  FilmTable(Engine engine, Path directory) throws SQLException {
    this.engine = engine;
    pool = engine.pool(engine.url(directory, NAME));
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
  }

  HikariDataSource pool() {
    return pool;
  }

  RawJson json() {
    return json;
  }

  /** Returns the statement that reads a document by its key. */
  String reading() {
    return get;
  }

  /** Returns the statement that writes a key and a document over what is there. */
  String writing() {
    return set;
  }

  void index() throws SQLException {
    run(
        "CREATE INDEX raw_by_director ON raw (("
            + engine.member("director")
            + "), ("
            + engine.member("year")
            + ") DESC)");
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @Override
  public Film get(String key) throws SQLException {
    return films(get, key).get(0);
  }

  List<Film> newest(String director) throws SQLException {
    return films(newest, director);
  }

  private List<Film> films(String query, String argument) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setString(1, argument);
      List<Film> films = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          films.add(film(rows.getString(1)));
        }
      }
      return films;
    }
  }

  Film film(String document) {
    return json.decode(document.getBytes(StandardCharsets.UTF_8));
  }

  String document(Film film) {
    return new String(json.encode(film), StandardCharsets.UTF_8);
  }

  @Override
  public void set(String key, Film value) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(set)) {
      bind(statement, key, value);
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, String key, Film film) throws SQLException {
    statement.setString(1, key);
    statement.setString(2, document(film));
  }

  @Override
  public Map<String, Film> getMany(List<String> keys) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(engine.readingMany())) {
      engine.bindMany(statement, keys);
      Map<String, Film> films = new HashMap<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          films.put(rows.getString(1), film(rows.getString(2)));
        }
      }
      return films;
    }
  }

  @Override
  public void setMany(Map<String, Film> films) throws SQLException {
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

  @Override
  public void forEach(Consumer<? super Film> to) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      connection.setAutoCommit(false); // or PostgreSQL sends all at once
      try (Statement statement = connection.createStatement()) {
        statement.setFetchSize(PAGE);
        try (ResultSet rows = statement.executeQuery("SELECT document FROM raw")) {
          while (rows.next()) {
            to.accept(film(rows.getString(1)));
          }
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() throws SQLException {
    run("DROP TABLE raw");
    pool.close();
    json.close();
  }
}
