package io.undercroft.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A file of JSON objects, one for each thing that was measured: what takes long can be measured
 * part by part, and one part again.
 *
 * @param file where they are; need not be there yet
 */
record Results(Path file) {
  List<JsonObject> all() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (InputStream in = Files.newInputStream(file);
        JsonReader reader = Json.createReader(in)) {
      return List.copyOf(reader.readArray().getValuesAs(JsonObject.class));
    }
  }

  /** Adds one, in the place of the one with the same members of these names. */
  void keep(JsonObject result, String... identity) throws IOException {
    List<JsonObject> all = new ArrayList<>(all());
    int at = 0;
    while (at < all.size() && !same(all.get(at), result, identity)) {
      at++;
    }
    if (at < all.size()) {
      all.set(at, result);
    } else {
      all.add(result);
    }
    JsonArrayBuilder array = Json.createArrayBuilder();
    all.forEach(array::add);
    try (OutputStream out = Files.newOutputStream(file);
        JsonWriter writer = Json.createWriter(out)) {
      writer.write(array.build());
    }
  }

  private static boolean same(JsonObject one, JsonObject other, String... identity) {
    return Stream.of(identity).allMatch(name -> Objects.equals(one.get(name), other.get(name)));
  }
}
