package io.undercroft.runtime.query;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * About how many instructions a pattern becomes, found out before anything is compiled: nested
 * counts multiply, and {@code ((a{100}){100}){100}} is a million of them in twenty characters.
 */
final class PatternSize {
  private static final long MOST = 1L << 40;

  private final String pattern;
  private final Deque<Long> outside = new ArrayDeque<>();
  private int at;
  private long sum;
  private long atom;

  private PatternSize(String pattern) {
    this.pattern = pattern;
  }

  /** Returns the size; of a pattern that is not valid, anything. */
  static long of(String pattern) {
    return new PatternSize(pattern).size();
  }

  private long size() {
    while (at < pattern.length()) {
      char c = pattern.charAt(at++);
      switch (c) {
        case '\\' -> escaped();
        case '[' -> set();
        case '(' -> {
          outside.push(sum);
          sum = 0;
        }
        case ')' -> {
          long inside = sum + 2;
          sum = outside.isEmpty() ? 0 : outside.pop();
          add(inside);
        }
        case '{' -> repeated();
        default -> add(1);
      }
    }
    while (!outside.isEmpty()) {
      sum += outside.pop();
    }
    return sum;
  }

  private void add(long size) {
    atom = size;
    sum = Math.min(MOST, sum + size);
  }

  private void escaped() {
    if (at < pattern.length()) {
      char c = pattern.charAt(at++);
      if ("pPx".indexOf(c) >= 0 && at < pattern.length() && pattern.charAt(at) == '{') {
        int end = pattern.indexOf('}', at);
        at = end < 0 ? pattern.length() : end + 1;
      } else if (c == 'Q') {
        int end = pattern.indexOf("\\E", at);
        int stop = end < 0 ? pattern.length() : end;
        sum += stop - at;
        at = Math.min(pattern.length(), stop + 2);
      }
    }
    add(1);
  }

  /** Passes over a set of characters, of which the first may be the closing bracket. */
  private void set() {
    if (at < pattern.length() && pattern.charAt(at) == '^') {
      at++;
    }
    int first = at;
    while (at < pattern.length() && (pattern.charAt(at) != ']' || at == first)) {
      if (pattern.startsWith("[:", at)) {
        int end = pattern.indexOf(":]", at + 2);
        at = end < 0 ? at + 1 : end + 2;
      } else {
        at += pattern.charAt(at) == '\\' ? 2 : 1;
      }
    }
    at++;
    add(1);
  }

  private void repeated() {
    long least = number();
    long most = least;
    if (least >= 0 && at < pattern.length() && pattern.charAt(at) == ',') {
      at++;
      most = Math.max(least + 1, number());
    }
    if (least >= 0 && at < pattern.length() && pattern.charAt(at) == '}') {
      at++;
      long one = atom;
      sum = Math.min(MOST, sum - one + one * Math.max(1, most));
      atom = Math.min(MOST, one * Math.max(1, most));
    } else {
      add(1);
    }
  }

  /** Returns the number that stands here, at most 10,000; -1 if there is none. */
  private long number() {
    long number = -1;
    while (at < pattern.length() && pattern.charAt(at) >= '0' && pattern.charAt(at) <= '9') {
      number = Math.min(10_000, Math.max(0, number) * 10 + pattern.charAt(at++) - '0');
    }
    return number;
  }
}
