package io.undercroft.runtime.query;

import com.google.re2j.Pattern;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.All;
import io.undercroft.storage.query.Condition.Any;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Condition.Nested;
import io.undercroft.storage.query.Condition.Not;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.JsonValue.ValueType;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The meaning of conditions a second time: over the whole document, as another library reads it,
 * with lists of everything that a path leads to. Slow and simple on purpose; it shares no code with
 * what it is compared with.
 */
final class Naive {
  private Naive() {}

  static JsonValue parse(String json) {
    try (var reader = Json.createReader(new StringReader(json))) {
      return reader.readValue();
    }
  }

  static boolean holds(Condition condition, String document) {
    JsonValue value = parse(document);
    return holds(condition, value instanceof JsonObject ? value : JsonValue.EMPTY_JSON_OBJECT);
  }

  private static boolean holds(Condition condition, JsonValue document) {
    if (condition instanceof All all) {
      return all.conditions().stream().allMatch(part -> holds(part, document));
    }
    if (condition instanceof Any any) {
      return any.conditions().stream().anyMatch(part -> holds(part, document));
    }
    if (condition instanceof Not not) {
      return !holds(not.inner(), document);
    }
    if (condition instanceof Nested nested) {
      return ends(document, nested.field()).stream()
          .flatMap(Optional::stream)
          .anyMatch(
              end ->
                  end instanceof JsonObject
                      ? holds(nested.inner(), end)
                      : end instanceof JsonArray array
                          && array.stream()
                              .filter(e -> e instanceof JsonObject || e instanceof JsonArray)
                              .anyMatch(e -> holds(nested.inner(), e)));
    }
    Comparison comparison = (Comparison) condition;
    List<Optional<JsonValue>> ends = ends(document, comparison.field());
    List<Optional<JsonValue>> expanded = new ArrayList<>();
    for (Optional<JsonValue> end : ends) {
      expanded.add(end);
      if (end.isPresent() && end.get() instanceof JsonArray array) {
        array.forEach(element -> expanded.add(Optional.of(element)));
      }
    }
    Object operand = comparison.value().orElse(null);
    return switch (comparison.operator()) {
      case EXISTS -> ends.stream().anyMatch(Optional::isPresent) == (Boolean) operand;
      case EQ -> expanded.stream().anyMatch(end -> equal(end, json(operand)));
      case NE -> expanded.stream().noneMatch(end -> equal(end, json(operand)));
      case IN ->
          expanded.stream()
              .anyMatch(end -> ((List<?>) operand).stream().anyMatch(one -> equal(end, json(one))));
      case NIN ->
          expanded.stream()
              .noneMatch(
                  end -> ((List<?>) operand).stream().anyMatch(one -> equal(end, json(one))));
      case GT ->
          expanded.stream().anyMatch(end -> sameType(end, operand) && diff(end, operand) > 0);
      case GTE ->
          expanded.stream().anyMatch(end -> sameType(end, operand) && diff(end, operand) >= 0);
      case LT ->
          expanded.stream().anyMatch(end -> sameType(end, operand) && diff(end, operand) < 0);
      case LTE ->
          expanded.stream().anyMatch(end -> sameType(end, operand) && diff(end, operand) <= 0);
      case REGEX ->
          expanded.stream()
              .flatMap(Optional::stream)
              .anyMatch(
                  end ->
                      end instanceof JsonString text
                          && Pattern.compile((String) operand).matcher(text.getString()).find());
      case SEARCH, NEAR, WITHIN -> throw new AssertionError("needs an index");
    };
  }

  /** Returns everything that the path leads to; empty stands for a missing field. */
  private static List<Optional<JsonValue>> ends(JsonValue document, String path) {
    List<String> steps = Arrays.asList(path.split("\\."));
    if (document instanceof JsonArray array) {
      return element(array, steps.get(0))
          .map(element -> ends(element, steps.subList(1, steps.size())))
          .orElse(List.of(Optional.empty()));
    }
    return ends(document, steps);
  }

