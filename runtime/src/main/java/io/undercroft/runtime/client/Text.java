package io.undercroft.runtime.client;

/** The length of texts in UTF-8, and whether they can be written in it at all. */
final class Text {
  /** The length of a text that holds a lone surrogate or U+0000. */
  static final long MALFORMED = -1;

  private Text() {}

  /** Returns the number of UTF-8 bytes, or {@link #MALFORMED}; allocates nothing. */
  static long utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0 || c >= 0x80) {
        return beyondAscii(text, i);
      }
    }
    return length;
  }

  private static long beyondAscii(String text, int start) {
    long bytes = start;
    int length = text.length();
    for (int i = start; i < length; i++) {
      char c = text.charAt(i);
      if (c == 0) {
        return MALFORMED;
      } else if (c < 0x80) {
        bytes++;
      } else if (c < 0x800) {
        bytes += 2;
      } else if (!Character.isSurrogate(c)) {
        bytes += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 4;
        i++;
      } else {
        return MALFORMED;
      }
    }
    return bytes;
  }
}
