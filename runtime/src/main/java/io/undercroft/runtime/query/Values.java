package io.undercroft.runtime.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonParser;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON's values, and how they compare.
 *
 * <p>A value is null, a String, a Boolean, a {@code Long}, a {@link BigDecimal}, a {@code List} or
 * a {@code Map} by name; {@link #MISSING} stands where there is none. Numbers compare exactly,
 * whatever they were written like; objects compare whatever order their members have.
 */
public final class Values {
  /** Stands for a field that is not there; only ever compared by identity. */
  public static final Object MISSING =
      new Object() {
        @Override
        public String toString() {
          return "MISSING";
        }
      };

  private static final int NULL = 0;
  private static final int NUMBER = 1;
  private static final int TEXT = 2;
  private static final int OBJECT = 3;
  private static final int ARRAY = 4;
  private static final int BOOLEAN = 5;
  private static final int LONG_DIGITS = 18;
  private static final int MOST_LONG_DIGITS = 19;

  private Values() {}

  /** Reads a document of any type. */
  public static @Nullable Object read(JsonParser from) {
    return Wanted.readWhole(from);
  }

  /** Writes a value. */
  public static void write(JsonGenerator to, @Nullable Object value) {
    Cursors.write(to, value);
  }

  /** Returns the place of the value's type in an order. */
  public static int rank(@Nullable Object value) {
    if (value == null || value == MISSING) {
      return NULL;
    } else if (value instanceof String) {
      return TEXT;
    } else if (value instanceof Number) {
      return NUMBER;
    } else if (value instanceof Boolean) {
      return BOOLEAN;
    } else if (value instanceof List) {
      return ARRAY;
    }
    return OBJECT;
  }

  /** Compares two values of any types; a missing one is as null. */
  public static int compare(@Nullable Object left, @Nullable Object right) {
    int rank = rank(left);
    int ranks = Integer.compare(rank, rank(right));
    if (ranks != 0 || left == right || left == null || right == null) {
      return ranks;
    }
    return switch (rank) {
      case NUMBER -> compareNumbers((Number) left, (Number) right);
      case TEXT -> compareTexts((String) left, (String) right);
      case OBJECT -> compareObjects((Map<?, ?>) left, (Map<?, ?>) right);
      case ARRAY -> compareArrays((List<?>) left, (List<?>) right);
      case BOOLEAN -> Boolean.compare((Boolean) left, (Boolean) right);
      default -> 0;
    };
  }

  /** Returns whether two values are equal; a missing one is equal to null. */
  static boolean equal(@Nullable Object left, @Nullable Object right) {
    if (left instanceof String text) {
      return text.equals(right);
    }
    if (left instanceof Map<?, ?> object) {
      return right instanceof Map<?, ?> other && equalObjects(object, other);
    }
    if (left instanceof List<?> array) {
      return right instanceof List<?> other && equalArrays(array, other);
    }
    return compare(left, right) == 0;
  }

  /** Returns a number that is the same for all values that compare as equal. */
  public static int hash(@Nullable Object value) {
    if (value == null || value == MISSING) {
      return 0;
    } else if (value instanceof Number number) {
      return canonical(number).hashCode();
    } else if (value instanceof List<?> array) {
      int hash = 1;
      for (Object element : array) {
        hash = 31 * hash + hash(element);
      }
      return hash;
    } else if (value instanceof Map<?, ?> object) {
      int hash = 2;
      for (Map.Entry<?, ?> member : object.entrySet()) {
        hash += 31 * String.valueOf(member.getKey()).hashCode() ^ hash(member.getValue());
      }
      return hash;
    }
    return value.hashCode();
  }

  private static boolean equalObjects(Map<?, ?> left, Map<?, ?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (Map.Entry<?, ?> member : left.entrySet()) {
      Object other = right.get(member.getKey());
      if (other == null && !right.containsKey(member.getKey())) {
        return false;
      }
      if (!equal(member.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalArrays(List<?> left, List<?> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!equal(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static int compareArrays(List<?> left, List<?> right) {
    int both = Math.min(left.size(), right.size());
    for (int i = 0; i < both; i++) {
      int compared = compare(left.get(i), right.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareObjects(Map<?, ?> left, Map<?, ?> right) {
    List<? extends Map.Entry<?, ?>> lefts = new ArrayList<>(sorted(left).entrySet());
    List<? extends Map.Entry<?, ?>> rights = new ArrayList<>(sorted(right).entrySet());
    int both = Math.min(lefts.size(), rights.size());
    for (int i = 0; i < both; i++) {
      int compared = compareTexts((String) lefts.get(i).getKey(), (String) rights.get(i).getKey());
      if (compared == 0) {
        compared = compare(lefts.get(i).getValue(), rights.get(i).getValue());
      }
      if (compared != 0) {
        return compared;
      }
    }
    return Integer.compare(lefts.size(), rights.size());
  }

  private static Map<String, @Nullable Object> sorted(Map<?, ?> object) {
    Map<String, @Nullable Object> sorted = new TreeMap<>(Values::compareTexts);
    object.forEach((name, value) -> sorted.put((String) name, value));
    return sorted;
  }

  /**
   * Compares numbers exactly. {@link BigDecimal#compareTo} looks at the magnitudes first and only
   * then at digits, so an exponent of nine digits costs nothing.
   */
  static int compareNumbers(Number left, Number right) {
    if (left instanceof Long a && right instanceof Long b) {
      return Long.compare(a, b);
    }
    return decimal(left).compareTo(decimal(right));
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(number.longValue());
  }

  /** Compares by code point: a surrogate pair comes after every character that is none. */
  public static int compareTexts(String left, String right) {
    int both = Math.min(left.length(), right.length());
    for (int i = 0; i < both; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean supplementary = Character.isSurrogate(a);
        return supplementary == Character.isSurrogate(b)
            ? Character.compare(a, b)
            : supplementary ? 1 : -1;
      }
    }
    return Integer.compare(left.length(), right.length());
  }

  /** Returns the number of a JSON text: a Long if it is whole and fits, else a decimal. */
  static Number number(String text) {
    int length = text.length();
    int at = text.charAt(0) == '-' ? 1 : 0;
    if (length - at <= LONG_DIGITS) {
      long value = 0;
      int i = at;
      for (; i < length; i++) {
        int digit = text.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          break;
        }
        value = value * 10 + digit;
      }
      if (i == length) {
        return at == 1 ? -value : value;
      }
    }
    return plain(new BigDecimal(text));
  }

  private static Number plain(BigDecimal decimal) {
    return decimal.scale() == 0 && decimal.unscaledValue().bitLength() < Long.SIZE
        ? (Number) decimal.longValue()
        : decimal;
  }

  /**
   * Returns a value of a condition in the types of this class. Binary floating point numbers stand
   * for the shortest decimal that denotes them, which is what JSON writes for them.
   */
  public static @Nullable Object ofCondition(@Nullable Object value) {
    if (value instanceof Number number) {
      return ofNumber(number);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> all = new ArrayList<>(list.size());
      list.forEach(element -> all.add(ofCondition(element)));
      return all;
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> all = new LinkedHashMap<>();
      map.forEach((name, member) -> all.put(name, ofCondition(member)));
      return all;
    }
    return value;
  }

  private static Number ofNumber(Number number) {
    if (number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte) {
      return number.longValue();
    }
    if (number instanceof BigDecimal decimal) {
      return plain(decimal);
    }
    if (number instanceof BigInteger whole) {
      return plain(new BigDecimal(whole));
    }
    try {
      return plain(new BigDecimal(number.toString()));
    } catch (NumberFormatException e) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY,
          "a number of " + number.getClass().getName() + " cannot be compared; use a BigDecimal",
          e);
    }
  }

  /** Returns what stands for all values that are equal to this one, which numbers may be. */
  static @Nullable Object representative(@Nullable Object value) {
    return value instanceof BigDecimal number ? canonical(number) : value;
  }

  /** Returns the one form of a number that is equal for all that compare as equal. */
  static Number canonical(Number number) {
    if (!(number instanceof BigDecimal decimal)) {
      return number.longValue();
    }
    if (decimal.signum() == 0) {
      return 0L;
    }
    long digitsBeforePoint = (long) decimal.precision() - decimal.scale();
    if (digitsBeforePoint > 0 && digitsBeforePoint <= MOST_LONG_DIGITS) {
      BigDecimal stripped = decimal.stripTrailingZeros();
      if (stripped.scale() <= 0) {
        BigInteger whole = stripped.toBigIntegerExact();
        if (whole.bitLength() < Long.SIZE) {
          return whole.longValue();
        }
      }
      return stripped;
    }
    return decimal.stripTrailingZeros();
  }
}
