package io.undercroft.plugin.jdbc;

import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Values of conditions as JSON, and what reads and writes any. */
final class JsonTexts {
  /** The one beside this class, whatever the context class loader of the first caller sees. */
  static final JsonProvider JSON =
      ServiceLoader.load(JsonProvider.class, JsonTexts.class.getClassLoader())
          .findFirst()
          .orElseGet(JsonProvider::provider);

  private JsonTexts() {}

  static String of(@Nullable Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(text)) {
      write(generator, value);
    }
    return text.toString();
  }

  /** Returns whether a text in JSON is written as it is written here. */
  static boolean isOurs(String json) {
    try (JsonReader reader = JSON.createReader(new StringReader(json))) {
      return of(((JsonString) reader.readValue()).getString()).equals(json);
    }
  }

  private static void write(JsonGenerator to, @Nullable Object value) {
    if (value instanceof String text) {
      to.write(text);
    } else if (value instanceof Boolean truth) {
      to.write(truth);
    } else if (value instanceof Number number) {
      to.write(Notation.decimal(number));
    } else if (value instanceof List<?> list) {
      to.writeStartArray();
      list.forEach(element -> write(to, element));
      to.writeEnd();
    } else if (value instanceof Map<?, ?> map) {
      to.writeStartObject();
      map.forEach(
          (name, member) -> {
            to.writeKey((String) name);
            write(to, member);
          });
      to.writeEnd();
    } else {
      to.writeNull();
    }
  }
}
