package io.undercroft.runtime.codec;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * gzip (RFC 1952), one member without a name or a time. The JDK's streams would ignore what follows
 * the member; so only its deflate is used.
 */
final class Gzip implements Compression {
  private static final int HEADER = 10;
  private static final int TRAILER = 8;

  /** Deflate makes at most this many bytes of one. */
  private static final int RATIO = 1032;

  private static final int FIRST_GUESS = 16;

  @Override
  public byte[] compress(byte[] in) {
    byte[] out = new byte[HEADER + TRAILER + in.length + in.length / 1000 + 16];
    out[0] = 0x1f;
    out[1] = (byte) 0x8b;
    out[2] = Deflater.DEFLATED;
    out[9] = (byte) 0xff;
    int size = HEADER;
    Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    try {
      deflater.setInput(in);
      deflater.finish();
      while (!deflater.finished()) {
        if (size == out.length) {
          out = Arrays.copyOf(out, out.length * 2);
        }
        size += deflater.deflate(out, size, out.length - size);
      }
    } finally {
      deflater.end();
    }
    out = Arrays.copyOf(out, size + TRAILER);
    CRC32 crc = new CRC32();
    crc.update(in);
    LittleEndian.put((int) crc.getValue(), out, size);
    LittleEndian.put(in.length, out, size + 4);
    return out;
  }

  @Override
  public byte[] expand(byte[] in, int most) throws Corrupt {
    if (in.length < HEADER + TRAILER) {
      throw Corrupt.cutOff();
    }
    if (in[0] != 0x1f || in[1] != (byte) 0x8b || in[2] != Deflater.DEFLATED || in[3] != 0) {
      throw new Corrupt("the bytes are no gzip member without extras");
    }
    long claimed = LittleEndian.get(in, in.length - 4) & 0xffff_ffffL;
    if (claimed > most) {
      throw Corrupt.tooLarge(most);
    }
    if (claimed > (long) in.length * RATIO) {
      throw Corrupt.damaged();
    }
    byte[] out = new byte[(int) Math.min(claimed, (long) in.length * FIRST_GUESS)];
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(in, HEADER, in.length - HEADER);
      int size = 0;
      while (!inflater.finished()) {
        if (size == out.length && size < claimed) {
          out = Arrays.copyOf(out, (int) Math.min(claimed, size * 4L + 64));
        }
        // even when all is there, the end of the stream wants room to be found in
        int more =
            size < claimed
                ? inflater.inflate(out, size, out.length - size)
                : inflater.inflate(new byte[1]);
        if (size == claimed && more > 0) {
          throw Corrupt.damaged();
        }
        size += more;
        if (more == 0 && !inflater.finished()) {
          throw inflater.needsInput() ? Corrupt.cutOff() : Corrupt.damaged();
        }
      }
      int left = inflater.getRemaining();
      if (left < TRAILER) {
        throw Corrupt.cutOff();
      }
      if (left > TRAILER) {
        throw Corrupt.trailing();
      }
      CRC32 crc = new CRC32();
      crc.update(out, 0, size);
      if (size != claimed || (int) crc.getValue() != LittleEndian.get(in, in.length - TRAILER)) {
        throw Corrupt.damaged();
      }
      return out;
    } catch (DataFormatException e) {
      // its message says no more than this
      throw Corrupt.damaged();
    } finally {
      inflater.end();
    }
  }
}
