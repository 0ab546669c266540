package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How an engine writes what a query asks of a place in a document. Every test is true, or false, or
 * unknown (SQL's null), which counts as false; nothing here fails on a document, whatever is in it.
 *
 * <p>One notation is for one statement: what it is asked with goes into its {@link Binds}.
 *
 * <p><b>Threads:</b> for one thread.
 */
abstract sealed class Notation permits MariaDbNotation, PostgresNotation, SqliteNotation {
  /** What cannot be said exactly. */
  static final class Unsayable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unsayable() {
      super("not said in SQL", null, false, false);
    }
  }

  /**
   * A place in a document.
   *
   * @param type what is there, in the engine's words; null if nothing is
   * @param value what is there
   * @param json the document or the part of it that the place is in
   * @param path the way to it in that, where the engine has one
   */
  record Node(String type, String value, String json, String path) {}

  /** How a value is to be beside another. */
  enum Comparison {
    LESS("<"),
    AT_MOST("<="),
    GREATER(">"),
    AT_LEAST(">=");

    final String sign;

    Comparison(String sign) {
      this.sign = sign;
    }

    boolean isGreater() {
      return this == GREATER || this == AT_LEAST;
    }

    boolean allowsEqual() {
      return this == AT_MOST || this == AT_LEAST;
    }
  }

  /** Where a text is to stand in another. */
  enum Where {
    ANYWHERE,
    FIRST,
    LAST
  }

  final Binds binds = new Binds();
  private int aliases;

  /** Returns a name for the elements of an array that no other has. */
  final String alias() {
    return "e" + ++aliases;
  }

  /** Returns the whole document. */
  abstract Node root();

  abstract Node member(Node of, String name);

  abstract Node element(Node of, int index);

  /** Tests whether there is an element of an array for which a test holds. */
  abstract String any(Node array, Function<Node, String> test);

  final String isObject(Node node) {
    return node.type() + " = 'object'";
  }

  final String isArray(Node node) {
    return node.type() + " = 'array'";
  }

  abstract String isText(Node node);

  abstract String isNumber(Node node);

  /** Tests whether an array has exactly this many elements. */
  abstract String hasElements(Node array, int count);

  /** Tests whether an object has exactly this many members. */
  abstract String hasMembers(Node object, int count);

  /** Returns a text of the query. */
  abstract String text(String text);

  /** Returns the name of one of an object's members, in the order of their names. */
  abstract String name(Node object, int index);

  /** Returns the value of one of an object's members, in the order of their names. */
  abstract Node memberAt(Node object, int index);

  final String isNotArray(Node node) {
    return "((" + isArray(node) + ") IS NOT TRUE)";
  }

  final String isThere(Node node) {
    return "(" + node.type() + " IS NOT NULL)";
  }

  final String isNull(Node node) {
    return node.type() + " = 'null'";
  }

  /** Tests whether exactly this is there, null being one of the values. */
  abstract String isEqual(Node node, @Nullable Object value);

  /** Tests whether one of these is there. */
  abstract String isOneOf(Node node, List<?> values);

  abstract String compares(Node node, Comparison how, BigDecimal number);

  abstract String compares(Node node, Comparison how, String text);

  /** Tests whether a text is there that has this in it, which is not a text alone. */
  abstract String fits(Node node, Pattern.Alternative pattern);

  /** Tests whether a text is there that has another one in it. */
  abstract String contains(Node node, Where where, String part);

  /**
   * Returns a value of a condition: numbers as BigDecimal. A floating point number stands for the
   * shortest decimal that denotes it.
   */
  static BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    return number instanceof Long whole
        ? BigDecimal.valueOf(whole)
        : new BigDecimal(number.toString());
  }

  /** Returns whether engines hold this text: no U+0000, no half of a pair. */
  static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isLowSurrogate(c)) {
        return false;
      }
      if (Character.isHighSurrogate(c)) {
        i++;
        if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns whether every text in a value is plain; otherwise no document is equal to it. */
  static boolean isPlainValue(@Nullable Object value) {
    if (value instanceof String text) {
      return isPlain(text);
    }
    if (value instanceof List<?> list) {
      return list.stream().allMatch(Notation::isPlainValue);
    }
    return !(value instanceof Map<?, ?> map)
        || map.entrySet().stream()
            .allMatch(
                member -> isPlain((String) member.getKey()) && isPlainValue(member.getValue()));
  }
}
