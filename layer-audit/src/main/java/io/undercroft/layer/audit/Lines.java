package io.undercroft.layer.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The lines of one file, as bytes.
 *
 * <p><b>Threads:</b> for one.
 */
final class Lines implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final InputStream in;
  private boolean torn;

  Lines(Path file) throws IOException {
    this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER);
  }

  /** Returns the next line without its line break; empty at the end. */
  Optional<byte[]> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    while (true) {
      int read = in.read();
      if (read == '\n') {
        return Optional.of(line.toByteArray());
      }
      if (read < 0) {
        torn = line.size() > 0;
        return torn ? Optional.of(line.toByteArray()) : Optional.empty();
      }
      line.write(read);
    }
  }

  /** Returns whether the line that was handed out last had no line break at its end. */
  boolean isTorn() {
    return torn;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
