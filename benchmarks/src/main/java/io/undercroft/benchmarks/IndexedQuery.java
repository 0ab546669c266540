package io.undercroft.benchmarks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Facets;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.Layer;
import io.undercroft.spi.Queries;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The ten newest films of a director, from memory: with an index that has the order, without one,
 * by SQLite, by a loop over the stored JSON that reads two fields of each, and by one over objects,
 * as one would write them by hand.
 */
public class IndexedQuery extends SideBySide {
  private static final int LIMIT = 10;

  /** A storage of the type memory, without an index. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Stored {
    @Param("100000")
    public int keys;

    private String[] directors;
    private FilmStorage storage;
    IndexedStorage<Film> films;
    private Queries queries;

    @Setup
    public void open() {
      Facets[] facets = {Facets.none()};
      storage = FilmStorage.inMemory(Map.of(), looking(facets));
      queries = facets[0].require(Queries.class);
      storage.fill(keys);
      films = storage.films().indexed();
      directors = Films.directors(keys);
      ready();
    }

    Queries queries() {
      return queries;
    }

    /** The storage is filled. */
    void ready() {}

    Query query(Picks picks) {
      return Query.where(field("director").eq(directors[picks.below(directors.length)]))
          .orderBy(Order.desc("year"))
          .limit(LIMIT);
    }

