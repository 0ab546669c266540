package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Of MariaDB's JSON functions, which read texts. Numbers are compared as decimals, which the
 * documents that it sees fit into ({@link DecimalNumbers}); texts by a collation that tells all of
 * them apart, in the order of code points.
 */
final class MariaDbNotation extends Notation {
  static final String BY_CODE_POINT = " COLLATE utf8mb4_nopad_bin";

  private static final String NEVER = "1 = 0";

  @Override
  Node root() {
    return at("document", "$");
  }

  private Node at(String json, String path) {
    String place = "(" + json + ", " + binds.of(path) + ")";
    return new Node(type("JSON_EXTRACT" + place), "JSON_VALUE" + place, json, path);
  }

  /** Returns the type of a JSON text; null of what is not there. */
  static String type(String json) {
    return "LOWER(JSON_TYPE(" + json + "))";
  }

  /** Returns the number that a text is, whose digits are all kept. */
  static String number(String text) {
    return "CAST("
        + text
        + " AS DECIMAL("
        + DecimalNumbers.DIGITS
        + ", "
        + DecimalNumbers.SCALE
        + "))";
  }

  /** Tests the value of a truth, which functions write in their own way. */
  static String isTrue(String value) {
    return value + " IN ('1', 'true')";
  }

  @Override
  Node member(Node of, String name) {
    return at(of.json(), of.path() + step(name));
  }

  /** A name stands in a path as it does in JSON. */
  static String step(String name) {
    if (!finds(name)) {
      throw new Unsayable();
    }
    return "." + JsonTexts.of(name);
  }

  /** Returns whether a path leads to members of this name: at its beginning, a minus is lost. */
  static boolean finds(String name) {
    return isPlain(name) && !name.startsWith("-");
  }

  @Override
  Node element(Node of, int index) {
    return at(of.json(), of.path() + "[" + index + "]");
  }

  private String part(Node node) {
    return "JSON_EXTRACT(" + node.json() + ", " + binds.of(node.path()) + ")";
  }

  @Override
  String any(Node array, Function<Node, String> test) {
    String alias = alias();
    return "EXISTS (SELECT 1 FROM JSON_TABLE(CASE WHEN "
        + isArray(array)
        + " THEN "
        + part(array)
        + " END, '$[*]' COLUMNS (v JSON PATH '$')) AS "
        + alias
        + " WHERE "
        + test.apply(at(alias + ".v", "$"))
        + ")";
  }

  @Override
  String isText(Node node) {
    return node.type() + " = 'string'";
  }

  @Override
  String isNumber(Node node) {
    return node.type() + " IN ('integer', 'double')";
  }

  private String length(Node node) {
    return "JSON_LENGTH(" + part(node) + ")";
  }

  @Override
  String hasElements(Node array, int count) {
    return when(isArray(array), length(array) + " = " + count);
  }

  @Override
  String hasMembers(Node object, int count) {
    return when(isObject(object), length(object) + " = " + count);
  }

  @Override
  String text(String text) {
    return binds.of(text);
  }

  /** It would sort names by a part of them only. */
  @Override
  String name(Node object, int index) {
    throw new Unsayable();
  }

  @Override
  Node memberAt(Node object, int index) {
    throw new Unsayable();
  }

  @Override
  String isEqual(Node node, @Nullable Object value) {
    if (!isPlainValue(value)) {
      return NEVER;
    }
    if (value instanceof String text) {
      return when(isText(node), characters(node) + " = " + binds.of(text));
    } else if (value instanceof Boolean truth) {
      return when(
          node.type() + " = 'boolean'",
          "(" + isTrue(node.value()) + ")" + (truth ? "" : " IS NOT TRUE"));
    } else if (value instanceof Number number) {
      BigDecimal decimal = decimal(number);
      return DecimalNumbers.holds(decimal)
          ? when(isNumber(node), number(node.value()) + " = " + number(decimal))
          : NEVER;
    } else if (value instanceof List<?> list) {
      return isEqualList(node, list);
    } else if (value instanceof Map<?, ?> map) {
      return isEqualMap(node, map);
    }
    return isNull(node);
  }

