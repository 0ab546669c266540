package io.undercroft.runtime.client;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.WatchOptions;
import java.util.function.Predicate;

/** Which keys a watch is about: globs and patterns as predicates that take linear time. */
final class KeyFilter {
  private static final String GLOB_HELP =
      "; '*' stands for any run of characters, '?' for one, '[a-z]' for one of a set, '\\' takes the"
          + " next character as it is";

  private KeyFilter() {}

  /**
   * Returns the predicate of the options.
   *
   * @throws StorageException INVALID_QUERY if the glob or the pattern is not valid
   */
  static Predicate<String> of(WatchOptions options) {
    if (options.glob().isPresent()) {
      return glob(options.glob().get());
    }
    return options.pattern().map(KeyFilter::pattern).orElse(key -> true);
  }

  static Predicate<String> glob(String glob) {
    if (glob.equals("*")) {
      return key -> true;
    }
    Pattern compiled = compile(translate(glob), 0, "glob", glob);
    return compiled::matches;
  }

  /** Writes the glob as an RE2 pattern in which every character that means nothing is quoted. */
  private static String translate(String glob) {
    StringBuilder out = new StringBuilder("(?s)");
    int i = 0;
    while (i < glob.length()) {
      int c = glob.codePointAt(i);
      i += Character.charCount(c);
      switch (c) {
        case '*' -> out.append(".*");
        case '?' -> out.append('.');
        case '[' -> i = translateSet(glob, i, out);
        case '\\' -> {
          if (i == glob.length()) {
            throw invalidGlob(glob, "it ends with a single '\\'");
          }
          int next = glob.codePointAt(i);
          i += Character.charCount(next);
          appendLiteral(out, next);
        }
        default -> appendLiteral(out, c);
      }
    }
    return out.toString();
  }

  /** Translates a set whose opening bracket was read; returns where the rest begins. */
  private static int translateSet(String glob, int start, StringBuilder out) {
    out.append('[');
    int i = start;
    boolean empty = true;
    int from = -1; // the character before, while it may still begin a range
    boolean range = false;
    while (i < glob.length()) {
      int c = glob.codePointAt(i);
      i += Character.charCount(c);
      if (c == ']' && !empty) {
        if (range) {
          appendLiteral(out, '-');
        }
        out.append(']');
        return i;
      }
      if (c == '-' && from >= 0 && !range && i < glob.length() && glob.charAt(i) != ']') {
        range = true;
        continue;
      }
      if (c == '\\') {
        if (i == glob.length()) {
          break;
        }
        c = glob.codePointAt(i);
        i += Character.charCount(c);
      }
      if (range) {
        if (c < from) {
          throw invalidGlob(glob, "a range in it goes backwards");
        }
        out.append('-');
        appendLiteral(out, c);
        from = -1;
        range = false;
      } else {
        appendLiteral(out, c);
        from = c;
      }
      empty = false;
    }
    throw invalidGlob(glob, "a '[' in it is never closed");
  }

  private static void appendLiteral(StringBuilder out, int codePoint) {
    out.append("\\x{").append(Integer.toHexString(codePoint)).append('}');
  }

  private static StorageException invalidGlob(String glob, String why) {
    return StorageException.of(
        ErrorCode.INVALID_QUERY,
        "glob " + StorageException.quote(glob) + " is not valid: " + why + GLOB_HELP);
  }

  static Predicate<String> pattern(java.util.regex.Pattern pattern) {
    int known =
        java.util.regex.Pattern.CASE_INSENSITIVE
            | java.util.regex.Pattern.UNICODE_CASE
            | java.util.regex.Pattern.DOTALL
            | java.util.regex.Pattern.MULTILINE
            | java.util.regex.Pattern.LITERAL;
    if ((pattern.flags() & ~known) != 0) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "pattern "
              + StorageException.quote(pattern.pattern())
              + " has a flag that RE2 does not know; use CASE_INSENSITIVE, DOTALL, MULTILINE or"
              + " LITERAL");
    }
    int flags = 0;
    if ((pattern.flags() & java.util.regex.Pattern.CASE_INSENSITIVE) != 0) {
      flags |= Pattern.CASE_INSENSITIVE;
    }
    if ((pattern.flags() & java.util.regex.Pattern.DOTALL) != 0) {
      flags |= Pattern.DOTALL;
    }
    if ((pattern.flags() & java.util.regex.Pattern.MULTILINE) != 0) {
      flags |= Pattern.MULTILINE;
    }
    boolean literal = (pattern.flags() & java.util.regex.Pattern.LITERAL) != 0;
    String text = literal ? Pattern.quote(pattern.pattern()) : pattern.pattern();
    Pattern compiled = compile(text, flags, "pattern", pattern.pattern());
    return key -> compiled.matcher(key).find();
  }

  private static Pattern compile(String text, int flags, String what, String shown) {
    try {
      return Pattern.compile(text, flags);
    } catch (PatternSyntaxException e) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          what
              + " "
              + StorageException.quote(shown)
              + " is not valid: "
              + e.getDescription()
              + "; it is matched by RE2, which has no back-references and no look-around",
          e);
    }
  }
}
