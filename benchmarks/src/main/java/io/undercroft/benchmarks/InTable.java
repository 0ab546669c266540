package io.undercroft.benchmarks;

import java.nio.file.Path;

/** Who keeps films as JSON in a table. */
public enum InTable implements Side {
  UNDERCROFT("") {
    @Override
    Shelf<Film> filled(Engine engine, Path directory, TableWork work) throws Exception {
      FilmStorage storage = FilmStorage.inTable(engine, directory);
      return work.fill(
          new OurShelf<>(
              storage.films(),
              () -> {
                storage.films().clear();
                storage.close();
              }));
    }
  },

  RAW("JDBC on HikariCP, two columns, + Yasson") {
    @Override
    Shelf<Film> filled(Engine engine, Path directory, TableWork work) throws Exception {
      return work.fill(new FilmTable(engine, directory));
    }
  },

  JDBC_TEMPLATE("Spring's JdbcTemplate on HikariCP, two columns, + Yasson") {
    @Override
    Shelf<Film> filled(Engine engine, Path directory, TableWork work) throws Exception {
      return new JdbcTemplateFilms(work.fill(new FilmTable(engine, directory)));
    }
  },

  SPRING_DATA("a repository of Spring Data JDBC on HikariCP, two columns, + Yasson") {
    @Override
    Shelf<Film> filled(Engine engine, Path directory, TableWork work) throws Exception {
      return new SpringDataFilms(engine, work.fill(new FilmTable(engine, directory)));
    }
  };

  private final String is;

  InTable(String is) {
    this.is = is;
  }

  /** Returns a filled table, in this directory if the database is in files of ours. */
  abstract Shelf<Film> filled(Engine engine, Path directory, TableWork work) throws Exception;

  @Override
  public String is() {
    return is;
  }
}
