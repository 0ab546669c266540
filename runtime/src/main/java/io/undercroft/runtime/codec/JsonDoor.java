package io.undercroft.runtime.codec;

import io.undercroft.storage.StorageException;
import jakarta.json.JsonValue;
import java.nio.charset.StandardCharsets;

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
public final class JsonDoor {
  private static final int NAMES = 64;
  private static final int FIRST_GUESS = 512;
  private static final CodecLimits PRINTING = CodecLimits.DEFAULT.withBytes(1 << 30);

  private JsonDoor() {}

  /** Returns the one JSON value in these UTF-8 bytes. */
  public static JsonValue parse(byte[] utf8) {
    return parse(utf8, CodecLimits.DEFAULT);
  }

  /**
   * Returns the one JSON value in these UTF-8 bytes, within other limits than the default ones. The
   * limit of bytes is not looked at: they are there already.
   */
  public static JsonValue parse(byte[] utf8, CodecLimits limits) {
    DocumentParser parser = new JsonTextParser(utf8, limits, new NameCache(NAMES));
    try {
      parser.next();
      JsonValue value = parser.getValue();
      parser.finish();
      return value;
    } catch (Refusal e) {
      throw Failures.parsing(e);
    }
  }

  /** Returns the one JSON value in this text. Offsets in errors count UTF-8 bytes. */
  public static JsonValue parse(String text) {
    int lone = Utf8.firstLoneSurrogate(text);
    if (lone >= 0) {
      byte[] before = text.substring(0, lone).getBytes(StandardCharsets.UTF_8);
      throw Failures.parsing(
          new Refusal("a surrogate without its other half", Place.inText(before, before.length)));
    }
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Returns a value as UTF-8 bytes without blanks; numbers by the text that they were read with.
   *
   * @throws StorageException SERIALIZATION_FAILED for what {@link #parse(byte[])} would refuse, and
   *     for more than 1 GiB
   */
  public static byte[] bytes(JsonValue value) {
    DocumentGenerator to = new JsonTextGenerator(PRINTING, FIRST_GUESS);
    try {
      to.write(value);
      return to.finish();
    } catch (Unwritable e) {
      throw Failures.printing(e);
    }
  }

  /** Returns a value as text on one line; otherwise as {@link #bytes}. */
  public static String text(JsonValue value) {
    return new String(bytes(value), StandardCharsets.UTF_8);
  }
}
