package io.undercroft.runtime.config;

import io.undercroft.spi.Secret;
import io.undercroft.storage.StorageException;
import java.util.regex.Pattern;

/**
 * Makes a text fit to be shown, whatever it is: nothing that may be a password stays in it.
 *
 * <p>It works on wrong texts too, for those are the ones that end up in messages: it rather hides
 * too much than parses.
 */
final class Mask {
  private static final String SECRET_WORD =
      "(?:password|passwd|pwd|passphrase|secret|token|credentials?"
          + "|(?:api|access|private|secret|account)[-_.]?key|signature|sig|auth)";

  /** {@code password=…} as in a query or a connection string. */
  private static final Pattern ASSIGNMENT =
      Pattern.compile("(?is)(" + SECRET_WORD + "\\s*=)[^&;]*");

  private static final Pattern SECRET_NAME = Pattern.compile("(?i)(?:.*[-_.])?" + SECRET_WORD);

  /** What needs no quotes in a message. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private static final int PART = 4;

  private Mask() {}

  /** Returns a value without what may be a password. */
  static String value(String text) {
    String masked = text.indexOf('@') < 0 ? withoutCredentials(text) : withoutUserInfo(text);
    return ASSIGNMENT.matcher(masked).replaceAll("$1" + Secret.MASK);
  }

  /** Hides what stands between {@code scheme:}, {@code scheme://} or {@code //} and the last @. */
  private static String withoutUserInfo(String text) {
    int slashes = text.indexOf("//");
    int colon = text.indexOf(':');
    int start;
    if (slashes >= 0 && (colon < 0 || slashes <= colon + 1)) {
      start = slashes + 2;
    } else if (colon >= 0) {
      start = colon + 1;
    } else {
      return text;
    }
    int end = text.lastIndexOf('@');
    return start > end ? text : text.substring(0, start) + Secret.MASK + text.substring(end);
  }

  /** Hides all that follows in {@code redis://me:password}, where the host was forgotten. */
  private static String withoutCredentials(String text) {
    for (int at = text.indexOf("//"); at >= 0; at = text.indexOf("//", at + 2)) {
      int start = at + 2;
      if (!text.startsWith("[", start) && !holdsHostsOnly(text, start)) {
        return text.substring(0, start) + Secret.MASK;
      }
    }
    return text;
  }

  /** Returns whether everything before the next slash is {@code host} or {@code host:port}. */
  private static boolean holdsHostsOnly(String text, int start) {
    int end = start;
    while (end < text.length() && "/?#".indexOf(text.charAt(end)) < 0) {
      end++;
    }
    for (String host : text.substring(start, end).split(",", -1)) {
      int colon = host.indexOf(':');
      if (colon >= 0 && !host.substring(colon + 1).chars().allMatch(Character::isDigit)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the value of a setting, all of it hidden if the name speaks of a secret. */
  static String value(String name, String text) {
    return SECRET_NAME.matcher(name).matches() ? Secret.MASK : value(text);
  }

  /**
   * Returns whether words hold a part of what the mask took away; parts of less than four
   * characters are everywhere and say nothing, unless the whole is that short.
   */
  static boolean givesAway(String text, String masked, String words) {
    int length = Math.min(PART, text.length());
    for (int i = 0; i + length <= text.length() && length > 0; i++) {
      String part = text.substring(i, i + length);
      if (!masked.contains(part) && words.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a masked value for a message: as it is if it is one plain word, else quoted. */
  static String quoted(String masked) {
    return PLAIN.matcher(masked).matches() ? masked : StorageException.quote(masked);
  }

  /** Returns words for a message on one line. */
  static String line(String words) {
    StringBuilder out = new StringBuilder(words.length());
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      if (c == '\n' || c == '\r' || c == '\t') {
        out.append(' ');
      } else if (Character.isISOControl(c)) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
