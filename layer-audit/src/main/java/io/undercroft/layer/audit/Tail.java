package io.undercroft.layer.audit;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The end of one file.
 *
 * @param last the last whole line, if there is one
 * @param before the whole line before it, if there is one
 * @param torn how many bytes stand behind the last line break
 */
record Tail(Optional<byte[]> last, Optional<byte[]> before, long torn) {
  private static final int BLOCK = 1 << 14;

  static Tail of(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long length = in.length();
      long end = breakBefore(in, length) + 1;
      if (end == 0) {
        return new Tail(Optional.empty(), Optional.empty(), length);
      }
      long start = breakBefore(in, end - 1) + 1;
      Optional<byte[]> last = Optional.of(bytes(in, start, end - 1));
      if (start == 0) {
        return new Tail(last, Optional.empty(), length - end);
      }
      long startBefore = breakBefore(in, start - 1) + 1;
      return new Tail(last, Optional.of(bytes(in, startBefore, start - 1)), length - end);
    }
  }

  /** Returns where the last line break before this place stands; -1 if there is none. */
  private static long breakBefore(RandomAccessFile in, long place) throws IOException {
    byte[] block = new byte[BLOCK];
    long end = place;
    while (end > 0) {
      int size = (int) Math.min(BLOCK, end);
      in.seek(end - size);
      in.readFully(block, 0, size);
      for (int i = size - 1; i >= 0; i--) {
        if (block[i] == '\n') {
          return end - size + i;
        }
      }
      end -= size;
    }
    return -1;
  }

  private static byte[] bytes(RandomAccessFile in, long start, long end) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(end - start)];
    in.seek(start);
    in.readFully(bytes);
    return bytes;
  }
}
