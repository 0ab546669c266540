package io.undercroft.plugin.jdbc;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The user's own texts as one JSON object; nothing if there are none. */
final class Metadata {
  private Metadata() {}

  static @Nullable String write(Map<String, String> texts) {
    if (texts.isEmpty()) {
      return null;
    }
    JsonObjectBuilder object = JsonTexts.JSON.createObjectBuilder();
    new TreeMap<>(texts).forEach(object::add);
    return object.build().toString();
  }

  static Map<String, String> read(@Nullable String text) {
    if (text == null) {
      return Map.of();
    }
    try (JsonReader reader = JsonTexts.JSON.createReader(new StringReader(text))) {
      JsonObject object = reader.readObject();
      Map<String, String> texts = new LinkedHashMap<>();
      object.keySet().forEach(name -> texts.put(name, object.getString(name)));
      return texts;
    }
  }
}
