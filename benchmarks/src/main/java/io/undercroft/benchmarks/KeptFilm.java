package io.undercroft.benchmarks;

import java.time.LocalDate;
import java.util.List;

/**
 * The same document as {@link Film}, of a class that copies its lists: nothing in it can be
 * changed.
 */
public record KeptFilm(
    String title,
    int year,
    LocalDate released,
    List<String> genres,
    String director,
    List<Film.Part> cast,
    String synopsis,
    Film.Ratings ratings,
    long grossInDollars,
    boolean restored) {
  /** Copies the lists. */
  public KeptFilm {
    genres = List.copyOf(genres);
    cast = List.copyOf(cast);
  }

  static KeptFilm of(Film film) {
    return new KeptFilm(
        film.title(),
        film.year(),
        film.released(),
        film.genres(),
        film.director(),
        film.cast(),
        film.synopsis(),
        film.ratings(),
        film.grossInDollars(),
        film.restored());
  }
}