  private static String characters(Node node) {
    return node.value() + BY_CODE_POINT;
  }

  private String number(BigDecimal number) {
    return number(binds.of(DecimalNumbers.text(number)));
  }

  private String isEqualList(Node node, List<?> list) {
    StringBuilder all = new StringBuilder(length(node)).append(" = ").append(list.size());
    for (int i = 0; i < list.size(); i++) {
      all.append(" AND ").append(isEqual(element(node, i), list.get(i)));
    }
    return when(isArray(node), all.toString());
  }

  private String isEqualMap(Node node, Map<?, ?> map) {
    StringBuilder all = new StringBuilder(length(node)).append(" = ").append(map.size());
    for (Map.Entry<?, ?> member : map.entrySet()) {
      Node there = member(node, (String) member.getKey());
      all.append(" AND ").append(isEqual(there, member.getValue()));
    }
    return when(isObject(node), all.toString());
  }

  private static String when(String type, String test) {
    return "CASE WHEN " + type + " THEN " + test + " END";
  }

  @Override
  String isOneOf(Node node, List<?> values) {
    List<String> texts = new ArrayList<>();
    List<String> tests = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof String text && isPlain(text)) {
        texts.add(binds.of(text));
      } else {
        tests.add(isEqual(node, value));
      }
    }
    if (!texts.isEmpty()) {
      tests.add(when(isText(node), characters(node) + " IN (" + String.join(", ", texts) + ")"));
    }
    return tests.isEmpty() ? NEVER : "(" + String.join(" OR ", tests) + ")";
  }

  @Override
  String compares(Node node, Comparison how, BigDecimal number) {
    String value = number(node.value());
    if (DecimalNumbers.holds(number)) {
      return when(isNumber(node), value + " " + how.sign + " " + number(number));
    }
    BigDecimal floor = DecimalNumbers.floor(number);
    if (DecimalNumbers.isBeyond(floor)) {
      return how.isGreater() == number.signum() < 0 ? isNumber(node) : NEVER;
    }
    return when(isNumber(node), value + (how.isGreater() ? " > " : " <= ") + number(floor));
  }

  @Override
  String compares(Node node, Comparison how, String text) {
    return when(isText(node), characters(node) + " " + how.sign + " " + binds.of(text));
  }

  /** Nothing of its patterns is used but classes and characters, which are escaped. */
  @Override
  String fits(Node node, Pattern.Alternative pattern) {
    StringBuilder regex = new StringBuilder(pattern.first() ? "\\A" : "");
    for (Pattern.Item item : pattern.items()) {
      if (item.isClass()) {
        regex.append(item.negated() ? "[^" : "[");
        String ranges = item.text();
        for (int i = 0; i < ranges.length(); i += 2) {
          regex.append(escaped(ranges.charAt(i))).append('-');
          regex.append(escaped(ranges.charAt(i + 1)));
        }
        regex.append(']');
      } else {
        regex.append(escaped(item.text().codePointAt(0)));
      }
    }
    regex.append(pattern.last() ? "\\z" : "");
    return when(isText(node), characters(node) + " REGEXP " + binds.of(regex.toString()));
  }

  private static String escaped(int point) {
    return "\\x{" + Integer.toHexString(point) + "}";
  }

  @Override
  String contains(Node node, Where where, String part) {
    String text = characters(node);
    String bound = binds.of(part);
    int length = part.codePointCount(0, part.length());
    return when(
        isText(node),
        switch (where) {
          case ANYWHERE -> "LOCATE(" + bound + ", " + text + ") > 0";
          case FIRST -> "LEFT(" + text + ", " + length + ") = " + bound;
          case LAST -> "RIGHT(" + text + ", " + length + ") = " + bound;
        });
  }
}
