package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Of SQLite's JSON functions. Its numbers are of 64 bits, whole or binary floating point; the
 * documents that it sees hold none that would be taken for another ({@link BinaryNumbers}).
 */
final class SqliteNotation extends Notation {
  private static final String NEVER = "1 = 0";

  @Override
  Node root() {
    return at("document", "$");
  }

  private Node at(String json, String path) {
    String arguments = "(" + json + ", " + binds.of(path) + ")";
    return new Node("json_type" + arguments, "json_extract" + arguments, json, path);
  }

  @Override
  Node member(Node of, String name) {
    return at(of.json(), of.path() + step(name));
  }

  /** A name stands in a path as it does in JSON. */
  static String step(String name) {
    if (!isPlain(name)) {
      throw new Unsayable();
    }
    return "." + JsonTexts.of(name);
  }

  @Override
  Node element(Node of, int index) {
    return at(of.json(), of.path() + "[" + index + "]");
  }

  @Override
  String any(Node array, Function<Node, String> test) {
    String alias = alias();
    String type = alias + ".type";
    String value = alias + ".value";
    // What is no container is no JSON, and must not be read as such.
    String json = "(CASE WHEN " + type + " IN ('object', 'array') THEN " + value + " END)";
    return "EXISTS (SELECT 1 FROM json_each("
        + array.json()
        + ", "
        + binds.of(array.path())
        + ") AS "
        + alias
        + " WHERE "
        + test.apply(new Node(type, value, json, "$"))
        + ")";
  }

  @Override
  String isText(Node node) {
    return node.type() + " = 'text'";
  }

  @Override
  String text(String text) {
    return binds.of(text);
  }

  @Override
  String hasElements(Node array, int count) {
    return when(
        isArray(array),
        "json_array_length(" + array.json() + ", " + binds.of(array.path()) + ") = " + count);
  }

  private String members(Node object) {
    return "json_each(" + object.json() + ", " + binds.of(object.path()) + ")";
  }

  @Override
  String hasMembers(Node object, int count) {
    return when(isObject(object), "(SELECT count(*) FROM " + members(object) + ") = " + count);
  }

  private String ofMember(String what, Node object, int index) {
    return "(SELECT "
        + what
        + " FROM "
        + members(object)
        + " ORDER BY key LIMIT 1 OFFSET "
        + index
        + ")";
  }

  @Override
  String name(Node object, int index) {
    return ofMember("key", object, index);
  }

  @Override
  Node memberAt(Node object, int index) {
    return new Node(
        ofMember("type", object, index),
        ofMember("value", object, index),
        ofMember("CASE WHEN type IN ('object', 'array') THEN value END", object, index),
        "$");
  }

  @Override
  String isNumber(Node node) {
    return node.type() + " IN ('integer', 'real')";
  }

  @Override
  String isEqual(Node node, @Nullable Object value) {
    if (!isPlainValue(value)) {
      return NEVER;
    }
    if (value instanceof String text) {
      return when(isText(node), node.value() + " = " + binds.of(text));
    } else if (value instanceof Boolean truth) {
      return node.type() + (truth ? " = 'true'" : " = 'false'");
    } else if (value instanceof Number number) {
      BigDecimal decimal = decimal(number);
      return BinaryNumbers.isLong(decimal) || BinaryNumbers.holds(decimal, false)
          ? when(isNumber(node), node.value() + " = " + number(decimal))
          : NEVER;
    } else if (value instanceof List<?> list) {
      return isEqualList(node, list);
    } else if (value instanceof Map<?, ?> map) {
      return isEqualMap(node, map);
    }
    return isNull(node);
  }

  private String isEqualList(Node node, List<?> list) {
    StringBuilder all = new StringBuilder("json_array_length(");
    all.append(node.json()).append(", ").append(binds.of(node.path())).append(") = ");
    all.append(list.size());
    for (int i = 0; i < list.size(); i++) {
      all.append(" AND ").append(isEqual(element(node, i), list.get(i)));
    }
    return when(isArray(node), all.toString());
  }

