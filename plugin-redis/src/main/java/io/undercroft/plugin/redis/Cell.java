package io.undercroft.plugin.redis;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What an index holds of one field, as bytes that stand in the order of the values: missing and
 * null, numbers, texts, booleans. None is the beginning of another, so that the cells of several
 * fields may stand one after the other. The bytes of a descending field are turned round. None
 * begins with 0 or 255.
 */
final class Cell {
  /** Before the key of an entry that the index cannot tell the place of. */
  static final int ODD = 0xFF;

  private static final int NULL = 2;
  private static final int NUMBER = 3;
  private static final int TEXT = 4;
  private static final int BOOLEAN = 7;
  private static final int NEGATIVE = 1;
  private static final int ZERO = 2;
  private static final int POSITIVE = 3;
  private static final int TURNED = 0xFF;

  private Cell() {}

  /** Returns whether a value of a condition has a cell. */
  static boolean has(@Nullable Object value) {
    return value == null
        || value instanceof Boolean
        || (value instanceof Number number && decimal(number) != null)
        || (value instanceof String text && isWellFormed(text));
  }

  /** Returns whether every surrogate has its other half. */
  static boolean isWellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /**
   * Returns the cell.
   *
   * @param value null, a String, a Number or a Boolean
   */
  static byte[] of(@Nullable Object value, boolean descending) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(type(value));
    if (value instanceof String text) {
      text(text, out);
    } else if (value instanceof Number number) {
      BigDecimal decimal = decimal(number);
      if (decimal == null) {
        throw new IllegalArgumentException("there is no cell for " + number.getClass());
      }
      number(decimal, out);
    } else if (value instanceof Boolean truth) {
      out.write(truth ? 1 : 0);
    }
    return turned(out.toByteArray(), descending);
  }

  /** Returns what all values of the same type begin with. */
  static byte[] kind(@Nullable Object value, boolean descending) {
    return turned(new byte[] {(byte) type(value)}, descending);
  }

  /** Returns what comes after all values of the same type, and before those of the next. */
  static byte[] behind(@Nullable Object value, boolean descending) {
    byte[] kind = kind(value, descending);
    kind[0]++;
    return kind;
  }

  private static byte[] turned(byte[] cell, boolean descending) {
    for (int i = 0; descending && i < cell.length; i++) {
      cell[i] = (byte) (cell[i] ^ TURNED);
    }
    return cell;
  }

  private static int type(@Nullable Object value) {
    if (value == null) {
      return NULL;
    } else if (value instanceof Number) {
      return NUMBER;
    }
    return value instanceof String ? TEXT : BOOLEAN;
  }

  /** UTF-8 is in the order of code points; what ends the text comes before whatever goes on. */
  private static void text(String text, ByteArrayOutputStream out) {
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      out.write(b);
      if (b == 0) {
        out.write(TURNED);
      }
    }
    out.write(0);
    out.write(0);
  }

  /** By sign, then by magnitude, then by digits; of negative numbers all is turned round. */
  private static void number(BigDecimal number, ByteArrayOutputStream out) {
    if (number.signum() == 0) {
      out.write(ZERO);
      return;
    }
    boolean negative = number.signum() < 0;
    out.write(negative ? NEGATIVE : POSITIVE);
    BigDecimal plain = number.abs().stripTrailingZeros();
    long magnitude = (long) plain.precision() - plain.scale();
    int turn = negative ? TURNED : 0;
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      out.write((int) ((magnitude ^ Long.MIN_VALUE) >>> shift) ^ turn);
    }
    String digits = plain.unscaledValue().toString();
    for (int i = 0; i < digits.length(); i++) {
      out.write(digits.charAt(i) ^ turn);
    }
    out.write(turn);
  }

  private static @Nullable BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    if (number instanceof BigInteger whole) {
      return new BigDecimal(whole);
    }
    try {
      return new BigDecimal(number.toString());
    } catch (NumberFormatException e) {
      return null; // the runtime says what is wrong with it
    }
  }
}
