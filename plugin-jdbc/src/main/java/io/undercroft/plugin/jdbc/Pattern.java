package io.undercroft.plugin.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A simple pattern, taken apart: alternatives of characters and classes of characters one behind
 * the other, each perhaps bound to the beginning or the end. What it means is the same in RE2 and
 * everywhere else; other patterns are left to the runtime, because no engine's own are RE2's.
 */
record Pattern(List<Alternative> alternatives) {
  /**
   * One alternative.
   *
   * @param first whether it begins where the text does
   * @param last whether it ends where the text does
   */
  record Alternative(List<Item> items, boolean first, boolean last) {
    /** Returns the text that it is, if it is nothing else. */
    Optional<String> text() {
      StringBuilder text = new StringBuilder();
      for (Item item : items) {
        if (item.isClass()) {
          return Optional.empty();
        }
        text.append(item.text());
      }
      return Optional.of(text.toString());
    }
  }

  /**
   * One character, or one of a class.
   *
   * @param text the character; or the ranges of a class, two characters each
   */
  record Item(String text, boolean isClass, boolean negated) {}

  private static final String SPECIAL = "\\.[]{}()*+?|^$";

  /**
   * Takes a pattern.
   *
   * @throws Notation.Unsayable if it is more
   */
  static Pattern of(String pattern) {
    if (!Notation.isPlain(pattern)) {
      throw new Notation.Unsayable();
    }
    return new Reading(pattern).whole();
  }

  String in(Notation notation, Notation.Node found) {
    List<String> tests = new ArrayList<>();
    for (Alternative each : alternatives) {
      tests.add(in(notation, found, each));
    }
    return tests.size() == 1 ? tests.get(0) : "(" + String.join(" OR ", tests) + ")";
  }

  private static String in(Notation notation, Notation.Node found, Alternative one) {
    if (one.items().isEmpty() && !(one.first() && one.last())) {
      return notation.isText(found);
    }
    if (one.text().isEmpty()) {
      return notation.fits(found, one);
    }
    String text = one.text().get();
    if (one.first() && one.last()) {
      return notation.isEqual(found, text);
    }
    return notation.contains(
        found,
        one.first()
            ? Notation.Where.FIRST
            : one.last() ? Notation.Where.LAST : Notation.Where.ANYWHERE,
        text);
  }

  /** Reads a pattern from its beginning to its end. */
  private static final class Reading {
    private final String pattern;
    private boolean ignoresCase;
    private int at;

    Reading(String pattern) {
      this.pattern = pattern;
    }

    Pattern whole() {
      if (pattern.startsWith("(?i)")) {
        ignoresCase = true;
        at = 4;
      }
      List<Alternative> all = new ArrayList<>(List.of(alternative()));
      while (next('|')) {
        all.add(alternative());
      }
      if (at < pattern.length()) {
        throw new Notation.Unsayable();
      }
      return new Pattern(all);
    }

    private boolean next(char wanted) {
      boolean there = at < pattern.length() && pattern.charAt(at) == wanted;
      at += there ? 1 : 0;
      return there;
    }

    private Alternative alternative() {
      boolean first = next('^');
      List<Item> items = new ArrayList<>();
      while (at < pattern.length() && pattern.charAt(at) != '|' && pattern.charAt(at) != '$') {
        items.add(item());
        boolean edge = !first && items.size() == 1;
        if (at < pattern.length() && pattern.charAt(at) == '+') {
          // At an open edge, one more or less does not matter.
          at++;
          boolean end = at == pattern.length() || pattern.charAt(at) == '|';
          if (!edge && !end) {
            throw new Notation.Unsayable();
          }
        }
      }
      return new Alternative(List.copyOf(items), first, next('$'));
    }

    private Item item() {
      int point = pattern.codePointAt(at);
      at += Character.charCount(point);
      switch (point) {
        case '.' -> {
          return new Item("\n\n", true, true);
        }
        case '[' -> {
          return group();
        }
        case '\\' -> {
          return escape();
        }
        default -> {
          return character(point);
        }
      }
    }

    private Item character(int point) {
      String text = Character.toString(point);
      if (SPECIAL.contains(text)) {
        throw new Notation.Unsayable();
      }
      return cased(text);
    }

    /** Only letters whose other case is the only other form of theirs. */
    private Item cased(String text) {
      if (!ignoresCase) {
        return new Item(text, false, false);
      }
      String lower = text.toLowerCase(Locale.ROOT);
      String upper = text.toUpperCase(Locale.ROOT);
      boolean letter = lower.length() == 1 && lower.charAt(0) >= 'a' && lower.charAt(0) <= 'z';
      if (text.charAt(0) >= 0x80 || lower.equals("k") || lower.equals("s")) {
        throw new Notation.Unsayable();
      }
      return letter
          ? new Item(lower + lower + upper + upper, true, false)
          : new Item(text, false, false);
    }

    private Item escape() {
      if (at >= pattern.length()) {
        throw new Notation.Unsayable();
      }
      char c = pattern.charAt(at++);
      if (c == 'd') {
        return new Item("09", true, false);
      }
      if (c == 'x' && at + 1 < pattern.length() && pattern.charAt(at) == '{') {
        int end = pattern.indexOf('}', at);
        String digits = end < 0 ? "" : pattern.substring(at + 1, end);
        if (!digits.matches("[0-9A-Fa-f]{1,5}") || ignoresCase) {
          throw new Notation.Unsayable();
        }
        at = end + 1;
        String text = Character.toString(Integer.parseInt(digits, 16));
        if (!Notation.isPlain(text)) {
          throw new Notation.Unsayable();
        }
        return new Item(text, false, false);
      }
      if (SPECIAL.indexOf(c) < 0) {
        throw new Notation.Unsayable();
      }
      return new Item(String.valueOf(c), false, false);
    }

    /** Only of letters and digits. */
    private Item group() {
      boolean negated = next('^');
      StringBuilder ranges = new StringBuilder();
      while (!next(']')) {
        char from = plain();
        char to = next('-') ? plain() : from;
        if (to < from) {
          throw new Notation.Unsayable();
        }
        ranges.append(from).append(to);
      }
      if (ranges.isEmpty() || ignoresCase) {
        throw new Notation.Unsayable();
      }
      return new Item(ranges.toString(), true, negated);
    }

    private char plain() {
      char c = at < pattern.length() ? pattern.charAt(at++) : 0;
      if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return c;
      }
      throw new Notation.Unsayable();
    }
  }
}
