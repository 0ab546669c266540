package io.undercroft.plugin.file;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lays JSON out as a person would write it: two blanks for each level, one member on a line, short
 * lists of simple values on one line. Only white space changes; order, numbers and strings stay as
 * they are.
 */
final class JsonLayout {
  private static final int LINE = 72;
  private static final int DEEPEST_INDENT = 64;

  /** White space may make a text this much larger; beyond it, the text stays as it is. */
  private static final int MOST_GROWTH = 8;

  private final byte[] text;
  private final int end;
  private final Output out;

  /** Bytes in an array that grows, without the locks of the JDK's own. */
  private static final class Output {
    private byte[] bytes;
    private int size;
    private int line;

    Output(int size) {
      bytes = new byte[size];
    }

    private void room(int more) {
      if (size + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
      }
    }

    void write(int b) {
      room(1);
      bytes[size++] = (byte) b;
    }

    void write(byte[] text, int from, int length) {
      room(length);
      System.arraycopy(text, from, bytes, size, length);
      size += length;
    }

    void newLine(int depth) {
      int indent = Math.min(depth, DEEPEST_INDENT) * 2;
      room(indent + 1);
      bytes[size++] = '\n';
      line = size;
      Arrays.fill(bytes, size, size + indent, (byte) ' ');
      size += indent;
    }

    int column() {
      return size - line;
    }
  }

  private JsonLayout(byte[] text, int end) {
    this.text = text;
    this.end = end;
    this.out = new Output(end * 2 + 16);
  }

  /**
   * Returns the value with a line break at its end, or {@code null} if the bytes are not exactly
   * one JSON value.
   *
   * @param pretty whether to lay it out; else it is only checked
   */
  static byte @Nullable [] file(byte[] json, boolean pretty) {
    if (!JsonScanner.isOneValue(json)) {
      return null;
    }
    byte[] laidOut = pretty ? pretty(json, 0) : json;
    if (laidOut.length > 0 && laidOut[laidOut.length - 1] == '\n') {
      return laidOut;
    }
    byte[] line = Arrays.copyOf(laidOut, laidOut.length + 1);
    line[laidOut.length] = '\n';
    return line;
  }

  /**
   * Returns a well-formed value, laid out to stand at this depth; without indent before its first
   * line and without a line break at its end.
   */
  static byte[] pretty(byte[] json, int depth) {
    JsonLayout layout = new JsonLayout(json, json.length);
    return layout.write(depth) ? Arrays.copyOf(layout.out.bytes, layout.out.size) : json;
  }

  private boolean write(int outer) {
    int depth = outer;
    long most = (long) end * MOST_GROWTH + 1024;
    int at = 0;
    while (at < end) {
      byte b = text[at];
      switch (b) {
        case ' ', '\n', '\r', '\t' -> at++;
        case '"' -> at = copyString(at);
        case ',' -> {
          out.write(',');
          out.newLine(depth);
          at++;
        }
        case ':' -> {
          out.write(':');
          out.write(' ');
          at++;
        }
        case '{', '[' -> {
          int close = inline(at, depth);
          if (close > 0) {
            at = close;
          } else {
            out.write(b);
            depth++;
            out.newLine(depth);
            at++;
          }
        }
        case '}', ']' -> {
          depth--;
          out.newLine(depth);
          out.write(b);
          at++;
        }
        default -> {
          out.write(b);
          at++;
        }
      }
      if (out.size > most) {
        return false;
      }
    }
    return true;
  }

  private int copyString(int from) {
    int to = stringEnd(from);
    out.write(text, from, to - from);
    return to;
  }

  private int stringEnd(int from) {
    int at = from + 1;
    while (text[at] != '"') {
      at += text[at] == '\\' ? 2 : 1;
    }
    return at + 1;
  }

  /**
   * Writes an empty object or list, or a list of simple values that fits the line, and returns
   * where it ends; 0 if it is something else.
   */
  private int inline(int from, int depth) {
    boolean object = text[from] == '{';
    int room = LINE - Math.max(out.column(), depth * 2);
    int at = from + 1;
    int length = 2;
    boolean blank = true;
    while (true) {
      byte b = text[at];
      if (b == (object ? '}' : ']') && (blank || !object)) {
        break;
      }
      if (b == ' ' || b == '\n' || b == '\r' || b == '\t') {
        at++;
        continue;
      }
      blank = false;
      if (object || b == '{' || b == '[') {
        return 0;
      }
      int next = b == '"' ? stringEnd(at) : at + 1;
      length += next - at + (b == ',' ? 1 : 0);
      if (length > room) {
        return 0;
      }
      at = next;
    }
    int close = at + 1;
    at = from;
    while (at < close) {
      byte b = text[at];
      if (b == '"') {
        at = copyString(at);
      } else {
        if (b == ',') {
          out.write(',');
          out.write(' ');
        } else if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
          out.write(b);
        }
        at++;
      }
    }
    return close;
  }
}
