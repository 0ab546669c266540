package io.undercroft.benchmarks;

import java.time.LocalDate;
import java.util.List;

/** The document that is stored: about one kilobyte of compact JSON. Public, as JSON-B asks for. */
public record Film(
    String title,
    int year,
    LocalDate released,
    List<String> genres,
    String director,
    List<Part> cast,
    String synopsis,
    Ratings ratings,
    long grossInDollars,
    boolean restored) {

  /** Who plays whom. */
  public record Part(String actor, String role) {}

  /** What others thought of it. */
  public record Ratings(double imdb, int votes, int rottenTomatoes) {}
}
