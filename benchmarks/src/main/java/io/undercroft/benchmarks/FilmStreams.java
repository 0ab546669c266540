package io.undercroft.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Films by Jackson's stream of tokens, written out by hand: the limit for JSON. */
final class FilmStreams {
  private final JsonFactory factory = new JsonFactory();

  byte[] encode(Film film) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(factory._getBufferRecycler(), 2_048)) {
      try (JsonGenerator json = factory.createGenerator(bytes)) {
        json.writeStartObject();
        json.writeStringField("title", film.title());
        json.writeNumberField("year", film.year());
        json.writeStringField("released", film.released().toString());
        json.writeArrayFieldStart("genres");
        for (String genre : film.genres()) {
          json.writeString(genre);
        }
        json.writeEndArray();
        json.writeStringField("director", film.director());
        json.writeArrayFieldStart("cast");
        for (Film.Part part : film.cast()) {
          json.writeStartObject();
          json.writeStringField("actor", part.actor());
          json.writeStringField("role", part.role());
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeStringField("synopsis", film.synopsis());
        json.writeObjectFieldStart("ratings");
        json.writeNumberField("imdb", film.ratings().imdb());
        json.writeNumberField("votes", film.ratings().votes());
        json.writeNumberField("rottenTomatoes", film.ratings().rottenTomatoes());
        json.writeEndObject();
        json.writeNumberField("grossInDollars", film.grossInDollars());
        json.writeBooleanField("restored", film.restored());
        json.writeEndObject();
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Film decode(byte[] text) {
    String title = "";
    int year = 0;
    LocalDate released = LocalDate.EPOCH;
    List<String> genres = List.of();
    String director = "";
    List<Film.Part> cast = List.of();
    String synopsis = "";
    Film.Ratings ratings = new Film.Ratings(0, 0, 0);
    long gross = 0;
    boolean restored = false;
    try (JsonParser json = factory.createParser(text)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        switch (name) {
          case "title" -> title = json.getText();
          case "year" -> year = json.getIntValue();
          case "released" -> released = LocalDate.parse(json.getText());
          case "genres" -> genres = genres(json);
          case "director" -> director = json.getText();
          case "cast" -> cast = cast(json);
          case "synopsis" -> synopsis = json.getText();
          case "ratings" -> ratings = ratings(json);
          case "grossInDollars" -> gross = json.getLongValue();
          case "restored" -> restored = json.getBooleanValue();
          default -> json.skipChildren();
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Film(
        title, year, released, genres, director, cast, synopsis, ratings, gross, restored);
  }

  private static List<String> genres(JsonParser json) throws IOException {
    List<String> genres = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      genres.add(json.getText());
    }
    return genres;
  }

  private static List<Film.Part> cast(JsonParser json) throws IOException {
    List<Film.Part> cast = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      String actor = "";
      String role = "";
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        switch (name) {
          case "actor" -> actor = json.getText();
          case "role" -> role = json.getText();
          default -> json.skipChildren();
        }
      }
      cast.add(new Film.Part(actor, role));
    }
    return cast;
  }

  private static Film.Ratings ratings(JsonParser json) throws IOException {
    double imdb = 0;
    int votes = 0;
    int tomatoes = 0;
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      json.nextToken();
      switch (name) {
        case "imdb" -> imdb = json.getDoubleValue();
        case "votes" -> votes = json.getIntValue();
        case "rottenTomatoes" -> tomatoes = json.getIntValue();
        default -> json.skipChildren();
      }
    }
    return new Film.Ratings(imdb, votes, tomatoes);
  }

  /** Returns the film's year if it is the director's, reading no further than the two fields. */
  OptionalInt year(byte[] text, String director) {
    try (JsonParser json = factory.createParser(text)) {
      json.nextToken();
      boolean his = false;
      OptionalInt year = OptionalInt.empty();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        json.nextToken();
        if (name.equals("director")) {
          if (!json.getText().equals(director)) {
            return OptionalInt.empty();
          }
          his = true;
        } else if (name.equals("year")) {
          year = OptionalInt.of(json.getIntValue());
        } else {
          json.skipChildren();
        }
        if (his && year.isPresent()) {
          return year;
        }
      }
      return OptionalInt.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
