package io.undercroft.storage.query;

import java.util.Locale;
import java.util.Optional;

/**
 * What a comparison asks. The meanings are those that MongoDB documents for the operator of the
 * same name: a comparison holds only within one JSON type; a condition on an array holds if the
 * array itself or any element matches.
 */
public enum Operator {
  /** Equal; {@code eq null} also holds for a missing field. */
  EQ,
  /** Not equal; also holds for a missing field. */
  NE,
  /** Greater than. */
  GT,
  /** Greater than or equal. */
  GTE,
  /** Less than. */
  LT,
  /** Less than or equal. */
  LTE,
  /** Equal to one of a list. */
  IN,
  /** Equal to none of a list; also holds for a missing field. */
  NIN,
  /** An RE2 pattern is found in the text; it is not anchored, flags are inline: {@code (?i)}. */
  REGEX,
  /** The field is there (true) or missing (false); {@code null} is there. */
  EXISTS,
  /** {@link Field#search}: the text is found by a fulltext index; UNSUPPORTED without one. */
  SEARCH,
  /** {@link Field#near}: the point is near another; UNSUPPORTED without a spatial index. */
  NEAR,
  /** {@link Field#within}: the point is in an area; UNSUPPORTED without a spatial index. */
  WITHIN;

  private final String wire = name().toLowerCase(Locale.ROOT);

  /** Returns the name in the wire form: {@code "eq"}. */
  public String wireName() {
    return wire;
  }

  /** Returns the operator of this wire name, if there is one. */
  public static Optional<Operator> ofWireName(String name) {
    for (Operator operator : values()) {
      if (operator.wire.equals(name)) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
