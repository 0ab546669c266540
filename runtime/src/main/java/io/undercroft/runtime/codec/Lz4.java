package io.undercroft.runtime.codec;

import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * One LZ4 frame (LZ4 frame format 1.6) of independent blocks, with the size and the checksum of the
 * content.
 *
 * <p>Blocks and checksums are lz4-java's, in pure Java without {@code Unsafe}. Its streams are not
 * used: for every value they make and clear several buffers of 64 KiB, and their content checksum
 * loads the native library.
 */
final class Lz4 implements Compression {
  private static final int MAGIC = 0x184d2204;
  private static final int VERSION = 0x40;
  private static final int INDEPENDENT = 0x20;
  private static final int BLOCK_CHECKSUM = 0x10;
  private static final int CONTENT_SIZE = 0x08;
  private static final int CONTENT_CHECKSUM = 0x04;
  private static final int RESERVED_OR_DICTIONARY = 0x03;
  private static final int NOT_COMPRESSED = 0x8000_0000;

  /** Magic, two bytes of description, content size, their check byte. */
  private static final int HEADER = 4 + 2 + 8 + 1;

  /** LZ4 makes at most this many bytes of one. */
  private static final int RATIO = 255;

  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
  private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();
  private final XXHash32 hash = XXHashFactory.safeInstance().hash32();

  @Override
  public byte[] compress(byte[] in) {
    int code = 4;
    while (code < 7 && blockSize(code) < in.length) {
      code++;
    }
    int block = blockSize(code);
    int blocks = (in.length + block - 1) / block;
    byte[] out =
        new byte[HEADER + compressor.maxCompressedLength(in.length) + blocks * (4 + 16) + 8];
    LittleEndian.put(MAGIC, out, 0);
    out[4] = (byte) (VERSION | INDEPENDENT | CONTENT_SIZE | CONTENT_CHECKSUM);
    out[5] = (byte) (code << 4);
    LittleEndian.put((long) in.length, out, 6);
    out[HEADER - 1] = check(out, 4, HEADER - 1);
    int at = HEADER;
    for (int from = 0; from < in.length; from += block) {
      int length = Math.min(block, in.length - from);
      int size = compressor.compress(in, from, length, out, at + 4, out.length - at - 4);
      if (size < length) {
        LittleEndian.put(size, out, at);
      } else {
        size = length;
        LittleEndian.put(size | NOT_COMPRESSED, out, at);
        System.arraycopy(in, from, out, at + 4, size);
      }
      at += 4 + size;
    }
    LittleEndian.put(0, out, at);
    LittleEndian.put(hash.hash(in, 0, in.length, 0), out, at + 4);
    return Arrays.copyOf(out, at + 8);
  }

  @Override
  public byte[] expand(byte[] in, int most) throws Corrupt {
    need(in, 0, HEADER);
    int flags = in[4];
    if (LittleEndian.get(in, 0) != MAGIC
        || (flags & 0xc0) != VERSION
        || (flags & INDEPENDENT) == 0
        || (flags & CONTENT_SIZE) == 0
        || (flags & RESERVED_OR_DICTIONARY) != 0) {
      throw new Corrupt("the bytes are no LZ4 frame of independent blocks with its content's size");
    }
    if (in[HEADER - 1] != check(in, 4, HEADER - 1)) {
      throw Corrupt.damaged();
    }
    long claimed = LittleEndian.getLong(in, 6);
    if (claimed > most) {
      throw Corrupt.tooLarge(most);
    }
    if (claimed < 0 || claimed > (long) in.length * RATIO) {
      throw Corrupt.damaged();
    }
    byte[] out = new byte[(int) claimed];
    int size = 0;
    int at = HEADER;
    while (true) {
      need(in, at, 4);
      int head = LittleEndian.get(in, at);
      at += 4;
      if (head == 0) {
        break;
      }
      int length = head & ~NOT_COMPRESSED;
      need(in, at, length);
      size = block(in, at, length, (head & NOT_COMPRESSED) == 0, out, size);
      at += length;
      if ((flags & BLOCK_CHECKSUM) != 0) {
        need(in, at, 4);
        if (LittleEndian.get(in, at) != hash.hash(in, at - length, length, 0)) {
          throw Corrupt.damaged();
        }
        at += 4;
      }
    }
    if (size != out.length) {
      throw Corrupt.damaged();
    }
    if ((flags & CONTENT_CHECKSUM) != 0) {
      need(in, at, 4);
      if (LittleEndian.get(in, at) != hash.hash(out, 0, size, 0)) {
        throw Corrupt.damaged();
      }
      at += 4;
    }
    if (at != in.length) {
      throw Corrupt.trailing();
    }
    return out;
  }

  private int block(byte[] in, int at, int length, boolean compressed, byte[] out, int size)
      throws Corrupt {
    if (!compressed) {
      if (length > out.length - size) {
        throw Corrupt.damaged();
      }
      System.arraycopy(in, at, out, size, length);
      return size + length;
    }
    try {
      return size + decompressor.decompress(in, at, length, out, size, out.length - size);
    } catch (LZ4Exception e) {
      // its message says no more than this
      throw Corrupt.damaged();
    }
  }

  private byte check(byte[] in, int from, int to) {
    return (byte) (hash.hash(in, from, to - from, 0) >>> 8);
  }

  private static int blockSize(int code) {
    return 1 << (8 + 2 * code);
  }

  private static void need(byte[] in, int at, int length) throws Corrupt {
    if (length < 0 || in.length - at < length) {
      throw Corrupt.cutOff();
    }
  }
}
