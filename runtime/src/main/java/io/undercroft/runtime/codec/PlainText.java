package io.undercroft.runtime.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds what in a JSON string is not copied as it is, eight bytes at a time. Most strings have
 * nothing of the kind, and the longer they are the more it counts.
 */
final class PlainText {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;
  private static final long BLANKS = ' ' * ONES;
  private static final long QUOTES = '"' * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long QUESTION_MARKS = '?' * ONES;

  private PlainText() {}

  /**
   * Returns where the first byte is that is a control character, a quotation mark, a backslash or a
   * question mark; the length if there is none. A question mark is among them because {@link
   * String#getBytes} writes one for half of a surrogate pair.
   *
   * @param in ASCII only
   */
  static int end(byte[] in, int from) {
    int i = from;
    while (i <= in.length - Long.BYTES && !isAnySpecial((long) LONGS.get(in, i))) {
      i += Long.BYTES;
    }
    while (i < in.length && !isSpecial(in[i])) {
      i++;
    }
    return i;
  }

  /**
   * Subtracting from a byte below 0x80 sets its high bit only if it was less; a borrow reaches
   * other bytes only from one that was.
   */
  private static boolean isAnySpecial(long ascii) {
    long less =
        (ascii - BLANKS)
            | ((ascii ^ QUOTES) - ONES)
            | ((ascii ^ BACKSLASHES) - ONES)
            | ((ascii ^ QUESTION_MARKS) - ONES);
    return (less & HIGH) != 0;
  }

  private static boolean isSpecial(byte b) {
    return b < ' ' || b == '"' || b == '\\' || b == '?';
  }
}
