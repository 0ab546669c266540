package io.undercroft.runtime.codec;

/** JSON's grammar of numbers and the limits on them. */
final class NumberText {
  /** {@code -2.2250738585072014E-308}, and room. */
  private static final int LONGEST_DOUBLE = 26;

  private static final int DOUBLE_EXPONENT = 324;

  private NumberText() {}

  /** Returns what is wrong with a text as a JSON number, or an empty text. */
  static String problem(byte[] in, int from, int to, CodecLimits limits) {
    int end = end(in, from, to);
    if (end < to) {
      return "a number does not follow JSON's grammar";
    }
    return limitProblem(in, from, to, limits);
  }

  /**
   * Returns where the number that begins at a place ends, or, below zero, the complement ({@code
   * ~}) of the place where it stops being one.
   */
  static int end(byte[] in, int from, int to) {
    int i = from;
    if (i < to && in[i] == '-') {
      i++;
    }
    if (i < to && in[i] == '0') {
      i++;
    } else {
      int digits = digits(in, i, to);
      if (digits == i) {
        return ~i;
      }
      i = digits;
    }
    if (i < to && in[i] == '.') {
      int digits = digits(in, i + 1, to);
      if (digits == i + 1) {
        return ~digits;
      }
      i = digits;
    }
    if (i < to && (in[i] == 'e' || in[i] == 'E')) {
      int sign = i + 1 < to && (in[i + 1] == '+' || in[i + 1] == '-') ? i + 2 : i + 1;
      int digits = digits(in, sign, to);
      if (digits == sign) {
        return ~digits;
      }
      i = digits;
    }
    return i;
  }

  /** Returns whether even a long or a double may be beyond these limits. */
  static boolean tight(CodecLimits limits) {
    return limits.numberLength() < LONGEST_DOUBLE || limits.exponent() < DOUBLE_EXPONENT;
  }

  private static int digits(byte[] in, int from, int to) {
    int i = from;
    while (i < to && in[i] >= '0' && in[i] <= '9') {
      i++;
    }
    return i;
  }

  /** Returns what is beyond the limits in a number that follows the grammar, or an empty text. */
  static String limitProblem(byte[] in, int from, int to, CodecLimits limits) {
    if (to - from > limits.numberLength()) {
      return "a number of more than " + limits.numberLength() + " characters";
    }
    for (int i = to - 1; i > from; i--) {
      if (in[i] == 'e' || in[i] == 'E') {
        return exponent(in, i + 1, to) > limits.exponent()
            ? "a number with an exponent beyond " + limits.exponent()
            : "";
      }
    }
    return "";
  }

  /** Returns the exponent without its sign; anything large is as good as too large. */
  private static int exponent(byte[] in, int from, int to) {
    int value = 0;
    for (int i = from; i < to && value < 1_000_000; i++) {
      if (in[i] >= '0') {
        value = value * 10 + in[i] - '0';
      }
    }
    return value;
  }
}
