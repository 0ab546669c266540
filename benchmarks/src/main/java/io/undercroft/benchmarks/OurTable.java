package io.undercroft.benchmarks;

import static io.undercroft.storage.query.Field.field;

import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A storage of the type jdbc, full of films, with an index of two members. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls @Setup first
public class OurTable {
  private static final int VALUES = 1_024;

  @Param("10000")
  public int keys;

  @Param({"SQLITE", "POSTGRESQL"})
  public Engine engine;

  private String[] names;
  private String[] directors;
  private Film[] values;
  private Scratch scratch;
  private FilmStorage storage;

  @Setup
  public void open() throws IOException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    directors = Films.directors(keys);
    scratch = Scratch.create();
    storage = FilmStorage.inTable(engine, scratch.directory());
    storage.fillAtOnce(keys);
    index();
  }

  private void index() {
    IndexedStorage<Film> films = storage.films().indexed();
    films.createIndex(
        IndexDefinition.ordered("by-director", Order.asc("director"), Order.desc("year")));
    if (films.explain(newest(directors[0])).indexes().isEmpty()) {
      throw new IllegalStateException("the index is not used");
    }
  }

  @TearDown
  public void close() throws IOException {
    storage.films().clear();
    storage.close();
    scratch.close();
  }

  private static Query newest(String director) {
    return Query.where(field("director").eq(director)).orderBy(Order.desc("year")).limit(10);
  }

  void set(Picks picks) {
    storage.films().set(names[picks.key(keys)], values[picks.below(VALUES)]);
  }

  void setMany(Picks picks, int count) {
    Map<String, Film> films = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      films.put(names[(first + i) % keys], values[picks.below(VALUES)]);
    }
    storage.films().batched().setMany(films);
  }

  List<Film> newest(Picks picks) {
    return storage.films().indexed().findMany(newest(directors[picks.below(directors.length)]));
  }
}
