package io.undercroft.runtime.codec;

/** UTF-8 without leniency: no overlong forms, no surrogates, nothing above U+10FFFF. */
final class Utf8 {
  private Utf8() {}

  /**
   * Returns the length of the well-formed sequence of two to four bytes at a place, or 0 if there
   * is none (Unicode, table 3-7). An ASCII byte is none.
   */
  static int lengthAt(byte[] in, int at, int end) {
    int lead = in[at] & 0xff;
    if (lead < 0xc2 || lead > 0xf4) {
      return 0;
    }
    int length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (end - at < length) {
      return 0;
    }
    int second = in[at + 1] & 0xff;
    int least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    int most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) {
      return 0;
    }
    for (int i = 2; i < length; i++) {
      if ((in[at + i] & 0xc0) != 0x80) {
        return 0;
      }
    }
    return length;
  }

  /** Returns where the first byte is that is not well-formed UTF-8, or -1. */
  static int firstBad(byte[] in, int from, int end) {
    int i = from;
    while (i < end) {
      if (in[i] >= 0) {
        i++;
      } else {
        int length = lengthAt(in, i, end);
        if (length == 0) {
          return i;
        }
        i += length;
      }
    }
    return -1;
  }

  /** Returns where the first surrogate without its other half is, or -1. */
  static int firstLoneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        if (Character.isLowSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /** Returns how many bytes a text takes, or -1 if it holds a surrogate without its other half. */
  static long length(String text) {
    long length = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        length++;
      } else if (c < 0x800) {
        length += 2;
      } else if (!Character.isSurrogate(c)) {
        length += 3;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        length += 4;
        i++;
      } else {
        return -1;
      }
    }
    return length;
  }

  /** Writes one code point, never a surrogate, and returns the place behind it. */
  static int put(int codePoint, byte[] out, int at) {
    int to = at;
    if (codePoint < 0x80) {
      out[to++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      out[to++] = (byte) (0xc0 | (codePoint >> 6));
      out[to++] = (byte) (0x80 | (codePoint & 0x3f));
    } else if (codePoint < 0x10000) {
      out[to++] = (byte) (0xe0 | (codePoint >> 12));
      out[to++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
      out[to++] = (byte) (0x80 | (codePoint & 0x3f));
    } else {
      out[to++] = (byte) (0xf0 | (codePoint >> 18));
      out[to++] = (byte) (0x80 | ((codePoint >> 12) & 0x3f));
      out[to++] = (byte) (0x80 | ((codePoint >> 6) & 0x3f));
      out[to++] = (byte) (0x80 | (codePoint & 0x3f));
    }
    return to;
  }
}
