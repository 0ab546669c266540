package io.undercroft.plugin.file;

import java.util.BitSet;

/**
 * Finds where JSON values begin and end in UTF-8 bytes, as RFC 8259 has it, without making anything
 * of them: numbers and strings stay the text that they are.
 *
 * <p>Needs no stack of its own for nesting: any depth is fine.
 */
final class JsonScanner {
  private final byte[] text;
  private final int end;

  JsonScanner(byte[] text) {
    this(text, text.length);
  }

  JsonScanner(byte[] text, int end) {
    this.text = text;
    this.end = end;
  }

  /** Says what is wrong, and at which byte. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;

    Malformed(int offset, String reason) {
      super(reason, null, false, false);
      this.offset = offset;
    }

    int offset() {
      return offset;
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  /** Returns whether the bytes are exactly one value, with white space around it. */
  static boolean isOneValue(byte[] text) {
    JsonScanner scanner = new JsonScanner(text);
    try {
      int start = scanner.skipBlanks(0);
      return scanner.skipBlanks(scanner.skipValue(start)) == text.length;
    } catch (Malformed e) {
      return false;
    }
  }

  /** Returns where the white space that may be here ends. */
  int skipBlanks(int from) {
    int at = from;
    while (at < end && isBlank(text[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  /** Returns where the value that begins here ends. */
  int skipValue(int from) throws Malformed {
    BitSet objects = new BitSet(); // bit d: the container at depth d is an object
    int depth = 0;
    int at = from;
    while (true) {
      int first = peek(at, "a value");
      if (first == '{' || first == '[') {
        boolean object = first == '{';
        int inside = skipBlanks(at + 1);
        if (peek(inside, object ? "a name or '}'" : "a value or ']'") == (object ? '}' : ']')) {
          at = inside + 1;
        } else {
          objects.set(depth++, object);
          at = object ? skipName(inside) : inside;
          continue;
        }
      } else {
        at = skipScalar(at);
      }
      while (true) { // a value has just ended: what may follow depends on where it stands
        if (depth == 0) {
          return at;
        }
        boolean object = objects.get(depth - 1);
        at = skipBlanks(at);
        int next = peek(at, object ? "',' or '}'" : "',' or ']'");
        if (next == ',') {
          at = skipBlanks(at + 1);
          if (object) {
            at = skipName(at);
          }
          break;
        }
        if (next != (object ? '}' : ']')) {
          throw new Malformed(at, object ? "expected ',' or '}'" : "expected ',' or ']'");
        }
        depth--;
        at++;
      }
    }
  }

  /** Returns where the value begins that follows the name and the colon that begin here. */
  int skipName(int from) throws Malformed {
    if (peek(from, "a name in double quotes") != '"') {
      throw new Malformed(from, "expected a name in double quotes");
    }
    int at = skipBlanks(skipString(from));
    if (peek(at, "':'") != ':') {
      throw new Malformed(at, "expected ':'");
    }
    return skipBlanks(at + 1);
  }

  /** Returns the byte here. */
  int peek(int at, String expected) throws Malformed {
    if (at >= end) {
      throw new Malformed(end, "expected " + expected + ", but the text ends here");
    }
    return text[at];
  }

  private int skipScalar(int at) throws Malformed {
    int first = text[at];
    if (first == '"') {
      return skipString(at);
    }
    if (first == '-' || (first >= '0' && first <= '9')) {
      return skipNumber(at);
    }
    return switch (first) {
      case 't' -> skipWord(at, "true");
      case 'f' -> skipWord(at, "false");
      case 'n' -> skipWord(at, "null");
      default -> throw new Malformed(at, "expected a value");
    };
  }

  private int skipWord(int from, String word) throws Malformed {
    for (int i = 0; i < word.length(); i++) {
      if (from + i >= end || text[from + i] != word.charAt(i)) {
        throw new Malformed(from, "expected a value");
      }
    }
    return from + word.length();
  }

  /** Returns where the string that begins here ends. */
  int skipString(int from) throws Malformed {
    int at = from + 1;
    while (at < end) {
      int b = text[at];
      if (b == '"') {
        return at + 1;
      }
      if (b == '\\') {
        at = skipEscape(at);
      } else if (b >= 0 && b < 0x20) {
        throw new Malformed(at, "a control character or line break in a string must be escaped");
      } else {
        at++;
      }
    }
    throw new Malformed(from, "a string begins here that never ends");
  }

  private int skipEscape(int from) throws Malformed {
    int kind = peek(from + 1, "an escape");
    if (kind == 'u') {
      for (int i = from + 2; i < from + 6; i++) {
        if (Character.digit(peek(i, "four hex digits"), 16) < 0) {
          throw new Malformed(i, "expected four hex digits");
        }
      }
      return from + 6;
    }
    if ("\"\\/bfnrt".indexOf(kind) < 0) {
      throw new Malformed(from, "no such escape");
    }
    return from + 2;
  }

  private int skipNumber(int from) throws Malformed {
    int at = text[from] == '-' ? from + 1 : from;
    if (peek(at, "a digit") == '0') {
      at++;
    } else {
      at = skipDigits(at);
    }
    if (at < end && text[at] == '.') {
      at = skipDigits(at + 1);
    }
    if (at < end && (text[at] == 'e' || text[at] == 'E')) {
      at++;
      if (at < end && (text[at] == '+' || text[at] == '-')) {
        at++;
      }
      at = skipDigits(at);
    }
    return at;
  }

  private int skipDigits(int from) throws Malformed {
    int at = from;
    while (at < end && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    if (at == from) {
      throw new Malformed(from, "expected a digit");
    }
    return at;
  }
}
