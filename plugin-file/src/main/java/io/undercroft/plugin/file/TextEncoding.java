package io.undercroft.plugin.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON in the character encoding that the files have, and in UTF-8 as it is handed on.
 *
 * <p>A character that the encoding does not have becomes an escape: in JSON, characters outside
 * ASCII stand in strings only.
 *
 * <p><b>Threads:</b> immutable.
 */
final class TextEncoding {
  private static final byte[] UTF_8_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  private final Charset charset;

  TextEncoding(Charset charset) {
    this.charset = charset;
  }

  /** Returns UTF-8 JSON in this encoding. */
  byte[] fromUtf8(byte[] json) throws CharacterCodingException {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return json;
    }
    CharBuffer text = decoder(StandardCharsets.UTF_8).decode(ByteBuffer.wrap(json));
    CharsetEncoder encoder = charset.newEncoder();
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length();
      CharSequence character = text.subSequence(i, pair ? i + 2 : i + 1);
      if (c < 0x80 || encoder.canEncode(character)) {
        escaped.append(character);
      } else {
        character.chars().forEach(unit -> escaped.append(String.format("\\u%04x", unit)));
      }
      i += pair ? 1 : 0;
    }
    ByteBuffer bytes = charset.newEncoder().encode(CharBuffer.wrap(escaped));
    return rest(bytes);
  }

  /** Returns what a file holds as UTF-8, without the mark that some editors put at the start. */
  byte[] toUtf8(byte[] file) throws CharacterCodingException {
    if (charset.equals(StandardCharsets.UTF_8)) {
      return startsWithMark(file) ? Arrays.copyOfRange(file, UTF_8_MARK.length, file.length) : file;
    }
    CharBuffer text = decoder(charset).decode(ByteBuffer.wrap(file));
    if (text.length() > 0 && text.charAt(0) == '\ufeff') {
      text.position(1);
    }
    ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(text);
    return rest(bytes);
  }

  /** As {@link #toUtf8}, and refuses bytes that are not in this encoding even if it is UTF-8. */
  byte[] checked(byte[] file) throws CharacterCodingException {
    decoder(charset).decode(ByteBuffer.wrap(file));
    return toUtf8(file);
  }

  /** Returns the place of the first bytes that are not in this encoding, for a person. */
  String firstStrange(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file);
    CharBuffer out = CharBuffer.allocate(1 << 12);
    CharsetDecoder decoder = decoder(charset);
    int line = 1;
    int column = 1;
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      out.flip();
      while (out.hasRemaining()) {
        char c = out.get();
        line += c == '\n' ? 1 : 0;
        column = c == '\n' ? 1 : Character.isLowSurrogate(c) ? column : column + 1;
      }
      out.clear();
      if (!result.isOverflow()) {
        return "line " + line + ", column " + column;
      }
    }
  }

  private static byte[] rest(ByteBuffer bytes) {
    byte[] rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  private static CharsetDecoder decoder(Charset charset) {
    return charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private static boolean startsWithMark(byte[] file) {
    return file.length >= UTF_8_MARK.length
        && file[0] == UTF_8_MARK[0]
        && file[1] == UTF_8_MARK[1]
        && file[2] == UTF_8_MARK[2];
  }

  @Override
  public String toString() {
    return charset.name();
  }
}
