package io.undercroft.runtime.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Reads one JSON text (RFC 8259) of UTF-8 bytes, strictly. One byte order mark at the start is
 * skipped.
 */
final class JsonTextParser extends DocumentParser {
  private static final int END_OF_INPUT = -1;

  /** That many characters of a whole number fit into a long, whatever they are. */
  private static final int LONG_DIGITS = 18;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHEST_BITS = ONES << 7;

  /** What may come next. */
  private enum State {
    VALUE,
    FIRST_NAME,
    FIRST_ELEMENT,
    COMMA_OR_END
  }

  private final NameCache cache;
  private int end;
  private final int shortNumber;
  private int at;
  private State state = State.VALUE;

  private int start;
  private int from;
  private int to;
  private boolean ascii;
  private boolean escaped;
  private boolean whole;
  private String name = "";
  private int members;

  /** Reads these bytes, with a cache that other parsers may share. */
  JsonTextParser(byte[] in, CodecLimits limits, NameCache cache) {
    super(in, limits);
    this.cache = cache;
    this.shortNumber = Math.min(LONG_DIGITS, limits.numberLength());
    this.end = in.length;
    this.at = afterMark(in);
  }

  @Override
  void restart(byte[] document) {
    super.restart(document);
    end = document.length;
    at = afterMark(document);
    state = State.VALUE;
    members = 0;
  }

  /** Returns where the text begins: behind a byte order mark, if there is one. */
  private static int afterMark(byte[] in) {
    boolean marked =
        in.length >= 3 && in[0] == (byte) 0xef && in[1] == (byte) 0xbb && in[2] == (byte) 0xbf;
    return marked ? 3 : 0;
  }

  @Override
  Event read() {
    int c = blank();
    return switch (state) {
      case VALUE -> value(c);
      case FIRST_NAME -> c == '}' ? ended() : name(c);
      case FIRST_ELEMENT -> c == ']' ? ended() : value(c);
      case COMMA_OR_END -> next(c, inObject());
    };
  }

  private Event next(int c, boolean object) {
    if (c == ',') {
      at++;
      return object ? name(blank()) : value(blank());
    }
    if (c == (object ? '}' : ']')) {
      return ended();
    }
    throw unexpected(object ? "',' or '}'" : "',' or ']'");
  }

  @Override
  void end() {
    if (blank() != END_OF_INPUT) {
      throw refuse("there is more after the end of the document", at);
    }
  }

