package io.undercroft.plugin.jdbc;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Of {@code jsonb}, whose numbers are exact and whose equality is that of queries. Documents are
 * kept as {@code json}; what they are as {@code jsonb} is a column beside them.
 */
final class PostgresNotation extends Notation {
  static final String SEEN = "seen";

  /** Beyond this many digits before or behind the point it might refuse a number. */
  private static final int LARGEST = 5_000;

  private static Node node(String expression) {
    return new Node("jsonb_typeof(" + expression + ")", expression, expression, "");
  }

  @Override
  Node root() {
    return node(SEEN);
  }

  @Override
  Node member(Node of, String name) {
    return node("(" + of.value() + " -> CAST(" + binds.of(name) + " AS text))");
  }

  @Override
  Node element(Node of, int index) {
    String array = "CASE WHEN " + isArray(of) + " THEN " + of.value() + " END";
    return node("((" + array + ") -> " + index + ")");
  }

  @Override
  String any(Node array, Function<Node, String> test) {
    String alias = alias();
    return "EXISTS (SELECT 1 FROM jsonb_array_elements(CASE WHEN "
        + isArray(array)
        + " THEN "
        + array.value()
        + " END) AS "
        + alias
        + " (v) WHERE "
        + test.apply(node(alias + ".v"))
        + ")";
  }

  @Override
  String isText(Node node) {
    return node.type() + " = 'string'";
  }

  @Override
  String isNumber(Node node) {
    return node.type() + " = 'number'";
  }

  @Override
  String hasElements(Node array, int count) {
    return "CASE WHEN "
        + isArray(array)
        + " THEN jsonb_array_length("
        + array.value()
        + ") = "
        + count
        + " END";
  }

  private static String names(Node object) {
    return "jsonb_object_keys(CASE WHEN "
        + object.type()
        + " = 'object' THEN "
        + object.value()
        + " END)";
  }

  @Override
  String hasMembers(Node object, int count) {
    return "CASE WHEN "
        + isObject(object)
        + " THEN (SELECT count(*) FROM "
        + names(object)
        + ") = "
        + count
        + " END";
  }

  @Override
  String name(Node object, int index) {
    String alias = alias();
    return "(SELECT "
        + alias
        + " FROM "
        + names(object)
        + " AS "
        + alias
        + " ORDER BY "
        + alias
        + " COLLATE \"C\" LIMIT 1 OFFSET "
        + index
        + ") COLLATE \"C\"";
  }

  @Override
  Node memberAt(Node object, int index) {
    return node("(" + object.value() + " -> (" + name(object, index) + "))");
  }

  @Override
  String isEqual(Node node, @Nullable Object value) {
    if (!isPlainValue(value)) {
      return "1 = 0";
    }
    return node.value() + " = CAST(" + binds.of(json(value)) + " AS jsonb)";
  }

  @Override
  String isOneOf(Node node, List<?> values) {
    List<String> all = new ArrayList<>();
    for (Object value : values) {
      if (isPlainValue(value)) {
        all.add(json(value));
      }
    }
    // An array of the engine, whose elements are JSON texts.
    StringBuilder array = new StringBuilder("{");
    for (String each : all) {
      array.append(array.length() == 1 ? "\"" : ",\"");
      array.append(each.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    String list = array.append('}').toString();
    return node.value() + " = ANY (CAST(" + binds.of(list) + " AS jsonb[]))";
  }

  private static String json(@Nullable Object value) {
    requireOrdinary(value);
    return JsonTexts.of(value);
  }

  private static void requireOrdinary(@Nullable Object value) {
    if (value instanceof Number number) {
      requireOrdinary(decimal(number));
    } else if (value instanceof List<?> list) {
      list.forEach(PostgresNotation::requireOrdinary);
    } else if (value instanceof Map<?, ?> map) {
      map.values().forEach(PostgresNotation::requireOrdinary);
    }
  }

  private static BigDecimal requireOrdinary(BigDecimal number) {
    long before = (long) number.precision() - number.scale();
    if (before > LARGEST || number.scale() > LARGEST || number.scale() < -LARGEST) {
      throw new Unsayable();
    }
    return number;
  }

  @Override
  String compares(Node node, Comparison how, BigDecimal number) {
    return "CASE WHEN "
        + node.type()
        + " = 'number' THEN CAST("
        + node.value()
        + " AS numeric) "
        + how.sign
        + " CAST("
        + binds.of(requireOrdinary(number).toString())
        + " AS numeric) END";
  }

  @Override
  String compares(Node node, Comparison how, String text) {
    return "CASE WHEN "
        + isText(node)
        + " THEN "
        + text(node)
        + how.sign
        + " "
        + value(text)
        + " END";
  }

  private static String text(Node node) {
    return "(" + node.value() + " #>> '{}') COLLATE \"C\" ";
  }

  @Override
  String text(String text) {
    return value(text);
  }

  private String value(String text) {
    return "CAST(" + binds.of(text) + " AS text)";
  }

  /** Nothing of its patterns is used but classes and characters, which are escaped. */
  @Override
  String fits(Node node, Pattern.Alternative pattern) {
    StringBuilder regex = new StringBuilder(pattern.first() ? "***:\\A" : "***:");
    for (Pattern.Item item : pattern.items()) {
      if (item.isClass()) {
        regex.append(item.negated() ? "[^" : "[");
        String ranges = item.text();
        for (int i = 0; i < ranges.length(); i += 2) {
          regex.append(ranges.charAt(i));
          if (ranges.charAt(i) != ranges.charAt(i + 1)) {
            regex.append('-').append(ranges.charAt(i + 1));
          }
        }
        regex.append(']');
      } else {
        regex.append(String.format("\\U%08x", item.text().codePointAt(0)));
      }
    }
    regex.append(pattern.last() ? "\\Z" : "");
    return "CASE WHEN "
        + isText(node)
        + " THEN "
        + text(node)
        + " ~ "
        + value(regex.toString())
        + " END";
  }

  @Override
  String contains(Node node, Where where, String part) {
    String test =
        switch (where) {
          case ANYWHERE -> "strpos(" + text(node) + ", " + value(part) + ") > 0";
          case FIRST -> "starts_with(" + text(node) + ", " + value(part) + ")";
          case LAST ->
              "right("
                  + text(node)
                  + ", "
                  + part.codePointCount(0, part.length())
                  + ") = "
                  + value(part);
        };
    return "CASE WHEN " + isText(node) + " THEN " + test + " END";
  }
}
