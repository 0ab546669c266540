package io.undercroft.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** What stands on the command line: names with two hyphens, each with a value behind it. */
final class Arguments {
  private final Map<String, String> values = new HashMap<>();

  /**
   * Takes them apart.
   *
   * @throws IllegalArgumentException if one is not known or has no value
   */
  Arguments(String[] arguments, Set<String> known) {
    for (int i = 0; i < arguments.length; i += 2) {
      if (!known.contains(arguments[i])) {
        throw new IllegalArgumentException("'" + arguments[i] + "' is none of " + known);
      }
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException(arguments[i] + " needs a value");
      }
      values.put(arguments[i], arguments[i + 1]);
    }
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  /** Returns a positive whole number. */
  int number(String name, int otherwise) {
    String text = values.getOrDefault(name, String.valueOf(otherwise));
    if (!text.matches("[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(name + " needs a number from 1 on, got '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /** Returns those of all that are named, separated by commas; all if none is named. */
  <E extends Enum<E>> List<E> some(String name, E[] all, Function<String, E> byName) {
    String text = values.getOrDefault(name, "");
    if (text.equals("none")) {
      return List.of();
    }
    return text.isEmpty()
        ? List.of(all)
        : Stream.of(text.split(",", -1)).map(one -> byName.apply(upper(one))).toList();
  }

  private static String upper(String name) {
    return name.strip().toUpperCase(Locale.ROOT);
  }
}
