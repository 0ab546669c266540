package io.undercroft.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A table by hand, full of films, with an index of two members. */
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
  private FilmTable table;

  @Setup
  public void open() throws IOException, SQLException {
    names = Films.keys(keys);
    values = Films.films(VALUES);
    directors = Films.directors(keys);
    scratch = Scratch.create();
    table = new FilmTable(engine, scratch.directory());
    Map<String, Film> films = new HashMap<>();
    for (int i = 0; i < keys; i++) {
      films.put(names[i], Films.film(i));
    }
    table.setMany(films);
    table.index();
  }

  @TearDown
  public void close() throws IOException, SQLException {
    table.close();
    scratch.close();
  }

  void set(Picks picks) throws SQLException {
    table.set(names[picks.key(keys)], values[picks.below(VALUES)]);
  }

  void setMany(Picks picks, int count) throws SQLException {
    Map<String, Film> films = new HashMap<>();
    int first = picks.below(keys);
    for (int i = 0; i < count; i++) {
      films.put(names[(first + i) % keys], values[picks.below(VALUES)]);
    }
    table.setMany(films);
  }

  List<Film> newest(Picks picks) throws SQLException {
    return table.newest(directors[picks.below(directors.length)]);
  }
}