    @TearDown
    public void close() {
      storage.close();
    }
  }

  /** The same with an index. */
  @State(Scope.Benchmark)
  public static class Indexed extends Stored {
    @Override
    void ready() {
      films.createIndex(
          IndexDefinition.ordered("by-director", Order.asc("director"), Order.desc("year")));
      Query query = Query.where(field("director").eq("nobody")).orderBy(Order.desc("year"));
      if (films.explain(query.limit(LIMIT)).indexes().isEmpty()) {
        throw new IllegalStateException("the index is not used");
      }
    }
  }

  /** The films as objects. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Objects {
    @Param("100000")
    public int keys;

    private Film[] films;
    private String[] directors;

    @Setup
    public void make() {
      films = Films.films(keys);
      directors = Films.directors(keys);
    }
  }

  /** The bytes that the storage keeps of the films, in a map. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Texts {
    @Param("100000")
    public int keys;

    private final Map<String, byte[]> map = new ConcurrentHashMap<>();
    private final FilmStreams streams = new FilmStreams();
    private final JsonParserFactory parsers = JsonProvider.provider().createParserFactory(null);
    private String[] directors;
    private RawJson json;

    @Setup
    public void open() {
      json = new RawJson(Layout.COMPACT);
      Facets[] facets = {Facets.none()};
      try (FilmStorage storage = FilmStorage.inMemory(Map.of(), looking(facets))) {
        storage.fill(keys);
        try (Cursor<KeyedEntry> all = facets[0].require(KeyValue.class).scan("", 1_000)) {
          for (List<KeyedEntry> page = all.next(); !page.isEmpty(); page = all.next()) {
            page.forEach(one -> map.put(one.key(), one.entry().value()));
          }
        }
      }
      directors = Films.directors(keys);
    }

    @TearDown
    public void close() {
      json.close();
    }

    private List<Film> newest(Picks picks, BiFunction<byte[], String, OptionalInt> year) {
      String director = directors[picks.below(directors.length)];
      PriorityQueue<Newest> best = new PriorityQueue<>(Comparator.comparingInt(Newest::year));
      for (Map.Entry<String, byte[]> text : map.entrySet()) {
        OptionalInt found = year.apply(text.getValue(), director);
        if (found.isPresent()) {
          best.add(new Newest(found.getAsInt(), text.getKey()));
          if (best.size() > LIMIT) {
            best.remove();
          }
        }
      }
      return best.stream()
          .sorted(Comparator.comparingInt(Newest::year).reversed())
          .map(newest -> film(newest.key()))
          .toList();
    }

    private Film film(String key) {
      byte[] text = map.get(key);
      if (text == null) {
        throw new IllegalStateException("a film is missing");
      }
      return json.decode(text);
    }

    /** Returns the film's year if it is the director's, reading no further than the two fields. */
    private OptionalInt year(byte[] text, String director) {
      try (JsonParser parser =
          parsers.createParser(new StringReader(new String(text, StandardCharsets.UTF_8)))) {
        parser.next();
        boolean his = false;
        OptionalInt year = OptionalInt.empty();
        while (parser.next() == JsonParser.Event.KEY_NAME) {
          String name = parser.getString();
          switch (parser.next()) {
            case START_OBJECT -> parser.skipObject();
            case START_ARRAY -> parser.skipArray();
            default -> {
              if (name.equals("director")) {
                if (!parser.getString().equals(director)) {
                  return OptionalInt.empty();
                }
                his = true;
              } else if (name.equals("year")) {
                year = OptionalInt.of(parser.getInt());
              }
              if (his && year.isPresent()) {
                return year;
              }
            }
          }
        }
        return OptionalInt.empty();
      }
    }
  }

  /** The same bytes in SQLite, in memory, with an index of expressions that has the order. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Sqlite {
    @Param("100000")
    public int keys;

    private String[] directors;
    private RawJson json;
    private Connection connection;
    private PreparedStatement newest;

    @Setup
    public void open() throws SQLException {
      json = new RawJson(Layout.COMPACT);
      directors = Films.directors(keys);
      connection = DriverManager.getConnection("jdbc:sqlite::memory:");
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE film (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID");
      }
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO film VALUES (?, ?)")) {
        for (int i = 0; i < keys; i++) {
          insert.setString(1, Films.key(i));
          insert.setString(2, new String(json.encode(Films.film(i)), StandardCharsets.UTF_8));
          insert.addBatch();
        }
        insert.executeBatch();
      }
      if (isIndexed()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              "CREATE INDEX by_director ON film (value ->> '$.director', value ->> '$.year' DESC)");
        }
      }
      connection.commit();
      newest =
          connection.prepareStatement(
              "SELECT value FROM film WHERE value ->> '$.director' = ?"
                  + " ORDER BY value ->> '$.year' DESC LIMIT "
                  + LIMIT);
    }

    boolean isIndexed() {
      return true;
    }

    List<Film> films(Picks picks) throws SQLException {
      return newest(picks).stream().map(json::decode).toList();
    }

    private List<byte[]> newest(Picks picks) throws SQLException {
      newest.setString(1, directors[picks.below(directors.length)]);
      List<byte[]> found = new ArrayList<>(LIMIT);
      try (ResultSet rows = newest.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getBytes(1));
        }
      }
      return found;
    }

    @TearDown
    public void close() throws SQLException {
      connection.close();
      json.close();
    }
  }

  private record Newest(int year, String key) {}

  /** Returns a layer that changes nothing and leaves in the array what is below it. */
  private static Layer looking(Facets[] facets) {
    return below -> {
      facets[0] = below;
      return below;
    };
  }

  @Benchmark
  public List<Film> indexed(Indexed indexed, Picks picks) {
    return indexed.films.findMany(indexed.query(picks));
  }

  /** As they are stored, without making objects of them. */
  @Benchmark
  public List<byte[]> indexedBytes(Indexed indexed, Picks picks) {
    List<byte[]> found = new ArrayList<>(LIMIT);
    try (Cursor<Queries.Found> entries = indexed.queries().query(indexed.query(picks)).entries()) {
      for (List<Queries.Found> page = entries.next(); !page.isEmpty(); page = entries.next()) {
        page.forEach(one -> found.add(one.entry().value()));
      }
    }
    return found;
  }

  @Benchmark
  public List<Film> sqlite(Sqlite sqlite, Picks picks) throws SQLException {
    return sqlite.films(picks);
  }

  @Benchmark
  public List<byte[]> sqliteBytes(Sqlite sqlite, Picks picks) throws SQLException {
    return sqlite.newest(picks);
  }

  @Benchmark
  public List<Film> scan(Stored stored, Picks picks) {
    return stored.films.findMany(stored.query(picks));
  }

  @Benchmark
  public List<Film> loopOverJson(Texts texts, Picks picks) {
    return texts.newest(picks, texts::year);
  }

  /** The same by Jackson. */
  @Benchmark
  public List<Film> loopOverTokens(Texts texts, Picks picks) {
    return texts.newest(picks, texts.streams::year);
  }

  @Benchmark
  public List<Film> loop(Objects objects, Picks picks) {
    String director = objects.directors[picks.below(objects.directors.length)];
    return Arrays.stream(objects.films)
        .filter(film -> film.director().equals(director))
        .sorted(Comparator.comparingInt(Film::year).reversed())
        .limit(LIMIT)
        .toList();
  }
}
