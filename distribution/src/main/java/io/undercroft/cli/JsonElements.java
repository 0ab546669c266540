package io.undercroft.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Cuts a stream into JSON values, one at a time: the elements of one array, or values one after the
 * other as in NDJSON. It finds where a value ends and leaves its parsing to the guarded door.
 *
 * <p><b>Memory:</b> one value, at most {@link #LONGEST} bytes.
 */
final class JsonElements {
  static final int LONGEST = 64 << 20;

  private static final int END = -1;

  private final InputStream in;
  private boolean started;
  private boolean array;
  private boolean first = true;
  private boolean finished;
  private int next;

  /** Takes a buffered stream, which the caller closes. */
  JsonElements(InputStream in) {
    this.in = in;
  }

  /** Returns the bytes of the next value, or empty at the end. */
  Optional<byte[]> next() throws IOException {
    if (!started) {
      start();
    }
    if (finished) {
      return Optional.empty();
    }
    skipBlanks();
    if (array) {
      if (next == ']') {
        end();
        return Optional.empty();
      }
      if (!first) {
        if (next != ',') {
          throw new UsageException("expected ',' or ']' between the elements of the array");
        }
        advance();
        skipBlanks();
      }
    } else if (next == END) {
      finished = true;
      return Optional.empty();
    }
    first = false;
    return Optional.of(value());
  }

  private void start() throws IOException {
    started = true;
    advance();
    if (next == 0xEF) { // a byte order mark is not part of JSON, but editors leave it
      advance();
      advance();
      advance();
    }
    skipBlanks();
    if (next == '[') {
      array = true;
      advance();
    }
  }

  private void end() throws IOException {
    finished = true;
    advance();
    skipBlanks();
    if (next != END) {
      throw new UsageException("there is more after the end of the array");
    }
  }

  private byte[] value() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int depth = 0;
    boolean inText = false;
    boolean escaped = false;
    while (true) {
      if (next == END) {
        if (depth > 0 || inText || array) {
          throw new UsageException("the input ends in the middle of a value");
        }
        return bytes.toByteArray();
      }
      if (!inText
          && depth == 0
          && (next == ',' || next == ']' || next == '}' || (isBlank(next) && bytes.size() > 0))) {
        return bytes.toByteArray();
      }
      if (bytes.size() == LONGEST) {
        throw new UsageException("a value is longer than " + LONGEST + " bytes");
      }
      bytes.write(next);
      if (inText) {
        if (escaped) {
          escaped = false;
        } else if (next == '\\') {
          escaped = true;
        } else if (next == '"') {
          inText = false;
        }
      } else if (next == '"') {
        inText = true;
      } else if (next == '{' || next == '[') {
        depth++;
      } else if (next == '}' || next == ']') {
        depth--;
      }
      boolean complete = depth == 0 && !inText && (next == '}' || next == ']' || next == '"');
      advance();
      if (complete) {
        return bytes.toByteArray();
      }
    }
  }

  private void skipBlanks() throws IOException {
    while (isBlank(next)) {
      advance();
    }
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
  }

  private void advance() throws IOException {
    next = in.read();
  }
}
