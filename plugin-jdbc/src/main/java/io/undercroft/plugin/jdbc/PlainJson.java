package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * Tells which documents the JSON type of every engine holds without changing what they mean.
 *
 * <p>Such a document is well-formed JSON (RFC 8259) in well-formed UTF-8, not too deep, without
 * U+0000 and without lone surrogates, and its numbers are of ordinary size and none is the negative
 * zero. PostgreSQL's {@code jsonb} refuses or changes the others, SQLite's functions refuse the
 * deep ones. They are kept byte for byte beside the documents.
 */
final class PlainJson {
  /** As many levels every engine reads: SQLite 1,000, others what a stack allows. */
  static final int DEEP = 200;

  private static final int MOST_DIGITS = 300;
  private static final int LARGEST_EXPONENT = 300;

  /** As many digits, in ordinary powers of ten, are compared exactly by every engine. */
  private static final int FEW_DIGITS = 15;

  private final byte[] text;
  private final int deepest;
  private final Predicate<String> numbers;
  private final Predicate<String> names;
  private int at;

  private PlainJson(byte[] text, int deepest, Predicate<String> numbers, Predicate<String> names) {
    this.text = text;
    this.deepest = deepest;
    this.numbers = numbers;
    this.names = names;
  }

  /** Returns whether the text is such a document, of at most so many levels. */
  static boolean holds(byte[] text, int deepest) {
    return new PlainJson(text, deepest, number -> true, name -> true).document();
  }

  /** Returns whether it is one whose numbers are, moreover, compared exactly in binary. */
  static boolean holdsBinary(byte[] text, int deepest) {
    return new PlainJson(text, deepest, PlainJson::isBinary, name -> true).document();
  }

  /**
   * Returns whether it is one whose numbers are, moreover, held as {@link DecimalNumbers}, and
   * whose names are written as paths have them: MariaDB compares these letter by letter.
   */
  static boolean holdsDecimal(byte[] text, int deepest) {
    return new PlainJson(text, deepest, DecimalNumbers::isHeld, JsonTexts::isOurs).document();
  }

  private static boolean isBinary(String written) {
    boolean whole = written.chars().noneMatch(c -> c == '.' || c == 'e' || c == 'E');
    return BinaryNumbers.holds(new BigDecimal(written), whole);
  }

  private boolean document() {
    skipBlanks();
    if (!value(0)) {
      return false;
    }
    skipBlanks();
    return at == text.length;
  }

