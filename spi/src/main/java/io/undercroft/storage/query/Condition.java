package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What must hold for a value to match; immutable. */
public sealed interface Condition {
  /** Both hold. */
  default Condition and(Condition other) {
    return new All(List.of(this, other));
  }

  /** At least one of the two holds. */
  default Condition or(Condition other) {
    return new Any(List.of(this, other));
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
      value = value.map(v -> Objects.requireNonNull(immutable(v)));
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

    private static @Nullable Object immutable(@Nullable Object value) {
      if (value instanceof List<?> list) {
        List<@Nullable Object> copy = new ArrayList<>(list.size());
        list.forEach(element -> copy.add(immutable(element)));
        return Collections.unmodifiableList(copy);
      }
      if (value instanceof Map<?, ?> map) {
        Map<Object, @Nullable Object> copy = new java.util.LinkedHashMap<>();
        map.forEach((k, v) -> copy.put(k, immutable(v)));
        return Collections.unmodifiableMap(copy);
      }
      if (value == null
          || value instanceof String
          || value instanceof Number
          || value instanceof Boolean) {
        return value;
      }
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "a condition compares with text, numbers, booleans, lists and maps, not with "
              + value.getClass().getName());
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
    }
  }

  /** All hold; an empty list holds. */
  record All(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public All {
      conditions = List.copyOf(conditions);
    }
  }

  /** At least one holds; an empty list does not. */
  record Any(List<Condition> conditions) implements Condition {
    /** Copies the list. */
    public Any {
      conditions = List.copyOf(conditions);
    }
  }

  /** The inner one does not hold. */
  record Not(Condition inner) implements Condition {
    /** Checks that nothing is {@code null}. */
    public Not {
      Objects.requireNonNull(inner, "inner");
    }
  }
}
