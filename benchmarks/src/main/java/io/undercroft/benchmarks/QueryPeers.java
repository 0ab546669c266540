package io.undercroft.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.dizitart.no2.Nitrite;
import org.dizitart.no2.collection.Document;
import org.dizitart.no2.collection.FindOptions;
import org.dizitart.no2.collection.NitriteCollection;
import org.dizitart.no2.common.SortOrder;
import org.dizitart.no2.filters.FluentFilter;
import org.dizitart.no2.index.IndexOptions;
import org.dizitart.no2.index.IndexType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The query of {@link IndexedQuery}, from memory, by other libraries. */
public class QueryPeers extends SideBySide {
  private static final int LIMIT = 10;

  /** A collection of Nitrite without an index; films are maps in it, and are made by Jackson. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls @Setup first
  public static class Collection {
    @Param("100000")
    public int keys;

    private final ObjectMapper mapper =
        JacksonJson.mapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private String[] directors;
    private Nitrite nitrite;
    NitriteCollection films;

    @Setup
    public void open() {
      directors = Films.directors(keys);
      nitrite = Nitrite.builder().openOrCreate();
      films = nitrite.getCollection("films");
      for (int i = 0; i < keys; i++) {
        films.insert(
            Document.createDocument(
                mapper.convertValue(Films.film(i), new TypeReference<Map<String, Object>>() {})));
      }
      ready();
    }

    /** The collection is filled. */
    void ready() {}

    @TearDown
    public void close() {
      nitrite.close();
    }

    List<Film> newest(Picks picks) {
      List<Film> found = new ArrayList<>(LIMIT);
      for (Document document :
          films.find(
              FluentFilter.where("director").eq(directors[picks.below(directors.length)]),
              FindOptions.orderBy("year", SortOrder.Descending).limit(LIMIT))) {
        found.add(mapper.convertValue(document, Film.class));
      }
      return found;
    }
  }

  /** The same with an index of both members. */
  @State(Scope.Benchmark)
  public static class IndexedCollection extends Collection {
    @Override
    void ready() {
      films.createIndex(IndexOptions.indexOptions(IndexType.NON_UNIQUE), "director", "year");
    }
  }

  /** SQLite without an index. */
  @State(Scope.Thread)
  public static class PlainSqlite extends IndexedQuery.Sqlite {
    @Override
    boolean isIndexed() {
      return false;
    }
  }

  @Benchmark
  public List<Film> nitrite(Collection collection, Picks picks) {
    return collection.newest(picks);
  }

  @Benchmark
  public List<Film> nitriteIndexed(IndexedCollection collection, Picks picks) {
    return collection.newest(picks);
  }

  @Benchmark
  public List<Film> sqlite(PlainSqlite sqlite, Picks picks) throws SQLException {
    return sqlite.films(picks);
  }
}
