package io.undercroft.runtime.config;

import java.util.Objects;
import java.util.Optional;

/**
 * A property as it was found.
 *
 * @param name the full name
 * @param text the value, expressions expanded; may hold a secret
 * @param source where it came from, in words that a user knows
 * @param ordinal the strength of the source
 * @param problem why there is no usable value, without any of it
 */
record Found(String name, String text, String source, int ordinal, Optional<String> problem) {
  Found {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(problem, "problem");
  }

  /** Returns whether it counts as set. */
  boolean isSet() {
    return problem.isPresent() || !text.isBlank();
  }

  /** Returns name and source, but never the value: a record's own would show it. */
  @Override
  public String toString() {
    return name + " (" + source + ")";
  }
}
