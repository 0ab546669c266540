package io.undercroft.benchmarks;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Films by Jackson's stream of tokens, written out by hand: the limit for JSON. */
final class FilmStreams {
  private static final SerializedString TITLE = new SerializedString("title");
  private static final SerializedString YEAR = new SerializedString("year");
  private static final SerializedString RELEASED = new SerializedString("released");
  private static final SerializedString GENRES = new SerializedString("genres");
  private static final SerializedString DIRECTOR = new SerializedString("director");
  private static final SerializedString CAST = new SerializedString("cast");
  private static final SerializedString ACTOR = new SerializedString("actor");
  private static final SerializedString ROLE = new SerializedString("role");
  private static final SerializedString SYNOPSIS = new SerializedString("synopsis");
  private static final SerializedString RATINGS = new SerializedString("ratings");
  private static final SerializedString IMDB = new SerializedString("imdb");
  private static final SerializedString VOTES = new SerializedString("votes");
  private static final SerializedString ROTTEN_TOMATOES = new SerializedString("rottenTomatoes");
  private static final SerializedString GROSS_IN_DOLLARS = new SerializedString("grossInDollars");
  private static final SerializedString RESTORED = new SerializedString("restored");

  private final JsonFactory factory = new JsonFactory();

  byte[] encode(Film film) {
    try (ByteArrayBuilder bytes = new ByteArrayBuilder(factory._getBufferRecycler(), 2_048)) {
      try (JsonGenerator json = factory.createGenerator(bytes)) {
        json.writeStartObject();
        text(json, TITLE, film.title());
        number(json, YEAR, film.year());
        text(json, RELEASED, film.released().toString());
        json.writeFieldName(GENRES);
        json.writeStartArray();
        for (String genre : film.genres()) {
          json.writeString(genre);
        }
        json.writeEndArray();
        text(json, DIRECTOR, film.director());
        json.writeFieldName(CAST);
        json.writeStartArray();
        for (Film.Part part : film.cast()) {
          json.writeStartObject();
          text(json, ACTOR, part.actor());
          text(json, ROLE, part.role());
          json.writeEndObject();
        }
        json.writeEndArray();
        text(json, SYNOPSIS, film.synopsis());
        json.writeFieldName(RATINGS);
        json.writeStartObject();
        json.writeFieldName(IMDB);
        json.writeNumber(film.ratings().imdb());
        number(json, VOTES, film.ratings().votes());
        number(json, ROTTEN_TOMATOES, film.ratings().rottenTomatoes());
        json.writeEndObject();
        number(json, GROSS_IN_DOLLARS, film.grossInDollars());
        json.writeFieldName(RESTORED);
        json.writeBoolean(film.restored());
        json.writeEndObject();
      }
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void text(JsonGenerator json, SerializedString name, String value)
      throws IOException {
    json.writeFieldName(name);
    json.writeString(value);
  }

  private static void number(JsonGenerator json, SerializedString name, long value)
      throws IOException {
    json.writeFieldName(name);
    json.writeNumber(value);
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
