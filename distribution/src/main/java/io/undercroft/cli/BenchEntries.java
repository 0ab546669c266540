package io.undercroft.cli;

import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is written to measure a storage: films, each with others that are like it, of about a
 * thousand characters, under keys that nobody else uses.
 *
 * @param keys the keys
 * @param values a document for each
 */
record BenchEntries(List<String> keys, List<Map<String, Object>> values) {
  /** What all keys begin with. */
  static final String PREFIX = "undercroft-bench.";

  private static final Pattern KEY = Pattern.compile(Pattern.quote(PREFIX) + "[0-9]{4}");
  private static final int CHARACTERS = 950;

  /** For a process that lacks the sample. */
  private static final String FILM =
      "[{\"Title\":\"Casino Royale\",\"US Gross\":167365000,\"Worldwide Gross\":596365000,"
          + "\"Production Budget\":102000000,\"Release Date\":\"Nov 17 2006\","
          + "\"MPAA Rating\":\"PG-13\",\"Running Time min\":144,"
          + "\"Distributor\":\"Sony Pictures\",\"Source\":\"Based on Book/Short Story\","
          + "\"Major Genre\":\"Action\",\"Director\":\"Martin Campbell\","
          + "\"Rotten Tomatoes Rating\":94,\"IMDB Rating\":8,\"IMDB Votes\":172936}]";

  /**
   * Makes some.
   *
   * @param home where the distribution lies, with its films, if that is known
   */
  static BenchEntries of(int count, Optional<Path> home) throws IOException {
    Path sample = home.map(folder -> folder.resolve("samples/movies.json")).orElse(null);
    JsonArray films =
        (sample != null && Files.isRegularFile(sample)
                ? Json.parse("'" + sample + "'", Files.readAllBytes(sample))
                : Json.parse("the film", FILM))
            .asJsonArray();
    List<String> keys = new ArrayList<>();
    List<Map<String, Object>> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      keys.add(PREFIX + String.format("%04d", i));
      values.add(document(films, i));
    }
    return new BenchEntries(List.copyOf(keys), List.copyOf(values));
  }

  /** Returns whether such an entry has this key. */
  static boolean isKey(String key) {
    return KEY.matcher(key).matches();
  }

  private static Map<String, Object> document(JsonArray films, int number) {
    JsonArrayBuilder alike = Json.array();
    int characters = film(films, number).toString().length();
    for (int i = 1; characters < CHARACTERS; i++) {
      JsonObject other = film(films, number + i);
      alike.add(other);
      characters += other.toString().length();
    }
    JsonObjectBuilder out = Json.object().add("Number", number);
    film(films, number).forEach(out::add);
    return members(out.add("Alike", alike).build());
  }

  /** Returns a film without what is not known of it. */
  private static JsonObject film(JsonArray films, int number) {
    JsonObjectBuilder out = Json.object();
    films
        .getJsonObject(number % films.size())
        .forEach(
            (name, value) -> {
              if (value.getValueType() != JsonValue.ValueType.NULL) {
                out.add(name, value);
              }
            });
    return out.build();
  }

  private static Map<String, Object> members(JsonObject object) {
    Map<String, Object> members = new LinkedHashMap<>();
    object.forEach(
        (name, value) -> {
          Object plain = plain(value);
          if (plain != null) {
            members.put(name, plain);
          }
        });
    return members;
  }

  private static @Nullable Object plain(JsonValue value) {
    return switch (value.getValueType()) {
      case OBJECT -> members(value.asJsonObject());
      case ARRAY -> value.asJsonArray().stream().map(BenchEntries::plain).toList();
      case STRING -> ((JsonString) value).getString();
      case NUMBER -> ((JsonNumber) value).bigDecimalValue();
      case TRUE -> true;
      case FALSE -> false;
      case NULL -> null;
    };
  }
}
