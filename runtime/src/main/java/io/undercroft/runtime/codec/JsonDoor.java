package io.undercroft.runtime.codec;

import jakarta.json.JsonValue;

/**
 * The door through which JSON from outside comes in: stored bytes, edited files, imports, command
 * lines.
 *
 * <p>It takes exactly one JSON text (RFC 8259) of any type, with blanks around it, and refuses:
 * anything after it; a name that is twice in one object; nesting, numbers and exponents beyond the
 * {@link CodecLimits}; bytes that are not UTF-8; a surrogate without its other half, escaped or
 * not. One byte order mark at the start is skipped.
 *
 * <p>Numbers keep their text: {@code 1.10}, {@code 1e3} and {@code -0} are written as they were
 * read.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> SERIALIZATION_FAILED, which says line,
 * column and byte offset and what is wrong, never content; the same facts are in its details under
 * {@code line}, {@code column} and {@code offset}.
 */
@SuppressWarnings("DoNotCallSuggester") // signatures first; the next commits fill them
public final class JsonDoor {
  private JsonDoor() {}

  /** Returns the one JSON value in these UTF-8 bytes. */
  public static JsonValue parse(byte[] utf8) {
    throw new UnsupportedOperationException();
  }

  /** Returns the one JSON value in these UTF-8 bytes, within other limits than the default ones. */
  public static JsonValue parse(byte[] utf8, CodecLimits limits) {
    throw new UnsupportedOperationException();
  }

  /** Returns the one JSON value in this text. Offsets in errors count UTF-8 bytes. */
  public static JsonValue parse(String text) {
    throw new UnsupportedOperationException();
  }

  /**
   * Returns a value as UTF-8 bytes without blanks; numbers by the text that they were read with.
   */
  public static byte[] bytes(JsonValue value) {
    throw new UnsupportedOperationException();
  }

  /** Returns a value as text on one line, without blanks. */
  public static String text(JsonValue value) {
    throw new UnsupportedOperationException();
  }
}
