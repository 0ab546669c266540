package io.undercroft.plugin.jdbc;

import org.jspecify.annotations.Nullable;

/** Bounds between keys. */
final class Keys {
  private static final int LAST_BEFORE_SURROGATES = 0xd7ff;
  private static final int FIRST_AFTER_SURROGATES = 0xe000;

  private Keys() {}

  /** Returns the first text after a key that could be a key: none holds U+0000. */
  static String next(String key) {
    return key + '\u0001';
  }

  /**
   * Returns the first text after all those with this prefix, in the order of UTF-8 bytes; {@code
   * null} if there is none, as for the empty prefix.
   */
  static @Nullable String after(String prefix) {
    int end = prefix.length();
    while (end > 0) {
      int point = prefix.codePointBefore(end);
      int start = end - Character.charCount(point);
      if (point != Character.MAX_CODE_POINT) {
        int next = point == LAST_BEFORE_SURROGATES ? FIRST_AFTER_SURROGATES : point + 1;
        return new StringBuilder().append(prefix, 0, start).appendCodePoint(next).toString();
      }
      end = start;
    }
    return null;
  }

  /** As {@link #after}, in the order of UTF-16 units: the bound may be half of a pair. */
  static @Nullable String afterInUnits(String prefix) {
    int end = prefix.length();
    while (end > 0) {
      char last = prefix.charAt(end - 1);
      if (last != Character.MAX_VALUE) {
        return prefix.substring(0, end - 1) + (char) (last + 1);
      }
      end--;
    }
    return null;
  }
}
