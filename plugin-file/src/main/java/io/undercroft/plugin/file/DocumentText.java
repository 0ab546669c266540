package io.undercroft.plugin.file;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** One JSON object with a member for each entry, as text and taken apart. */
final class DocumentText {
  private static final int LONGEST_KEY = 1_024;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private DocumentText() {}

  /**
   * Takes a document apart.
   *
   * @return the members' values as they stand there, in their order
   */
  static Map<String, byte[]> parse(byte[] text) throws JsonScanner.Malformed {
    JsonScanner scanner = new JsonScanner(text);
    Map<String, byte[]> members = new LinkedHashMap<>();
    int at = scanner.skipBlanks(0);
    if (scanner.peek(at, "'{'") != '{') {
      throw new JsonScanner.Malformed(at, "expected '{': a document is one object");
    }
    at = scanner.skipBlanks(at + 1);
    boolean first = true;
    while (scanner.peek(at, "a name or '}'") != '}') {
      if (!first) {
        if (scanner.peek(at, "',' or '}'") != ',') {
          throw new JsonScanner.Malformed(at, "expected ',' or '}'");
        }
        at = scanner.skipBlanks(at + 1);
      }
      first = false;
      int name = at;
      int value = scanner.skipName(name);
      String key = string(text, name, scanner.skipString(name));
      refuseKey(key, name);
      at = scanner.skipValue(value);
      if (members.put(key, Arrays.copyOfRange(text, value, at)) != null) {
        throw new JsonScanner.Malformed(name, "this key is there twice");
      }
      at = scanner.skipBlanks(at);
    }
    int end = scanner.skipBlanks(at + 1);
    if (end != text.length) {
      throw new JsonScanner.Malformed(end, "expected nothing after the object's '}'");
    }
    return members;
  }

  private static void refuseKey(String key, int offset) throws JsonScanner.Malformed {
    String wrong = "";
    if (key.isEmpty()) {
      wrong = "a key is never empty";
    } else if (key.indexOf('\0') >= 0) {
      wrong = "a key never holds U+0000";
    } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      wrong = "a key never holds half a surrogate pair";
    } else if (key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY) {
      wrong = "a key has at most 1,024 UTF-8 bytes";
    }
    if (!wrong.isEmpty()) {
      throw new JsonScanner.Malformed(offset, wrong);
    }
  }

  /** Returns what a well-formed string between these places means. */
  private static String string(byte[] text, int from, int to) {
    String inside = new String(text, from + 1, to - from - 2, StandardCharsets.UTF_8);
    if (inside.indexOf('\\') < 0) {
      return inside;
    }
    StringBuilder out = new StringBuilder(inside.length());
    for (int i = 0; i < inside.length(); i++) {
      char c = inside.charAt(i);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = inside.charAt(++i);
      switch (kind) {
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append((char) Integer.parseInt(inside.substring(i + 1, i + 5), 16));
          i += 4;
        }
        default -> out.append(kind);
      }
    }
    return out.toString();
  }

  /** Returns a text as a JSON string. */
  static byte[] quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20 || c == 0x7f) {
        out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
      } else {
        out.append(c);
      }
    }
    return out.append('"').toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the document of these entries, with a line break at its end. */
  static byte[] format(Collection<DocumentEntry> entries, boolean pretty) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 12);
    out.write('{');
    boolean first = true;
    for (DocumentEntry entry : entries) {
      if (!first) {
        out.write(',');
      }
      first = false;
      if (pretty) {
        out.writeBytes(new byte[] {'\n', ' ', ' '});
      }
      out.writeBytes(quoted(entry.key()));
      out.write(':');
      if (pretty) {
        out.write(' ');
      }
      out.writeBytes(entry.text());
    }
    if (pretty && !first) {
      out.write('\n');
    }
    out.write('}');
    out.write('\n');
    return out.toByteArray();
  }

  /** Returns where an offset is, for a person: {@code "line 3, column 7"}. */
  static String place(byte[] text, int offset) {
    int line = 1;
    int start = 0;
    for (int i = 0; i < offset && i < text.length; i++) {
      if (text[i] == '\n') {
        line++;
        start = i + 1;
      }
    }
    int length = Math.min(offset, text.length) - start;
    String before = new String(text, start, length, StandardCharsets.UTF_8);
    return "line " + line + ", column " + (before.codePointCount(0, before.length()) + 1);
  }
}
