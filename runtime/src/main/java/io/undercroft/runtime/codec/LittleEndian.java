package io.undercroft.runtime.codec;

/** Numbers with the lowest byte first. */
final class LittleEndian {
  private LittleEndian() {}

  static void put(int value, byte[] out, int at) {
    for (int i = 0; i < 4; i++) {
      out[at + i] = (byte) (value >>> (8 * i));
    }
  }

  static void put(long value, byte[] out, int at) {
    put((int) value, out, at);
    put((int) (value >>> 32), out, at + 4);
  }

  static int get(byte[] in, int at) {
    return (in[at] & 0xff)
        | ((in[at + 1] & 0xff) << 8)
        | ((in[at + 2] & 0xff) << 16)
        | ((in[at + 3] & 0xff) << 24);
  }

  static long getLong(byte[] in, int at) {
    return (get(in, at) & 0xffff_ffffL) | ((long) get(in, at + 4) << 32);
  }
}
