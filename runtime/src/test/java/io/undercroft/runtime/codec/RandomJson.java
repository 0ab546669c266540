package io.undercroft.runtime.codec;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Texts of JSON in every form that the grammar allows: blanks, escapes, forms of numbers, nesting.
 */
final class RandomJson {
  private static final String[] BLANKS = {"", "", "", " ", "\n", "\t", "\r\n", "  \n  "};
  private static final String[] ESCAPES = {
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\u0000",
    "\\u00e9",
    "\\u20AC",
    "\\ud83d\\ude00",
    "\\uD834\\uDD1E",
    "\\uffff"
  };
  private static final int[] ALPHABET = {
    'a', 'z', ' ', '0', '/', '{', ']', ',', ':', 0x7f, 0x80, 0xe4, 0x7ff, 0x800, 0x20ac, 0x2028,
    0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x1f600, 0x10ffff
  };

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  /** Returns a document with blanks around it. */
  String document() {
    StringBuilder out = new StringBuilder();
    blank(out);
    value(out, random.nextInt(7));
    blank(out);
    return out.toString();
  }

  private void value(StringBuilder out, int depth) {
    int kind = random.nextInt(depth > 0 ? 10 : 6);
    switch (kind) {
      case 0 -> out.append("null");
      case 1 -> out.append(random.nextBoolean());
      case 2, 3 -> out.append(number());
      case 4, 5 -> string(out, random.nextInt(12));
      case 6, 7 -> array(out, depth);
      default -> object(out, depth);
    }
  }

  private void array(StringBuilder out, int depth) {
    out.append('[');
    int size = size();
    for (int i = 0; i < size; i++) {
      out.append(i == 0 ? "" : ",");
      blank(out);
      value(out, depth - 1);
      blank(out);
    }
    blank(out);
    out.append(']');
  }

  private void object(StringBuilder out, int depth) {
    out.append('{');
    Set<String> names = new HashSet<>();
    int size = size();
    for (int i = 0; i < size; i++) {
      String plain = "n" + random.nextInt(1000);
      if (!names.add(plain)) {
        continue;
      }
      out.append(names.size() == 1 ? "" : ",");
      blank(out);
      StringBuilder name = new StringBuilder();
      string(name, random.nextInt(3));
      out.append(name, 0, name.length() - 1).append(plain).append('"');
      blank(out);
      out.append(':');
      blank(out);
      value(out, depth - 1);
      blank(out);
    }
    blank(out);
    out.append('}');
  }

  /**
   * Mostly few; sometimes more than what is compared one by one, or than fits into a short head.
   */
  private int size() {
    return random.nextInt(40) == 0 ? 10 + random.nextInt(80) : random.nextInt(5);
  }

  private void blank(StringBuilder out) {
    out.append(BLANKS[random.nextInt(BLANKS.length)]);
  }

  private void string(StringBuilder out, int length) {
    out.append('"');
    int reach = random.nextInt(30) == 0 ? length * 40 : length;
    for (int i = 0; i < reach; i++) {
      if (random.nextInt(6) == 0) {
        out.append(ESCAPES[random.nextInt(ESCAPES.length)]);
      } else if (random.nextInt(3) == 0) {
        out.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
      } else {
        out.append((char) ('a' + random.nextInt(26)));
      }
    }
    out.append('"');
  }

  /** Returns a number: any sign, any length up to 40 digits, fraction and exponent or not. */
  String number() {
    StringBuilder out = new StringBuilder(random.nextInt(3) == 0 ? "-" : "");
    if (random.nextInt(6) == 0) {
      out.append('0');
    } else {
      out.append((char) ('1' + random.nextInt(9))).append(digits(random.nextInt(20)));
    }
    if (random.nextInt(3) == 0) {
      out.append('.').append(digits(1 + random.nextInt(18)));
    }
    if (random.nextInt(6) == 0) {
      out.append(random.nextBoolean() ? 'e' : 'E');
      out.append(List.of("", "+", "-").get(random.nextInt(3)))
          .append(digits(1 + random.nextInt(3)));
    }
    return out.toString();
  }

  private String digits(int count) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < count; i++) {
      out.append((char) ('0' + random.nextInt(10)));
    }
    return out.toString();
  }

  /** Returns so many documents. */
  List<String> documents(int count) {
    List<String> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      all.add(document());
    }
    return all;
  }
}
