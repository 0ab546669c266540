package io.undercroft.benchmarks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The ten newest films of a director, from memory: with an index that has the order, without one,
 * and by a loop over objects as one would write it by hand.
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

    @Setup
    public void open() {
      storage = FilmStorage.inMemory();
      storage.fill(keys);
      films = storage.films().indexed();
      directors = directors(keys);
      ready();
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
      directors = directors(keys);
    }
  }

  private static String[] directors(int keys) {
    return Arrays.stream(Films.films(Math.min(keys, 500)))
        .map(Film::director)
        .distinct()
        .toArray(String[]::new);
  }

  @Benchmark
  public List<Film> indexed(Indexed indexed, Picks picks) {
    return indexed.films.findMany(indexed.query(picks));
  }

  @Benchmark
  public List<Film> scan(Stored stored, Picks picks) {
    return stored.films.findMany(stored.query(picks));
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
