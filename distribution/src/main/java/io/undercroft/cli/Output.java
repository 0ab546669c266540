package io.undercroft.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A stream for data, in UTF-8 and buffered, that knows why it failed.
 *
 * <p>That nobody reads any more what is written into a pipe, as in {@code undercroft export |
 * head}, is no failure of ours.
 */
final class Output extends PrintStream {
  private static final int BUFFER = 1 << 16;

  private final Remembering target;

  Output(OutputStream target) {
    this(new Remembering(target));
  }

  private Output(Remembering target) {
    super(new BufferedOutputStream(target, BUFFER), false, StandardCharsets.UTF_8);
    this.target = target;
  }

  /** Nobody reads any more. */
  static final class ReaderGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ReaderGoneException(IOException cause) {
      super("nobody reads the output any more", cause);
    }
  }

  /** Flushes a stream and throws if not all that was written has arrived. */
  static void check(PrintStream out) throws IOException {
    if (!out.checkError()) {
      return;
    }
    IOException failure = out instanceof Output output ? output.target.failure : null;
    if (failure == null) {
      throw new IOException("not all of the output could be written");
    }
    String why = String.valueOf(failure.getMessage());
    if (why.toLowerCase(Locale.ROOT).contains("pipe")) { // so say Linux, macOS and Windows
      throw new ReaderGoneException(failure);
    }
    throw new IOException("not all of the output could be written: " + why, failure);
  }

  private static final class Remembering extends OutputStream {
    private final OutputStream stream;
    private volatile @Nullable IOException failure;

    Remembering(OutputStream stream) {
      this.stream = stream;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        stream.write(bytes, from, length);
      } catch (IOException e) {
        failure = e;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }
}