  private static List<Optional<JsonValue>> ends(JsonValue at, List<String> steps) {
    if (steps.isEmpty()) {
      return List.of(Optional.of(at));
    }
    List<String> rest = steps.subList(1, steps.size());
    if (at instanceof JsonObject object) {
      return object.containsKey(steps.get(0))
          ? ends(object.get(steps.get(0)), rest)
          : List.of(Optional.empty());
    }
    if (at instanceof JsonArray array) {
      List<Optional<JsonValue>> all = new ArrayList<>();
      array.stream()
          .filter(JsonObject.class::isInstance)
          .forEach(element -> all.addAll(ends(element, steps)));
      element(array, steps.get(0)).ifPresent(element -> all.addAll(ends(element, rest)));
      return all;
    }
    return List.of(Optional.empty());
  }

  private static Optional<JsonValue> element(JsonArray array, String step) {
    for (int i = 0; i < array.size(); i++) {
      if (step.equals(Integer.toString(i))) {
        return Optional.of(array.get(i));
      }
    }
    return Optional.empty();
  }

  private static boolean equal(Optional<JsonValue> end, JsonValue operand) {
    return compare(end.orElse(JsonValue.NULL), operand) == 0;
  }

  private static boolean sameType(Optional<JsonValue> end, Object operand) {
    return rank(end.orElse(JsonValue.NULL)) == rank(json(operand));
  }

  private static int diff(Optional<JsonValue> end, Object operand) {
    return compare(end.orElse(JsonValue.NULL), json(operand));
  }

  private static int rank(JsonValue value) {
    return List.of(
            List.of(ValueType.NULL),
            List.of(ValueType.NUMBER),
            List.of(ValueType.STRING),
            List.of(ValueType.OBJECT),
            List.of(ValueType.ARRAY),
            List.of(ValueType.FALSE, ValueType.TRUE))
        .indexOf(
            value.getValueType() == ValueType.FALSE || value.getValueType() == ValueType.TRUE
                ? List.of(ValueType.FALSE, ValueType.TRUE)
                : List.of(value.getValueType()));
  }

  static int compare(JsonValue left, JsonValue right) {
    if (rank(left) != rank(right)) {
      return Integer.compare(rank(left), rank(right));
    }
    if (left instanceof JsonNumber a && right instanceof JsonNumber b) {
      return a.bigDecimalValue().compareTo(b.bigDecimalValue());
    }
    if (left instanceof JsonString a && right instanceof JsonString b) {
      return compare(a.getString(), b.getString());
    }
    if (left instanceof JsonArray a && right instanceof JsonArray b) {
      for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
        if (compare(a.get(i), b.get(i)) != 0) {
          return compare(a.get(i), b.get(i));
        }
      }
      return a.size() - b.size();
    }
    if (left instanceof JsonObject a && right instanceof JsonObject b) {
      TreeMap<String, JsonValue> as = new TreeMap<>(Naive::compare);
      TreeMap<String, JsonValue> bs = new TreeMap<>(Naive::compare);
      as.putAll(a);
      bs.putAll(b);
      while (!as.isEmpty() && !bs.isEmpty()) {
        Map.Entry<String, JsonValue> first = as.pollFirstEntry();
        Map.Entry<String, JsonValue> second = bs.pollFirstEntry();
        int names = compare(first.getKey(), second.getKey());
        if (names != 0) {
          return names;
        }
        int values = compare(first.getValue(), second.getValue());
        if (values != 0) {
          return values;
        }
      }
      return as.size() - bs.size();
    }
    return Boolean.compare(left == JsonValue.TRUE, right == JsonValue.TRUE);
  }

  /** By code points, made into arrays. */
  private static int compare(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  static JsonValue json(Object value) {
    if (value == null) {
      return JsonValue.NULL;
    } else if (value instanceof String text) {
      return Json.createValue(text);
    } else if (value instanceof Boolean truth) {
      return truth ? JsonValue.TRUE : JsonValue.FALSE;
    } else if (value instanceof List<?> list) {
      var array = Json.createArrayBuilder();
      list.forEach(element -> array.add(json(element)));
      return array.build();
    } else if (value instanceof Map<?, ?> map) {
      var object = Json.createObjectBuilder();
      map.forEach((name, member) -> object.add((String) name, json(member)));
      return object.build();
    }
    return Json.createValue(new BigDecimal(value.toString()));
  }
}