  private void skipBlanks() {
    while (at < text.length) {
      byte c = text[at];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return;
      }
      at++;
    }
  }

  private boolean value(int depth) {
    if (at >= text.length) {
      return false;
    }
    return switch (text[at]) {
      case '{' -> depth < deepest && object(depth + 1);
      case '[' -> depth < deepest && array(depth + 1);
      case '"' -> string();
      case 't' -> word("true");
      case 'f' -> word("false");
      case 'n' -> word("null");
      default -> number();
    };
  }

  private boolean object(int depth) {
    at++;
    skipBlanks();
    if (next('}')) {
      return true;
    }
    while (true) {
      if (at >= text.length || text[at] != '"' || !name()) {
        return false;
      }
      skipBlanks();
      if (!next(':')) {
        return false;
      }
      skipBlanks();
      if (!value(depth)) {
        return false;
      }
      skipBlanks();
      if (next('}')) {
        return true;
      }
      if (!next(',')) {
        return false;
      }
      skipBlanks();
    }
  }

  private boolean name() {
    int start = at;
    if (!string()) {
      return false;
    }
    for (int i = start; i < at; i++) {
      if (text[i] == '\\') {
        return names.test(new String(text, start, at - start, StandardCharsets.UTF_8));
      }
    }
    return true;
  }

  private boolean array(int depth) {
    at++;
    skipBlanks();
    if (next(']')) {
      return true;
    }
    while (true) {
      if (!value(depth)) {
        return false;
      }
      skipBlanks();
      if (next(']')) {
        return true;
      }
      if (!next(',')) {
        return false;
      }
      skipBlanks();
    }
  }

  private boolean next(char wanted) {
    if (at < text.length && text[at] == wanted) {
      at++;
      return true;
    }
    return false;
  }

  private boolean word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (!next(word.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private boolean string() {
    at++;
    while (true) {
      at = pastOrdinary(text, at);
      if (at >= text.length) {
        return false;
      }
      int c = text[at];
      if (c == '"') {
        at++;
        return true;
      }
      if (c >= 0 && c != '\\') {
        return false; // a control character
      }
      if (c < 0 ? !beyondAscii() : !escape()) {
        return false;
      }
    }
  }

  /** Most of a document is this: a loop over local variables alone is quick. */
  private static int pastOrdinary(byte[] text, int from) {
    int i = from;
    while (i < text.length && text[i] >= ' ' && text[i] != '"' && text[i] != '\\') {
      i++;
    }
    return i;
  }

  private boolean escape() {
    if (at + 1 >= text.length) {
      return false;
    }
    switch (text[at + 1]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        at += 2;
        return true;
      }
      case 'u' -> {
        int unit = unit(at + 2);
        at += 6;
        if (unit <= 0 || isLow(unit)) {
          return false; // malformed, U+0000, or half of a pair
        }
        if (!isHigh(unit)) {
          return true;
        }
        boolean pair = at + 1 < text.length && text[at] == '\\' && text[at + 1] == 'u';
        int low = pair ? unit(at + 2) : -1;
        at += 6;
        return low >= 0 && isLow(low);
      }
      default -> {
        return false;
      }
    }
  }

  private static boolean isHigh(int unit) {
    return unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
  }

  private static boolean isLow(int unit) {
    return unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
  }

  /** The four hexadecimal digits from here on; -1 if they are none. */
  private int unit(int from) {
    if (from + 4 > text.length) {
      return -1;
    }
    int unit = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = text[i] < 0 ? -1 : Character.digit(text[i], 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  /** One character of two to four bytes, in its shortest form, and no surrogate. */
  private boolean beyondAscii() {
    int first = text[at] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + length > text.length) {
      return false;
    }
    int point = first & (0xff >> (length + 1));
    for (int i = 1; i < length; i++) {
      int more = text[at + i] & 0xff;
      if (more >> 6 != 0b10) {
        return false;
      }
      point = (point << 6) | (more & 0x3f);
    }
    at += length;
    return switch (length) {
      case 2 -> true;
      case 3 -> point >= 0x800 && !(point >= 0xd800 && point <= 0xdfff);
      default -> point >= 0x10000 && point <= 0x10ffff;
    };
  }

  private boolean number() {
    int start = at;
    boolean negative = next('-');
    int digits = at;
    boolean zero = true;
    if (!next('0')) {
      int more = digits();
      if (more == 0) {
        return false;
      }
      zero = false;
    }
    if (next('.')) {
      int from = at;
      if (digits() == 0) {
        return false;
      }
      zero = zero && allZero(from, at);
    }
    if (at - start > MOST_DIGITS || (negative && zero) || at == digits) {
      return false;
    }
    int end = at;
    return exponent() && isComparable(start, end);
  }

  private boolean isComparable(int start, int end) {
    if (end == at && at - start <= FEW_DIGITS) {
      return true;
    }
    return numbers.test(new String(text, start, at - start, StandardCharsets.US_ASCII));
  }

  private int digits() {
    int from = at;
    while (at < text.length && text[at] >= '0' && text[at] <= '9') {
      at++;
    }
    return at - from;
  }

  private boolean allZero(int from, int to) {
    for (int i = from; i < to; i++) {
      if (text[i] != '0') {
        return false;
      }
    }
    return true;
  }

  private boolean exponent() {
    if (!next('e') && !next('E')) {
      return true;
    }
    if (!next('+')) {
      next('-');
    }
    int from = at;
    int count = digits();
    if (count == 0 || count > 9) {
      return false;
    }
    int exponent = 0;
    for (int i = from; i < at; i++) {
      exponent = exponent * 10 + text[i] - '0';
    }
    return exponent <= LARGEST_EXPONENT;
  }
}
