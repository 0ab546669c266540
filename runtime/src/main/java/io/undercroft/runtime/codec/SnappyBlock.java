package io.undercroft.runtime.codec;

import java.io.IOException;
import java.util.zip.CRC32C;
import org.xerial.snappy.Snappy;

/**
 * The CRC-32C of the content, lowest byte first, and one Snappy block (which begins with the
 * content's size).
 *
 * <p>Not Snappy's framing format: that one does not know its end, so that a value cut off between
 * two frames would not be noticed.
 */
final class SnappyBlock implements Compression {
  private static final int CHECKSUM = 4;

  /** Snappy makes at most 64 bytes of three. */
  private static final int RATIO = 22;

  @Override
  public byte[] compress(byte[] in) {
    try {
      byte[] out = new byte[CHECKSUM + Snappy.maxCompressedLength(in.length)];
      int size = Snappy.compress(in, 0, in.length, out, CHECKSUM);
      LittleEndian.put(checksum(in), out, 0);
      return java.util.Arrays.copyOf(out, CHECKSUM + size);
    } catch (IOException e) {
      throw new IllegalStateException("Snappy compresses any bytes", e);
    }
  }

  @Override
  public byte[] expand(byte[] in, int most) throws Corrupt {
    if (in.length <= CHECKSUM) {
      throw Corrupt.cutOff();
    }
    try {
      int length = in.length - CHECKSUM;
      int claimed = Snappy.uncompressedLength(in, CHECKSUM, length);
      if (claimed > most) {
        throw Corrupt.tooLarge(most);
      }
      if (claimed < 0
          || claimed > (long) length * RATIO
          || !Snappy.isValidCompressedBuffer(in, CHECKSUM, length)) {
        throw Corrupt.damaged();
      }
      byte[] out = new byte[claimed];
      int size = Snappy.uncompress(in, CHECKSUM, length, out, 0);
      if (size != claimed || checksum(out) != LittleEndian.get(in, 0)) {
        throw Corrupt.damaged();
      }
      return out;
    } catch (IOException e) {
      // its message says no more than this
      throw Corrupt.damaged();
    }
  }

  private static int checksum(byte[] content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }
}
