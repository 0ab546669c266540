package io.undercroft.example.night;

import jakarta.annotation.PostConstruct;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The films that may be rated: vega-datasets' movies.json. */
@ApplicationScoped
public class Films {
  private static final int MOST = 20;

  private List<String> titles = List.of();

  @PostConstruct
  void read() {
    try (InputStream in = Films.class.getResourceAsStream("/movies.json");
        JsonReader reader = Json.createReader(in)) {
      List<String> all = new ArrayList<>();
      for (JsonValue film : reader.readArray()) {
        all.add(title(film.asJsonObject()));
      }
      titles = all.stream().filter(title -> !title.isBlank()).distinct().sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some titles are numbers, such as 300, and one is null. */
  private static String title(JsonObject film) {
    JsonValue title = film.getOrDefault("Title", JsonValue.NULL);
    return switch (title.getValueType()) {
      case STRING -> ((JsonString) title).getString();
      case NULL -> "";
      default -> title.toString();
    };
  }

  /** Returns the first titles that contain a text, in whatever case. */
  public List<String> containing(String text) {
    String sought = text.toLowerCase(Locale.ROOT);
    return titles.stream()
        .filter(title -> title.toLowerCase(Locale.ROOT).contains(sought))
        .limit(MOST)
        .toList();
  }
}