  private String isEqualMap(Node node, Map<?, ?> map) {
    StringBuilder all = new StringBuilder("(SELECT count(*) FROM json_each(");
    all.append(node.json()).append(", ").append(binds.of(node.path())).append(")) = ");
    all.append(map.size());
    for (Map.Entry<?, ?> member : map.entrySet()) {
      Node there = member(node, (String) member.getKey());
      all.append(" AND ").append(isEqual(there, member.getValue()));
    }
    return when(isObject(node), all.toString());
  }

  private static String when(String type, String test) {
    return "CASE WHEN " + type + " THEN " + test + " END";
  }

  private String number(BigDecimal number) {
    return number(number, binds);
  }

  /** Binds a number, if it is compared exactly. */
  static String number(BigDecimal number, Binds binds) {
    if (!BinaryNumbers.isLong(number) && !BinaryNumbers.holds(number, false)) {
      throw new Unsayable();
    }
    return BinaryNumbers.isLong(number)
        ? binds.of(number.longValueExact())
        : binds.of(number.doubleValue());
  }

  @Override
  String isOneOf(Node node, List<?> values) {
    List<Object> texts = new ArrayList<>();
    List<String> tests = new ArrayList<>();
    for (Object value : values) {
      if (value instanceof String text && isPlain(text)) {
        texts.add(text);
      } else {
        tests.add(isEqual(node, value));
      }
    }
    if (!texts.isEmpty()) {
      String list = binds.of(JsonTexts.of(texts));
      tests.add(
          when(isText(node), node.value() + " IN (SELECT value FROM json_each(" + list + "))"));
    }
    return tests.isEmpty() ? NEVER : "(" + String.join(" OR ", tests) + ")";
  }

  @Override
  String compares(Node node, Comparison how, BigDecimal number) {
    if (BinaryNumbers.isLong(number) || BinaryNumbers.holds(number, false)) {
      return when(isNumber(node), node.value() + " " + how.sign + " " + number(number));
    }
    BinaryNumbers.Divide divide = BinaryNumbers.divide(number);
    if (divide.at() instanceof Double at && at.isInfinite()) {
      return how.isGreater() == divide.isLess() ? isNumber(node) : NEVER;
    }
    String sign =
        how.isGreater() ? (divide.isLess() ? " > " : " >= ") : (divide.isLess() ? " <= " : " < ");
    return when(isNumber(node), node.value() + sign + binds.of(divide.at()));
  }

  @Override
  String compares(Node node, Comparison how, String text) {
    return when(isText(node), node.value() + " " + how.sign + " " + binds.of(text));
  }

  /** Its GLOB compares character by character, in classes as well. */
  @Override
  String fits(Node node, Pattern.Alternative pattern) {
    StringBuilder glob = new StringBuilder(pattern.first() ? "" : "*");
    for (Pattern.Item item : pattern.items()) {
      glob.append(item.isClass() ? classOf(item) : literal(item.text()));
    }
    glob.append(pattern.last() ? "" : "*");
    return when(isText(node), node.value() + " GLOB " + binds.of(glob.toString()));
  }

  private static String literal(String character) {
    return "*?[".contains(character) ? "[" + character + "]" : character;
  }

  private static String classOf(Pattern.Item item) {
    StringBuilder all = new StringBuilder(item.negated() ? "[^" : "[");
    String ranges = item.text();
    for (int i = 0; i < ranges.length(); i += 2) {
      all.append(ranges.charAt(i));
      if (ranges.charAt(i) != ranges.charAt(i + 1)) {
        all.append('-').append(ranges.charAt(i + 1));
      }
    }
    return all.append(']').toString();
  }

  @Override
  String contains(Node node, Where where, String part) {
    String text = node.value();
    String bound = binds.of(part);
    return when(
        isText(node),
        switch (where) {
          case ANYWHERE -> "instr(" + text + ", " + bound + ") > 0";
          case FIRST -> "substr(" + text + ", 1, length(" + bound + ")) = " + bound;
          case LAST -> "substr(" + text + ", -length(" + bound + ")) = " + bound;
        });
  }
}
