package io.undercroft.runtime.codec;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Writes one JSON text in UTF-8, without blanks. */
final class JsonTextGenerator extends DocumentGenerator {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.ISO_8859_1);
  private static final byte[] NULL = "null".getBytes(StandardCharsets.ISO_8859_1);
  private static final int LONGEST_LONG = 20;

  /** From this length on it pays to copy a string as a whole and look at it afterwards. */
  private static final int LONG_STRING = 24;

  JsonTextGenerator(CodecLimits limits, int expectedSize) {
    super(limits, expectedSize);
  }

  @Override
  void begin(boolean object) {
    put(object ? '{' : '[');
  }

  @Override
  void end(boolean object, int count) {
    put(object ? '}' : ']');
  }

  @Override
  void name(String name, int count) {
    if (count > 0) {
      put(',');
    }
    string(name);
    put(':');
  }

  @Override
  void item(int count) {
    if (count > 0) {
      put(',');
    }
  }

  @Override
  void string(String value) {
    put('"');
    if (value.length() < LONG_STRING) {
      characters(value);
    } else {
      room(value.length()); // refuses what is too large before it is copied
      byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
      if (bytes.length == value.length()) {
        ascii(value, bytes);
      } else {
        characters(value);
      }
    }
    put('"');
  }

  /**
   * Writes a text without a character of several bytes.
   *
   * @param bytes its characters, where half of a surrogate pair has become a question mark
   */
  private void ascii(String value, byte[] bytes) {
    int from = 0;
    while (true) {
      int end = PlainText.end(bytes, from);
      put(bytes, from, end);
      if (end == bytes.length) {
        break;
      }
      from = special(value, end);
    }
  }

  private void characters(String value) {
    int length = value.length();
    int i = 0;
    while (true) {
      byte[] into = out;
      int at = size;
      int stop = Math.min(length, i + into.length - at);
      while (i < stop) {
        char c = value.charAt(i);
        if (!isPlain(c)) {
          break;
        }
        into[at++] = (byte) c;
        i++;
      }
      size = at;
      if (i == length) {
        break;
      }
      if (i == stop) {
        room(1);
      } else {
        i = special(value, i);
      }
    }
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x80 && c != '"' && c != '\\';
  }

  /** Writes a character that may be more than one plain byte, and returns the place behind it. */
  private int special(String value, int i) {
    char c = value.charAt(i);
    if (isPlain(c)) {
      put(c);
      return i + 1;
    }
    if (c < 0x80) {
      room(escapeLength(c));
      size = escape(c, out, size);
      return i + 1;
    }
    if (!Character.isSurrogate(c)) {
      room(c < 0x800 ? 2 : 3);
      size = Utf8.put(c, out, size);
      return i + 1;
    }
    int codePoint = value.codePointAt(i);
    if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
      throw refuse("a string holds a surrogate without its other half");
    }
    room(4);
    size = Utf8.put(codePoint, out, size);
    return i + 2;
  }

  private static int escapeLength(char c) {
    return switch (c) {
      case '"', '\\', '\b', '\f', '\n', '\r', '\t' -> 2;
      default -> 6;
    };
  }

  private static int escape(char c, byte[] into, int at) {
    int to = at;
    into[to++] = '\\';
    switch (c) {
      case '"', '\\' -> into[to++] = (byte) c;
      case '\b' -> into[to++] = 'b';
      case '\f' -> into[to++] = 'f';
      case '\n' -> into[to++] = 'n';
      case '\r' -> into[to++] = 'r';
      case '\t' -> into[to++] = 't';
      default -> {
        into[to++] = 'u';
        into[to++] = '0';
        into[to++] = '0';
        into[to++] = HEX[c >> 4];
        into[to++] = HEX[c & 0xf];
      }
    }
    return to;
  }

  @Override
  void number(byte[] text) {
    put(text);
  }

  @Override
  void number(long value) {
    if (value == Long.MIN_VALUE) {
      put(Long.toString(value).getBytes(StandardCharsets.ISO_8859_1));
      return;
    }
    room(LONGEST_LONG);
    long rest = value;
    if (rest < 0) {
      out[size++] = '-';
      rest = -rest;
    }
    int digits = 1;
    for (long power = 10; digits < 19 && rest >= power; power *= 10) {
      digits++;
    }
    for (int i = size + digits - 1; i >= size; i--) {
      out[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += digits;
  }

  @Override
  void number(double value) {
    put(Double.toString(value).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  void bool(boolean value) {
    put(value ? TRUE : FALSE);
  }

  @Override
  void nothing() {
    put(NULL);
  }

  @Override
  void bytes(byte[] value) {
    put('"');
    put(Base64.getEncoder().encode(value));
    put('"');
  }

  private void put(char c) {
    room(1);
    out[size++] = (byte) c;
  }

  private void put(byte[] text) {
    put(text, 0, text.length);
  }

  private void put(byte[] text, int from, int to) {
    room(to - from);
    System.arraycopy(text, from, out, size, to - from);
    size += to - from;
  }
}
