package io.undercroft.storage.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How deep, long and large conditions and their values may be. */
final class Extent {
  private static final int DEEPEST = 100;
  private static final int MOST_CONDITIONS = 10_000;
  private static final int LONGEST_LIST = 100_000;
  private static final int LONGEST_PATTERN = 1_000;
  private static final int LONGEST_NUMBER_BITS = 33_220; // 10,000 decimal digits

  private Extent() {}

  /** Refuses a condition that would hold these if it nested too deep or held too many. */
  static void require(List<Condition> inner) {
    int deepest = 0;
    int count = 0;
    for (Condition condition : inner) {
      deepest = Math.max(deepest, depth(condition));
      count += count(condition, MOST_CONDITIONS - count);
      if (count > MOST_CONDITIONS) {
        throw invalid("a condition holds more than 10,000 others; ask with 'in' instead");
      }
    }
    if (deepest >= DEEPEST) {
      throw invalid("conditions nest more than 100 deep; put them side by side");
    }
  }

  /** Every condition that exists was checked, so this goes at most 100 deep. */
  private static int depth(Condition condition) {
    int deepest = 0;
    for (Condition inner : inside(condition)) {
      deepest = Math.max(deepest, depth(inner));
    }
    return deepest + 1;
  }

  /** Counts a condition and what it holds; stops as soon as there are more than this. */
  private static int count(Condition condition, int most) {
    int count = 1;
    for (Condition inner : inside(condition)) {
      if (count > most) {
        break;
      }
      count += count(inner, most - count);
    }
    return count;
  }

  private static List<Condition> inside(Condition condition) {
    if (condition instanceof Condition.All all) {
      return all.conditions();
    } else if (condition instanceof Condition.Any any) {
      return any.conditions();
    } else if (condition instanceof Condition.Not not) {
      return List.of(not.inner());
    } else if (condition instanceof Condition.Nested nested) {
      return List.of(nested.inner());
    }
    return List.of();
  }

  static List<Condition> appended(List<Condition> conditions, Condition last) {
    List<Condition> more = new ArrayList<>(conditions.size() + 1);
    more.addAll(conditions);
    more.add(last);
    return more;
  }

  static void requirePattern(String field, Object pattern) {
    if (pattern instanceof String text && text.length() > LONGEST_PATTERN) {
      throw invalid(
          "the pattern for "
              + StorageException.quote(field)
              + " has "
              + text.length()
              + " characters; 1,000 are possible");
    }
  }

  /** Copies lists and maps, and refuses what JSON does not have or what is too large. */
  static @Nullable Object immutable(String field, @Nullable Object value) {
    return immutable(field, value, 0, new int[1]);
  }

  private static @Nullable Object immutable(
      String field, @Nullable Object value, int depth, int[] elements) {
    if (value == null || value instanceof String || value instanceof Boolean) {
      return value;
    }
    if (value instanceof Number number) {
      requireNumber(field, number);
      return number;
    }
    if (depth == DEEPEST) {
      throw invalid("the value for " + StorageException.quote(field) + " nests more than 100 deep");
    }
    if (value instanceof List<?> list) {
      requireLength(field, list.size(), elements);
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (Object element : list) {
        copy.add(immutable(field, element, depth + 1, elements));
      }
      return Collections.unmodifiableList(copy);
    }
    if (value instanceof Map<?, ?> map) {
      requireLength(field, map.size(), elements);
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach(
          (k, v) -> copy.put(requireName(field, k), immutable(field, v, depth + 1, elements)));
      return Collections.unmodifiableMap(copy);
    }
    throw invalid(
        "a condition compares with text, numbers, booleans, lists and maps, not with "
            + value.getClass().getName());
  }

  private static Object requireName(String field, @Nullable Object name) {
    if (name instanceof String) {
      return name;
    }
    throw invalid(
        "the value for "
            + StorageException.quote(field)
            + " is a map with a key that is no text; JSON has none");
  }

  /** Counts over the whole value: what it holds several times counts several times. */
  private static void requireLength(String field, int length, int[] elements) {
    if (length > LONGEST_LIST - elements[0]) {
      throw invalid(
          "the value for "
              + StorageException.quote(field)
              + " has more than 100,000 elements; ask in several queries");
    }
    elements[0] += length;
  }

  private static void requireNumber(String field, Number number) {
    boolean finite =
        !(number instanceof Double d && !Double.isFinite(d))
            && !(number instanceof Float f && !Float.isFinite(f));
    if (!finite) {
      throw invalid(
          "the value for "
              + StorageException.quote(field)
              + " is infinite or not a number; JSON has none");
    }
    BigInteger digits =
        number instanceof BigDecimal decimal
            ? decimal.unscaledValue()
            : number instanceof BigInteger whole ? whole : BigInteger.ZERO;
    if (digits.bitLength() > LONGEST_NUMBER_BITS) {
      throw invalid(
          "the value for " + StorageException.quote(field) + " has more than 10,000 digits");
    }
  }

  private static StorageException invalid(String message) {
    return StorageException.of(ErrorCode.INVALID_QUERY, message);
  }
}
