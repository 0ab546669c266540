package io.undercroft.plugin.file;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A value as it stands in a document. JSON stands for itself; anything else, and JSON that looks
 * like this, stands as {@code {"$contentType": "application/msgpack", "$base64": "…"}}.
 *
 * <p><b>Threads:</b> immutable, as nobody changes the arrays.
 */
final class DocumentValue {
  private static final String JSON = "application/json";
  private static final String CONTENT_TYPE = "$contentType";
  private static final String BASE64 = "$base64";

  private final String contentType;
  private final byte[] bytes;
  private final byte[] text;

  private DocumentValue(String contentType, byte[] bytes, byte[] text) {
    this.contentType = contentType;
    this.bytes = bytes;
    this.text = text;
  }

  String contentType() {
    return contentType;
  }

  /** Returns the value. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns what stands in the document. */
  byte[] text() {
    return text;
  }

  /** Returns a value that is to be written. */
  static DocumentValue of(byte[] value, String contentType, boolean pretty, JsonProvider json) {
    if (contentType.equals(JSON) && JsonScanner.isOneValue(value) && wrapped(value, json) == null) {
      byte[] text = pretty ? JsonLayout.pretty(value, 1) : value;
      return new DocumentValue(JSON, text, text);
    }
    byte[] text =
        json.createObjectBuilder()
            .add(CONTENT_TYPE, contentType)
            .add(BASE64, Base64.getEncoder().encodeToString(value))
            .build()
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    return new DocumentValue(contentType, value, pretty ? JsonLayout.pretty(text, 1) : text);
  }

  /** Returns a value that stands in a document. */
  static DocumentValue in(byte[] text, boolean pretty, JsonProvider json) {
    byte[] laidOut = pretty ? JsonLayout.pretty(text, 1) : text;
    DocumentValue wrapped = wrapped(laidOut, json);
    return wrapped == null ? new DocumentValue(JSON, laidOut, laidOut) : wrapped;
  }

  private static @Nullable DocumentValue wrapped(byte[] text, JsonProvider json) {
    JsonScanner scanner = new JsonScanner(text);
    int at = scanner.skipBlanks(0);
    if (at >= text.length || text[at] != '{') {
      return null;
    }
    at = scanner.skipBlanks(at + 1);
    if (at + 1 >= text.length || text[at] != '"' || (text[at + 1] != '$' && text[at + 1] != '\\')) {
      return null; // nearly always: no need to read all of it
    }
    try {
      JsonObject object =
          json.createReader(new StringReader(new String(text, StandardCharsets.UTF_8)))
              .readObject();
      JsonValue contentType = object.get(CONTENT_TYPE);
      JsonValue base64 = object.get(BASE64);
      if (object.size() == 2
          && contentType instanceof JsonString type
          && base64 instanceof JsonString bytes) {
        return new DocumentValue(
            type.getString(), Base64.getDecoder().decode(bytes.getString()), text);
      }
    } catch (RuntimeException e) { // whatever a JSON reader may throw: too deep, for one
      return null;
    }
    return null;
  }
}