  /** Skips blanks and returns the byte behind them. */
  private int blank() {
    while (at < end) {
      byte c = in[at];
      if (c > ' ') {
        return c;
      }
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c & 0xff;
      }
      at++;
    }
    return END_OF_INPUT;
  }

  private Event ended() {
    start = at++;
    state = State.COMMA_OR_END;
    return shut();
  }

  private Event name(int c) {
    Shown shown = shown();
    if (shown != null) {
      return shownName(c, shown);
    }
    begin(c);
    scanName();
    colon();
    return Event.KEY_NAME;
  }

  /** Goes on to the next member of the document that is shown, or to its end. */
  private Event shownName(int first, Shown shown) {
    int c = first;
    while (true) {
      begin(c);
      boolean found = scanName(shown);
      colon();
      if (found) {
        return Event.KEY_NAME;
      }
      value(blank());
      while (depth() > 1) {
        read();
      }
      c = blank();
      if (c == '}') {
        return ended();
      }
      if (c != ',') {
        throw unexpected("',' or '}'");
      }
      at++;
      c = blank();
    }
  }

  /** Scans the next name of the document and returns whether it is shown. */
  private boolean scanName(Shown shown) {
    int place = members++;
    Shown.Likely likely = shown.at(place, in, at, end);
    if (likely != null) {
      at += likely.length;
      name = likely.name;
      name(name);
      return likely.shown;
    }
    scanName();
    if (ascii && !escaped) {
      shown.keep(place, name);
    }
    return shown.shows(name);
  }

  private void begin(int c) {
    if (c != '"') {
      throw unexpected("a name in double quotes");
    }
    start = at++;
  }

  private void scanName() {
    scanString();
    name = ascii && !escaped ? cache.name(in, from, to) : string();
    name(name);
  }

  private void colon() {
    if (blank() != ':') {
      throw unexpected("':'");
    }
    at++;
    state = State.VALUE;
  }

  private Event value(int c) {
    start = at;
    return switch (c) {
      case '"' -> {
        at++;
        scanString();
        state = State.COMMA_OR_END;
        yield Event.VALUE_STRING;
      }
      case '{' -> {
        at++;
        state = State.FIRST_NAME;
        yield open(true);
      }
      case '[' -> {
        at++;
        state = State.FIRST_ELEMENT;
        yield open(false);
      }
      case 't' -> literal("true", Event.VALUE_TRUE);
      case 'f' -> literal("false", Event.VALUE_FALSE);
      case 'n' -> literal("null", Event.VALUE_NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> {
        scanNumber();
        state = State.COMMA_OR_END;
        yield Event.VALUE_NUMBER;
      }
      default -> throw unexpected("a value");
    };
  }

  private Event literal(String word, Event event) {
    for (int i = 0; i < word.length(); i++) {
      if (at == end || in[at] != word.charAt(i)) {
        throw unexpected("the rest of a literal");
      }
      at++;
    }
    state = State.COMMA_OR_END;
    return event;
  }

  private void scanNumber() {
    int i = at;
    if (in[i] == '-') {
      i++;
    }
    int first = i;
    while (i < end && in[i] >= '0' && in[i] <= '9') {
      i++;
    }
    from = at;
    whole = i > first && (i == end || (in[i] != '.' && (in[i] | 0x20) != 'e'));
    boolean simple = whole && (in[first] != '0' || i == first + 1) && i - at <= shortNumber;
    if (!simple) {
      i = NumberText.end(in, at, end);
      if (i < 0) {
        at = ~i;
        throw unexpected("a digit");
      }
      String problem = NumberText.limitProblem(in, at, i, limits);
      if (!problem.isEmpty()) {
        throw refuse(problem);
      }
    }
    at = i;
    to = i;
  }

  /** Scans the string that begins at {@code at}. */
  private void scanString() {
    from = at;
    ascii = true;
    escaped = false;
    int i = plainEnd(in, at, end);
    while (i < end) {
      byte c = in[i];
      if (c == '"') {
        to = i;
        at = i + 1;
        return;
      }
      if (c == '\\') {
        escaped = true;
        i = plainEnd(in, escape(i), end);
      } else if (c >= 0) {
        throw refuse("a control character in a string must be escaped", i);
      } else {
        ascii = false;
        int length = Utf8.lengthAt(in, i, end);
        if (length == 0) {
          throw refuse("bytes that are not UTF-8", i);
        }
        i = plainEnd(in, i + length, end);
      }
    }
    at = end;
    throw refuse("the document ends within a string", end);
  }

  /**
   * Returns where the first byte is that is not an ASCII character of a string standing for itself.
   * It looks at eight bytes at once: subtracting from each lifts its highest bit just where it is
   * below what was subtracted, and the lowest such byte is never one by mistake.
   */
  private static int plainEnd(byte[] in, int from, int end) {
    int i = from;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long bytes = (long) LONGS.get(in, i);
      long stops =
          (bytes
                  | (bytes - ' ' * ONES)
                  | ((bytes ^ '"' * ONES) - ONES)
                  | ((bytes ^ '\\' * ONES) - ONES))
              & HIGHEST_BITS;
      if (stops != 0) {
        return i + Long.numberOfTrailingZeros(stops) / Byte.SIZE;
      }
    }
    while (i < end && in[i] >= ' ' && in[i] != '"' && in[i] != '\\') {
      i++;
    }
    return i;
  }

  /** Checks the escape at a place and returns the place behind it. */
  private int escape(int i) {
    byte kind = i + 1 < end ? in[i + 1] : 0;
    return switch (kind) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i + 2;
      case 'u' -> escapedUnit(i);
      default -> throw refuse("an escape that JSON does not know", i);
    };
  }

  private int escapedUnit(int i) {
    int unit = unit(i);
    if (unit < 0) {
      throw refuse("an escape that JSON does not know", i);
    }
    if (!Character.isSurrogate((char) unit)) {
      return i + 6;
    }
    int low = Character.isHighSurrogate((char) unit) ? unit(i + 6) : -1;
    if (low < 0 || !Character.isLowSurrogate((char) low)) {
      throw refuse("an escaped surrogate without its other half", i);
    }
    return i + 12;
  }

  /** Returns the UTF-16 unit of the escape at a place, or -1 if there is none. */
  private int unit(int i) {
    if (end - i < 6 || in[i] != '\\' || in[i + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int k = i + 2; k < i + 6; k++) {
      int digit = in[k] < 0 ? -1 : Character.digit(in[k], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  private Refusal unexpected(String expected) {
    return at == end
        ? refuse("the document ends where " + expected + " was expected", end)
        : refuse(expected + " was expected", at);
  }

  // what was read

  @Override
  int eventStart() {
    return start;
  }

  @Override
  Place place(int offset) {
    return Place.inText(in, offset);
  }

  @Override
  String text() {
    return state == State.VALUE ? name : string();
  }

  private String string() {
    if (!escaped) {
      return new String(
          in, from, to - from, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
    }
    byte[] out = new byte[to - from];
    int length = 0;
    int i = from;
    while (i < to) {
      byte c = in[i];
      if (c != '\\') {
        out[length++] = c;
        i++;
        continue;
      }
      byte kind = in[i + 1];
      if (kind != 'u') {
        out[length++] = plain(kind);
        i += 2;
        continue;
      }
      int unit = unit(i);
      i += 6;
      if (Character.isHighSurrogate((char) unit)) {
        unit = Character.toCodePoint((char) unit, (char) unit(i));
        i += 6;
      }
      length = Utf8.put(unit, out, length);
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  private static byte plain(byte kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  @Override
  String number() {
    return new String(in, from, to - from, StandardCharsets.ISO_8859_1);
  }

  @Override
  long wholeNumber() {
    if (!whole || to - from > LONG_DIGITS) {
      return wholeNumber(number());
    }
    boolean negative = in[from] == '-';
    long value = 0;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      value = value * 10 + in[i] - '0';
    }
    return negative ? -value : value;
  }

  @Override
  byte[] binary() {
    try {
      return Base64.getDecoder().decode(string());
    } catch (IllegalArgumentException e) {
      // its message holds characters of the content
      throw refuse("a string is not Base64");
    }
  }
}
