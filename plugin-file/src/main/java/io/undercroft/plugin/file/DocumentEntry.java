package io.undercroft.plugin.file;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.StoredEntry;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One entry of a document, with the line that stands for it in the metadata.
 *
 * <p><b>Threads:</b> immutable, as nobody changes the arrays.
 */
final class DocumentEntry {
  private final String key;
  private final DocumentValue value;
  private final Facts facts;
  private final byte[] line;

  private DocumentEntry(String key, DocumentValue value, Facts facts, byte[] line) {
    this.key = key;
    this.value = value;
    this.facts = facts;
    this.line = line;
  }

  /**
   * What is known of an entry beside its value.
   *
   * @param digest tells whether the value is still the one of this write
   */
  record Facts(
      String version,
      Instant created,
      Instant updated,
      Optional<Instant> expires,
      Map<String, String> metadata,
      String digest) {
    Facts {
      Objects.requireNonNull(version, "version");
      Objects.requireNonNull(created, "created");
      Objects.requireNonNull(updated, "updated");
      Objects.requireNonNull(expires, "expires");
      metadata = Map.copyOf(metadata);
      Objects.requireNonNull(digest, "digest");
    }
  }

  static DocumentEntry of(String key, DocumentValue value, Facts facts, JsonProvider json) {
    return new DocumentEntry(key, value, facts, line(key, facts, json));
  }

  String key() {
    return key;
  }

  /** Returns what is known beside the value. */
  Facts facts() {
    return facts;
  }

  /** Returns what stands in the document. */
  byte[] text() {
    return value.text();
  }

  /** Returns the facts as a line of JSON. */
  byte[] line() {
    return line;
  }

  boolean isExpired(Instant now) {
    return facts.expires().isPresent() && !now.isBefore(facts.expires().get());
  }

  EntryMeta meta() {
    return new EntryMeta(
        facts.version(),
        facts.created(),
        facts.updated(),
        facts.expires(),
        value.contentType(),
        facts.metadata());
  }

  StoredEntry stored() {
    return new StoredEntry(value.bytes(), meta());
  }

  /** Returns the digest of a value, whatever white space stands in it. */
  static String digest(DocumentValue value) {
    byte[] text = value.text();
    ByteArrayOutputStream dense = new ByteArrayOutputStream(text.length);
    boolean inString = false;
    for (int i = 0; i < text.length; i++) {
      byte b = text[i];
      if (inString && b == '\\') {
        dense.write(b);
        b = text[++i];
      } else if (b == '"') {
        inString = !inString;
      } else if (!inString && (b == ' ' || b == '\n' || b == '\r' || b == '\t')) {
        continue;
      }
      dense.write(b);
    }
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(dense.toByteArray());
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static byte[] line(String key, Facts facts, JsonProvider json) {
    JsonObjectBuilder text =
        json.createObjectBuilder()
            .add("key", key)
            .add("version", facts.version())
            .add("created", facts.created().toString())
            .add("updated", facts.updated().toString());
    facts.expires().ifPresent(moment -> text.add("expires", moment.toString()));
    if (!facts.metadata().isEmpty()) {
      JsonObjectBuilder texts = json.createObjectBuilder();
      new TreeMap<>(facts.metadata()).forEach(texts::add);
      text.add("metadata", texts);
    }
    text.add("digest", facts.digest());
    return (text.build() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /** A key with what a line says of it. */
  record Line(String key, Facts facts) {
    /**
     * Reads a line.
     *
     * @throws RuntimeException of whatever kind, if the text is something else
     */
    static Line parse(String line, JsonProvider json) {
      JsonObject object = json.createReader(new StringReader(line)).readObject();
      Map<String, String> metadata = new LinkedHashMap<>();
      object
          .getOrDefault("metadata", JsonValue.EMPTY_JSON_OBJECT)
          .asJsonObject()
          .forEach((name, text) -> metadata.put(name, ((JsonString) text).getString()));
      return new Line(
          object.getString("key"),
          new Facts(
              object.getString("version"),
              Instant.parse(object.getString("created")),
              Instant.parse(object.getString("updated")),
              Optional.ofNullable(object.getString("expires", null)).map(Instant::parse),
              metadata,
              object.getString("digest")));
    }
  }
}
