package io.undercroft.plugin.file;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The one stem of a file name for each key: what stands before the extension.
 *
 * <p>{@code [a-z0-9._-]} stand for themselves, every other UTF-8 byte is {@code %} and two small
 * hex digits. No capital and nothing outside ASCII is ever written, so that no file system can take
 * two stems for one by folding case or by normalising. A leading dot and the first letter of a
 * device name of Windows are escaped too. A stem that would be longer than {@value #LONGEST}
 * becomes its beginning, {@code %_} and the SHA-256 of the key; no other stem holds {@code %_}.
 */
final class FileNames {
  /** The most characters in a stem; 55 are left for the extension. */
  static final int LONGEST = 200;

  private static final int HASHED_START = 64;
  private static final String HASH_MARK = "%_";
  private static final char[] HEX = "0123456789abcdef".toCharArray();
  private static final Set<String> DEVICES = devices();

  private FileNames() {}

  private static Set<String> devices() {
    Set<String> names = new HashSet<>(Set.of("con", "prn", "aux", "nul"));
    for (int i = 0; i <= 9; i++) {
      names.add("com" + i);
      names.add("lpt" + i);
    }
    return Set.copyOf(names);
  }

  /** Returns the stem of a key. */
  static String stem(String key) {
    if (isPlain(key)) {
      return key;
    }
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    StringBuilder out = new StringBuilder(bytes.length * 3);
    boolean device = isDevice(key);
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xff;
      boolean escape = !isPlain((char) b) || (i == 0 && (b == '.' || device));
      if (escape) {
        out.append('%').append(HEX[b >> 4]).append(HEX[b & 15]);
      } else {
        out.append((char) b);
      }
    }
    return out.length() <= LONGEST ? out.toString() : hashed(out, bytes);
  }

  private static String hashed(StringBuilder escaped, byte[] key) {
    int end = HASHED_START;
    for (int i = end - 2; i < end; i++) {
      if (escaped.charAt(i) == '%') {
        end = i;
      }
    }
    return escaped.substring(0, end) + HASH_MARK + HexFormat.of().formatHex(sha256(key));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** Returns whether the stem holds a hash, so that only the metadata know the key. */
  static boolean isHashed(String stem) {
    return stem.contains(HASH_MARK);
  }

  /**
   * Returns the key of a stem; empty if the stem holds a hash or is not exactly what {@link #stem}
   * makes of any key.
   */
  static Optional<String> key(String stem) {
    if (isPlain(stem)) {
      return Optional.of(stem);
    }
    byte[] bytes = new byte[stem.length()];
    int length = 0;
    for (int i = 0; i < stem.length(); i++) {
      char c = stem.charAt(i);
      if (c == '%') {
        if (i + 2 >= stem.length()) {
          return Optional.empty();
        }
        int high = Character.digit(stem.charAt(i + 1), 16);
        int low = Character.digit(stem.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        bytes[length++] = (byte) (high << 4 | low);
        i += 2;
      } else if (isPlain(c)) {
        bytes[length++] = (byte) c;
      } else {
        return Optional.empty();
      }
    }
    CharBuffer text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes, 0, length));
    } catch (CharacterCodingException e) {
      return Optional.empty(); // somebody else's file: no key has this name
    }
    String key = text.toString();
    return key.isEmpty() || key.indexOf('\0') >= 0 || !stem(key).equals(stem)
        ? Optional.empty()
        : Optional.of(key);
  }

  private static boolean isPlain(String text) {
    int length = text.length();
    if (length == 0 || length > LONGEST || text.charAt(0) == '.') {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!isPlain(text.charAt(i))) {
        return false;
      }
    }
    return !isDevice(text);
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  }

  /** Windows takes a name for a device by what stands before its first dot. */
  private static boolean isDevice(String text) {
    int dot = text.indexOf('.');
    int end = dot < 0 ? text.length() : dot;
    return (end == 3 || end == 4) && DEVICES.contains(text.substring(0, end));
  }
}
