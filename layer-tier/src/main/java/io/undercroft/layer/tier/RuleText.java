package io.undercroft.layer.tier;

import io.undercroft.spi.Option;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads rules: {@code cold if age > 30d and size > 1MiB; expire if age > 365d}. */
final class RuleText {
  private static final Pattern RULE = Pattern.compile("(?s)(warm|cold|expire)\\s+if\\s+(.+)");
  private static final Pattern COMPARISON =
      Pattern.compile("(age|idle|size|count)\\s*([<>])\\s*(\\S+)");
  private static final Pattern METADATA = Pattern.compile("metadata\\.(\\S+?)\\s*=\\s*(.+)");
  private static final Pattern WHERE = Pattern.compile("(?s)where\\s*(\\{.*})");
  private static final Pattern AND = Pattern.compile("\\sand\\s");
  private static final Option<Duration> DURATION = Option.duration("duration");
  private static final Option<Long> BYTES = Option.bytes("bytes");
  private static final Option<Long> NUMBER = Option.longs("number");

  private RuleText() {}

  /**
   * Reads them.
   *
   * @throws StorageException INVALID_CONFIG, quoting what is no rule
   */
  static List<Rule> rules(String text) {
    List<Rule> rules = new ArrayList<>();
    for (String each : split(text, ";")) {
      if (!each.isBlank()) {
        rules.add(rule(each.strip()));
      }
    }
    if (rules.isEmpty()) {
      throw TierSettings.invalid("tier.rules has no rule");
    }
    return rules;
  }

  private static Rule rule(String text) {
    Matcher matcher = RULE.matcher(text);
    if (!matcher.matches()) {
      throw wrong(text, "a rule is TARGET if CONDITION, the target warm, cold or expire");
    }
    List<Rule.Part> parts = new ArrayList<>();
    for (String part : split(matcher.group(2), " and ")) {
      parts.add(part(part.strip()));
    }
    return new Rule(text, Tier.of(matcher.group(1)), parts);
  }

  private static Rule.Part part(String text) {
    Matcher comparison = COMPARISON.matcher(text);
    if (comparison.matches()) {
      return comparison(text, comparison);
    }
    Matcher metadata = METADATA.matcher(text);
    if (metadata.matches()) {
      return new Rule.Part.Metadata(metadata.group(1), metadata.group(2));
    }
    Matcher where = WHERE.matcher(text);
    if (where.matches()) {
      return new Rule.Part.Where(where.group(1));
    }
    throw wrong(
        text,
        "a condition is age > 30d, idle > 7d, size > 1MiB, count > 10000, metadata.NAME = TEXT or"
            + " where {JSON}");
  }

  private static Rule.Part comparison(String text, Matcher matcher) {
    String what = matcher.group(1);
    boolean more = matcher.group(2).equals(">");
    if (!more && !what.equals("size")) {
      throw wrong(text, what + " is compared by > only");
    }
    try {
      return switch (what) {
        case "age" -> new Rule.Part.Age(DURATION.parse(matcher.group(3)));
        case "idle" -> new Rule.Part.Idle(DURATION.parse(matcher.group(3)));
        case "size" -> new Rule.Part.Size(BYTES.parse(matcher.group(3)), more);
        default -> new Rule.Part.Count(NUMBER.parse(matcher.group(3)));
      };
    } catch (IllegalArgumentException e) {
      throw wrong(text, String.valueOf(e.getMessage()));
    }
  }

  private static StorageException wrong(String text, String why) {
    return TierSettings.invalid(
        "tier.rules: " + StorageException.quote(text) + " is not understood: " + why);
  }

  /** Splits where the separator stands outside of JSON. */
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    String plain = separator.equals(";") ? text : AND.matcher(text).replaceAll(" and ");
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (depth > 0 && c == '\\' && quoted) {
        i++;
      } else if (depth > 0 && c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '{') {
        depth++;
      } else if (!quoted && c == '}') {
        depth--;
      } else if (depth == 0 && plain.startsWith(separator, i)) {
        parts.add(plain.substring(start, i));
        start = i + separator.length();
        i = start - 1;
      }
    }
    parts.add(plain.substring(start));
    return parts;
  }
}
