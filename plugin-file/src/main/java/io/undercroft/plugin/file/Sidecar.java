package io.undercroft.plugin.file;

import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What is kept beside a value: of its last write, and of the one before until the value's file has
 * caught up. Which of the two holds, the value's file says: its rename is the moment of the write.
 *
 * @param key the key, also where the file name does not tell it
 * @param note the last write
 * @param before the write before
 */
record Sidecar(String key, Note note, Optional<Note> before) {
  /** Returns what is known of a value's file. */
  Note of(ValueFile file) {
    if (note.isOf(file)) {
      return note;
    }
    return before.filter(former -> former.isOf(file)).orElseGet(() -> note.editedAs(file));
  }

  /** Returns this as a small JSON document. */
  byte[] text(JsonProvider json) {
    JsonObjectBuilder text = json.createObjectBuilder().add("key", key);
    text.addAll(object(json, note));
    before.ifPresent(former -> text.add("before", object(json, former)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    json.createWriter(out).write(text.build());
    byte[] laidOut = JsonLayout.file(out.toByteArray(), true);
    if (laidOut == null) {
      throw new AssertionError("a JSON writer wrote something else");
    }
    return laidOut;
  }

  private static JsonObjectBuilder object(JsonProvider json, Note note) {
    JsonObjectBuilder text =
        json.createObjectBuilder()
            .add("version", note.version())
            .add("created", note.created().toString())
            .add("updated", note.updated().toString());
    note.expires().ifPresent(moment -> text.add("expires", moment.toString()));
    note.contentType().ifPresent(type -> text.add("contentType", type));
    if (!note.metadata().isEmpty()) {
      JsonObjectBuilder texts = json.createObjectBuilder();
      new TreeMap<>(note.metadata()).forEach(texts::add);
      text.add("metadata", texts);
    }
    return text.add(
        "file",
        json.createObjectBuilder()
            .add("modified", Stamps.instant(note.modified()).toString())
            .add("size", note.size()));
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws RuntimeException of whatever kind, if the text is something else
   */
  static Sidecar parse(JsonProvider json, byte[] text) {
    JsonObject object =
        json.createReader(new StringReader(new String(text, StandardCharsets.UTF_8))).readObject();
    return new Sidecar(
        object.getString("key"),
        note(object),
        Optional.ofNullable(object.getJsonObject("before")).map(Sidecar::note));
  }

  private static Note note(JsonObject text) {
    JsonObject file = text.getJsonObject("file");
    Map<String, String> metadata = new LinkedHashMap<>();
    JsonValue texts = text.getOrDefault("metadata", JsonValue.EMPTY_JSON_OBJECT);
    texts
        .asJsonObject()
        .forEach((name, value) -> metadata.put(name, ((JsonString) value).getString()));
    return new Note(
        text.getString("version"),
        Stamps.nanos(Instant.parse(file.getString("modified"))),
        file.getJsonNumber("size").longValueExact(),
        Instant.parse(text.getString("created")),
        Instant.parse(text.getString("updated")),
        Optional.ofNullable(text.getString("expires", null)).map(Instant::parse),
        Optional.ofNullable(text.getString("contentType", null)),
        metadata);
  }
}
