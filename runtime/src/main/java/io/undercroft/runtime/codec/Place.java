package io.undercroft.runtime.codec;

import jakarta.json.stream.JsonLocation;

/**
 * A place in a document.
 *
 * @param line from 1, or -1 where bytes have no lines
 * @param column from 1, in characters, or -1
 * @param offset from 0, in bytes
 */
record Place(long line, long column, long offset) implements JsonLocation {
  /** Returns the place of a byte in UTF-8 text. */
  static Place inText(byte[] in, int offset) {
    long line = 1;
    int start = 0;
    for (int i = 0; i < offset; i++) {
      if (in[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    long column = 1;
    for (int i = start; i < offset; i++) {
      if ((in[i] & 0xc0) != 0x80) {
        column++;
      }
    }
    return new Place(line, column, offset);
  }

  /** Returns the place of a byte where there are no lines. */
  static Place inBytes(int offset) {
    return new Place(-1, -1, offset);
  }

  @Override
  public long getLineNumber() {
    return line;
  }

  @Override
  public long getColumnNumber() {
    return column;
  }

  @Override
  public long getStreamOffset() {
    return offset;
  }

  @Override
  public String toString() {
    return line < 0
        ? "byte " + offset
        : "line " + line + ", column " + column + " (byte " + offset + ")";
  }
}
