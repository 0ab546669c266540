package io.undercroft.runtime.codec;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;

/** One Zstandard frame (RFC 8878) with the size and the checksum of its content. */
final class Zstandard implements Compression {
  private static final int LEVEL = 3;

  /**
   * A claim up to this size, or up to this ratio, is believed; beyond it memory follows content.
   */
  private static final int BELIEVED = 1 << 16;

  private static final int BELIEVED_RATIO = 64;

  /** The window that RFC 8878 asks every decoder to support: 8 MiB. */
  private static final int WINDOW_LOG = 23;

  @Override
  public byte[] compress(byte[] in) {
    try (ZstdCompressCtx context = new ZstdCompressCtx()) {
      context.setLevel(LEVEL);
      context.setChecksum(true);
      return context.compress(in);
    }
  }

  @Override
  public byte[] expand(byte[] in, int most) throws Corrupt {
    if (in.length == 0) {
      throw Corrupt.cutOff();
    }
    long claimed;
    try {
      long frame = Zstd.findFrameCompressedSize(in);
      if (Zstd.isError(frame)) {
        throw Corrupt.damaged();
      }
      if (frame < in.length) {
        throw Corrupt.trailing();
      }
      claimed = Zstd.getFrameContentSize(in);
    } catch (ZstdException e) {
      // its message says no more than this
      throw Corrupt.damaged();
    }
    if (claimed < 0) {
      throw new Corrupt("the bytes are no Zstandard frame with its content's size");
    }
    if (claimed > most) {
      throw Corrupt.tooLarge(most);
    }
    byte[] out =
        claimed <= Math.max(BELIEVED, (long) in.length * BELIEVED_RATIO)
            ? atOnce(in, (int) claimed)
            : bitByBit(in, (int) claimed);
    if (out.length != claimed) {
      throw Corrupt.damaged();
    }
    return out;
  }

  private static byte[] atOnce(byte[] in, int claimed) throws Corrupt {
    try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
      return context.decompress(in, claimed);
    } catch (ZstdException e) {
      // its message says no more than this
      throw Corrupt.damaged();
    }
  }

  private static byte[] bitByBit(byte[] in, int claimed) throws Corrupt {
    try (ZstdInputStreamNoFinalizer stream =
        new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(in)).setLongMax(WINDOW_LOG)) {
      byte[] out = new byte[BELIEVED];
      int size = 0;
      while (true) {
        if (size == out.length) {
          if (size == claimed) {
            if (stream.read() >= 0) {
              throw Corrupt.damaged();
            }
            return out;
          }
          out = Arrays.copyOf(out, (int) Math.min(claimed, size * 2L));
        }
        int more = stream.read(out, size, out.length - size);
        if (more < 0) {
          return Arrays.copyOf(out, size);
        }
        size += more;
      }
    } catch (IOException e) {
      // its message says no more than this
      throw Corrupt.damaged();
    }
  }
}
