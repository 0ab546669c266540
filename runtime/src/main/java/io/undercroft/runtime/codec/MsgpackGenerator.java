package io.undercroft.runtime.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes one MessagePack value in its shortest form; see {@link MsgpackParser} for what stands for
 * what.
 *
 * <p>A number becomes an integer or a float of 64 bits if those say exactly what its text says, and
 * else an extension with the text: so every number comes back as it was, {@code 1.10}, {@code 1e3}
 * and a thousand digits too.
 */
final class MsgpackGenerator extends DocumentGenerator {
  /** So many significant digits survive a double in every case. */
  private static final int SAFE_DIGITS = 15;

  /** {@link Double#toString} writes these without an exponent. */
  private static final double PLAIN_FROM = 1e-3;

  private static final double PLAIN_BELOW = 1e7;

  private int[] starts = new int[16];

  MsgpackGenerator(CodecLimits limits, int expectedSize) {
    super(limits, expectedSize);
  }

  @Override
  void begin(boolean object) {
    if (depth() > starts.length) {
      starts = Arrays.copyOf(starts, depth() * 2);
    }
    starts[depth() - 1] = size;
    put(0);
  }

  /** Fills in the head: one byte was kept for it; a longer one moves what came after. */
  @Override
  void end(boolean object, int count) {
    int start = starts[depth() - 1];
    if (count <= 0x0f) {
      out[start] = (byte) ((object ? 0x80 : 0x90) | count);
      return;
    }
    int more = count <= 0xffff ? 2 : 4;
    room(more);
    System.arraycopy(out, start + 1, out, start + 1 + more, size - start - 1);
    size += more;
    int small = object ? 0xde : 0xdc;
    out[start] = (byte) (more == 2 ? small : small + 1);
    for (int i = 0; i < more; i++) {
      out[start + 1 + i] = (byte) (count >>> (8 * (more - 1 - i)));
    }
  }

  @Override
  void name(String name, int count) {
    string(name);
  }

  @Override
  void item(int count) {}

  @Override
  void string(String value) {
    long length = Utf8.length(value);
    if (length < 0) {
      throw refuse("a string holds a surrogate without its other half");
    }
    if (length > limits.bytes()) {
      throw refuse("it is larger than " + limits.bytes() + " bytes");
    }
    if (length <= 0x1f) {
      put(0xa0 | (int) length);
    } else {
      sized(0xd9, 0xda, 0xdb, length);
    }
    put(value.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  void bytes(byte[] value) {
    sized(0xc4, 0xc5, 0xc6, value.length);
    put(value);
  }

  private void sized(int head8, int head16, int head32, long length) {
    if (length <= 0xff) {
      put(head8);
      put(length, 1);
    } else if (length <= 0xffff) {
      put(head16);
      put(length, 2);
    } else {
      put(head32);
      put(length, 4);
    }
  }

  @Override
  void number(byte[] ascii) {
    String text = new String(ascii, StandardCharsets.ISO_8859_1);
    if (whole(ascii) && wholeNumber(text)) {
      return;
    }
    if (plainDecimal(ascii)) {
      double value = Double.parseDouble(text);
      double magnitude = Math.abs(value);
      if (magnitude >= PLAIN_FROM
          && magnitude < PLAIN_BELOW
          && Double.toString(value).equals(text)) {
        number(value);
        return;
      }
    }
    switch (ascii.length) {
      case 1 -> put(0xd4);
      case 2 -> put(0xd5);
      case 4 -> put(0xd6);
      case 8 -> put(0xd7);
      case 16 -> put(0xd8);
      default -> sized(0xc7, 0xc8, 0xc9, ascii.length);
    }
    put(MsgpackParser.NUMBER_TYPE);
    put(ascii);
  }

  /** Writes a text of an integer, unless no integer of 64 bits has exactly this text. */
  private boolean wholeNumber(String text) {
    try {
      long value = text.charAt(0) == '-' ? Long.parseLong(text) : Long.parseUnsignedLong(text);
      if (text.charAt(0) == '-' && value == 0) {
        return false;
      }
      if (value < 0 && text.charAt(0) != '-') {
        put(0xcf);
        put(value, 8);
      } else {
        number(value);
      }
      return true;
    } catch (NumberFormatException e) {
      // more than 64 bits: the text is kept
      return false;
    }
  }

  private static boolean whole(byte[] ascii) {
    if (ascii.length > 20) {
      return false;
    }
    for (int i = 1; i < ascii.length; i++) {
      if (ascii[i] < '0' || ascii[i] > '9') {
        return false;
      }
    }
    return true;
  }

  private static boolean plainDecimal(byte[] ascii) {
    int digits = 0;
    for (byte c : ascii) {
      if (c >= '0' && c <= '9') {
        digits++;
      } else if (c != '.' && c != '-') {
        return false;
      }
    }
    return digits <= SAFE_DIGITS;
  }

  @Override
  void number(long value) {
    if (value >= 0) {
      if (value <= 0x7f) {
        put((int) value);
      } else if (value <= 0xff) {
        put(0xcc);
        put(value, 1);
      } else if (value <= 0xffff) {
        put(0xcd);
        put(value, 2);
      } else if (value <= 0xffff_ffffL) {
        put(0xce);
        put(value, 4);
      } else {
        put(0xcf);
        put(value, 8);
      }
    } else if (value >= -0x20) {
      put((int) value);
    } else if (value >= Byte.MIN_VALUE) {
      put(0xd0);
      put(value, 1);
    } else if (value >= Short.MIN_VALUE) {
      put(0xd1);
      put(value, 2);
    } else if (value >= Integer.MIN_VALUE) {
      put(0xd2);
      put(value, 4);
    } else {
      put(0xd3);
      put(value, 8);
    }
  }

  @Override
  void number(double value) {
    put(0xcb);
    put(Double.doubleToLongBits(value), 8);
  }

  @Override
  void bool(boolean value) {
    put(value ? 0xc3 : 0xc2);
  }

  @Override
  void nothing() {
    put(0xc0);
  }

  private void put(int b) {
    room(1);
    out[size++] = (byte) b;
  }

  /** Writes the lowest bytes of a number, the highest of them first. */
  private void put(long bits, int bytes) {
    room(bytes);
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
      out[size++] = (byte) (bits >>> shift);
    }
  }

  private void put(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }
}
