package io.undercroft.it.durability;

import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.util.Collection;

/** The request lines of a shell. */
final class Line {
  private Line() {}

  private static JsonObjectBuilder op(String name) {
    return Json.createObjectBuilder().add("op", name);
  }

  static JsonObject set(String key, JsonObject value) {
    return op("set").add("key", key).add("value", value).build();
  }

  static JsonObject get(String key) {
    return op("get").add("key", key).build();
  }

  static JsonObject delete(String key) {
    return op("delete").add("key", key).build();
  }

  static JsonObject size() {
    return op("size").build();
  }

  static JsonObject getMany(Collection<String> keys) {
    return op("getMany").add("keys", Json.createArrayBuilder(keys)).build();
  }

  /** Sets all of the keys to one value, or none. */
  static JsonObject batch(Collection<String> keys, JsonObject value) {
    JsonArrayBuilder operations = Json.createArrayBuilder();
    keys.forEach(key -> operations.add(set(key, value)));
    return op("batch").add("operations", operations).build();
  }
}
