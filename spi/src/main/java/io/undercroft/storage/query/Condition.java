package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What must hold for a value to match; immutable.
 *
 * <p>Conditions nest at most 100 deep, and one holds at most 10,000 others: whatever works on a
 * condition may walk it without looking at its size. Values nest at most 100 deep and hold at most
 * 100,000 elements, numbers at most 10,000 digits, and patterns at most 1,000 characters. Anything
 * beyond is INVALID_QUERY when it is built.
 */
public sealed interface Condition {
  /** Both hold. More and more joined so stand side by side in one {@link All}. */
  default Condition and(Condition other) {
    return this instanceof All all
        ? new All(Extent.appended(all.conditions(), other))
        : new All(List.of(this, other));
  }

  /**
   * At least one of the two holds. More and more joined so stand side by side in one {@link Any}.
   */
  default Condition or(Condition other) {
    return this instanceof Any any
        ? new Any(Extent.appended(any.conditions(), other))
        : new Any(List.of(this, other));
  }

  /** It does not hold. */
  default Condition not() {
    return new Not(this);
  }

  /**
   * A comparison of a field with a value.
   *
   * @param field the path: {@code "address.city"}
   * @param operator the comparison
   * @param value what to compare with, as JSON's types: String, Number, Boolean, List, Map; empty
   *     for JSON's null
   */
  record Comparison(String field, Operator operator, Optional<Object> value) implements Condition {
    /** Checks the path and that the value is of the operator's type; copies lists and maps. */
    public Comparison {
      Field.requirePath(field);
      Objects.requireNonNull(operator, "operator");
      value = value.map(v -> Objects.requireNonNull(Extent.immutable(field, v)));
      check(field, operator, value);
    }

    private static void check(String field, Operator operator, Optional<Object> value) {
      boolean fits =
          switch (operator) {
            case IN, NIN -> value.filter(List.class::isInstance).isPresent();
            case REGEX, SEARCH -> value.filter(String.class::isInstance).isPresent();
            case EXISTS -> value.filter(Boolean.class::isInstance).isPresent();
            case NEAR, WITHIN -> value.filter(Map.class::isInstance).isPresent();
            case EQ, NE, GT, GTE, LT, LTE -> true;
          };
      if (operator == Operator.REGEX && value.isPresent()) {
        Extent.requirePattern(field, value.get());
      }
      if (!fits) {
        throw StorageException.of(
            ErrorCode.INVALID_QUERY,
            "'"
                + operator.wireName()
                + "' on "
                + StorageException.quote(field)
                + " needs "
                + switch (operator) {
                  case IN, NIN -> "a list";
                  case REGEX, SEARCH -> "a text";
                  case EXISTS -> "true or false";
                  default -> "an object";
                });
      }
    }
  }

  /**
   * A condition inside an object, or inside one element of an array.
   *
   * @param field the path to the object or array
   * @param inner what must hold of it, with paths that start there
   */
  record Nested(String field, Condition inner) implements Condition {
    /** Checks the path. */
    public Nested {
      Field.requirePath(field);
      Objects.requireNonNull(inner, "inner");
      Extent.require(List.of(inner));
    }
  }

  /** All hold; an empty list holds. */
  record All(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public All {
      conditions = List.copyOf(conditions);
      Extent.require(conditions);
    }
  }

  /** At least one holds; an empty list does not. */
  record Any(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public Any {
      conditions = List.copyOf(conditions);
      Extent.require(conditions);
    }
  }

  /** The inner one does not hold. */
  record Not(Condition inner) implements Condition {
    /** Checks that nothing is {@code null}. */
    public Not {
      Objects.requireNonNull(inner, "inner");
      Extent.require(List.of(inner));
    }
  }
}
