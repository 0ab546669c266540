package io.undercroft.testkit;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What queries mean, written a second time from the words of {@link Query}, {@link Condition},
 * {@link Operator} and {@link Order}: over whole documents of maps, lists, texts, numbers, booleans
 * and {@code null}. Slow and simple on purpose; it shares no code with what it judges.
 */
final class QueryMeaning {
  /** The patterns that it knows, each with what finds the same in plain Java. */
  static final Map<String, Predicate<String>> PATTERNS = patterns();

  private static final List<Class<?>> TYPES =
      List.of(Void.class, Number.class, String.class, Map.class, List.class, Boolean.class);

  private QueryMeaning() {}

  /**
   * Something that a path leads to.
   *
   * @param there whether it is there; a missing field is not
   */
  private record End(boolean there, @Nullable Object value) {
    static final End MISSING = new End(false, null);
  }

  private static Map<String, Predicate<String>> patterns() {
    Map<String, Predicate<String>> patterns = new TreeMap<>();
    patterns.put("", text -> true);
    patterns.put("x", text -> text.contains("x"));
    patterns.put("^x$", text -> text.equals("x"));
    patterns.put("(?i)^X", text -> text.startsWith("x") || text.startsWith("X"));
    patterns.put(".", text -> !text.replace("\n", "").isEmpty());
    patterns.put("^$", String::isEmpty);
    patterns.put("[a-z]+", text -> text.chars().anyMatch(c -> c >= 'a' && c <= 'z'));
    patterns.put("^[^x]$", text -> text.codePoints().count() == 1 && !text.equals("x"));
    patterns.put(
        "y|\\d", text -> text.contains("y") || text.chars().anyMatch(c -> c >= '0' && c <= '9'));
    patterns.put("\\x{1F600}", text -> text.contains("\uD83D\uDE00"));
    patterns.put("(.*x){2}", text -> text.matches("(?s).*x[^\n]*x.*"));
    return patterns;
  }

  /** Returns whether a document matches; one that is no object has no fields. */
  static boolean matches(Query query, @Nullable Object document) {
    Object object = document instanceof Map ? document : Map.of();
    return query.where().map(where -> holds(where, object)).orElse(true);
  }

  /** Returns the keys of what matches in the query's order, or by key; all of them. */
  static List<String> inOrder(Query query, Map<String, ?> documents) {
    Map<String, List<@Nullable Object>> matching = new HashMap<>();
    documents.forEach(
        (key, document) -> {
          if (matches(query, document)) {
            List<@Nullable Object> values = new ArrayList<>();
            query.order().forEach(step -> values.add(sortValue(document, step.field())));
            matching.put(key, values);
          }
        });
    List<String> keys = new ArrayList<>(matching.keySet());
    keys.sort(
        (left, right) -> {
          List<?> lefts = matching.getOrDefault(left, List.of());
          List<?> rights = matching.getOrDefault(right, List.of());
          for (int i = 0; i < query.order().size(); i++) {
            int compared = compare(lefts.get(i), rights.get(i));
            if (compared != 0) {
              return query.order().get(i).descending() ? -compared : compared;
            }
          }
          return compareTexts(left, right);
        });
    return keys;
  }

  /** Returns the part of a list of results that limit and offset leave. */
  static List<String> cut(Query query, List<String> keys) {
    int from = (int) Math.min(keys.size(), query.offset());
    int to = (int) Math.min(keys.size(), from + query.limit().orElse(keys.size()));
    return keys.subList(from, to);
  }

  /** Returns what the query selects of a document. */
  static @Nullable Object selected(Query query, @Nullable Object document) {
    if (query.select().isEmpty() || !(document instanceof Map<?, ?> object)) {
      return document;
    }
    List<List<String>> paths = query.select().stream().map(QueryMeaning::steps).toList();
    return kept(object, paths).value();
  }

  private static End kept(@Nullable Object value, List<List<String>> paths) {
    if (paths.stream().anyMatch(List::isEmpty)) {
      return new End(true, value);
    }
    if (value instanceof Map<?, ?> object) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      object.forEach(
          (name, member) -> {
            List<List<String>> below =
                paths.stream()
                    .filter(path -> path.get(0).equals(name))
                    .map(path -> path.subList(1, path.size()))
                    .toList();
            End end = below.isEmpty() ? End.MISSING : kept(member, below);
            if (end.there()) {
              members.put((String) name, end.value());
            }
          });
      return new End(true, members);
    }
    if (value instanceof List<?> array) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (Object element : array) {
        End end = kept(element, paths);
        if (end.there()) {
          elements.add(end.value());
        }
      }
      return new End(true, elements);
    }
    return End.MISSING;
  }

  static boolean holds(Condition condition, @Nullable Object document) {
    if (condition instanceof Condition.All all) {
      return all.conditions().stream().allMatch(part -> holds(part, document));
    } else if (condition instanceof Condition.Any any) {
      return any.conditions().stream().anyMatch(part -> holds(part, document));
    } else if (condition instanceof Condition.Not not) {
      return !holds(not.inner(), document);
    } else if (condition instanceof Condition.Nested nested) {
      return ends(document, nested.field()).stream()
          .anyMatch(end -> holdsInside(nested.inner(), end.value()));
    }
    Condition.Comparison comparison = (Condition.Comparison) condition;
    List<End> ends = ends(document, comparison.field());
    if (comparison.operator() == Operator.EXISTS) {
      boolean there = ends.stream().anyMatch(End::there);
      return Boolean.valueOf(there).equals(comparison.value().orElseThrow());
    }
    List<@Nullable Object> values = new ArrayList<>();
    for (End end : ends) {
      values.add(end.value()); // missing is as null here
      if (end.value() instanceof List<?> array) {
        values.addAll(array);
      }
    }
    Object asked = comparison.value().orElse(null);
    return switch (comparison.operator()) {
      case EQ -> values.stream().anyMatch(value -> compare(value, asked) == 0);
      case NE -> values.stream().noneMatch(value -> compare(value, asked) == 0);
      case IN -> values.stream().anyMatch(value -> isOneOf(value, asked));
      case NIN -> values.stream().noneMatch(value -> isOneOf(value, asked));
      case GT -> values.stream().anyMatch(v -> type(v) == type(asked) && compare(v, asked) > 0);
      case GTE -> values.stream().anyMatch(v -> type(v) == type(asked) && compare(v, asked) >= 0);
      case LT -> values.stream().anyMatch(v -> type(v) == type(asked) && compare(v, asked) < 0);
      case LTE -> values.stream().anyMatch(v -> type(v) == type(asked) && compare(v, asked) <= 0);
      case REGEX -> values.stream().anyMatch(value -> isFoundIn(value, asked));
      case EXISTS, SEARCH, NEAR, WITHIN -> throw new AssertionError(comparison + " is not known");
    };
  }

  private static boolean holdsInside(Condition inner, @Nullable Object value) {
    if (value instanceof List<?> array) {
      return array.stream()
          .anyMatch(
              element ->
                  (element instanceof Map || element instanceof List) && holds(inner, element));
    }
    return value instanceof Map && holds(inner, value);
  }

  private static boolean isOneOf(@Nullable Object value, @Nullable Object list) {
    return list instanceof List<?> all && all.stream().anyMatch(one -> compare(value, one) == 0);
  }

  private static boolean isFoundIn(@Nullable Object value, @Nullable Object pattern) {
    Predicate<String> meaning = PATTERNS.get(String.valueOf(pattern));
    if (meaning == null) {
      throw new AssertionError("pattern " + pattern + " is not known");
    }
    return value instanceof String text && meaning.test(text);
  }

  private static List<String> steps(String path) {
    return Arrays.asList(path.split("\\.", -1));
  }

  private static List<End> ends(@Nullable Object document, String path) {
    List<String> steps = steps(path);
    if (document instanceof List<?> array) { // the element of an array, inside 'nested'
      int index = index(steps.get(0), array);
      return index < 0
          ? List.of(End.MISSING)
          : ends(array.get(index), steps.subList(1, steps.size()));
    }
    return ends(document, steps);
  }

  private static List<End> ends(@Nullable Object at, List<String> steps) {
    if (steps.isEmpty()) {
      return List.of(new End(true, at));
    }
    String step = steps.get(0);
    List<String> rest = steps.subList(1, steps.size());
    if (at instanceof Map<?, ?> object && object.containsKey(step)) {
      return ends(object.get(step), rest);
    }
    if (at instanceof List<?> array) {
      List<End> all = new ArrayList<>();
      for (Object element : array) {
        if (element instanceof Map) {
          all.addAll(ends(element, steps));
        }
      }
      int index = index(step, array);
      if (index >= 0) {
        all.addAll(ends(array.get(index), rest));
      }
      return all;
    }
    return List.of(End.MISSING);
  }

  /** Digits, without a zero before others. */
  private static boolean isNumber(String step) {
    return step.chars().allMatch(c -> c >= '0' && c <= '9')
        && (step.equals("0") || !step.startsWith("0"));
  }

  private static int index(String step, List<?> array) {
    for (int i = 0; i < array.size(); i++) {
      if (step.equals(Integer.toString(i))) {
        return i;
      }
    }
    return -1;
  }

  private static @Nullable Object sortValue(@Nullable Object document, String path) {
    return document instanceof Map ? sortValue(document, steps(path)).value() : null;
  }

  private static End sortValue(@Nullable Object at, List<String> steps) {
    if (steps.isEmpty()) {
      return new End(true, at);
    }
    String step = steps.get(0);
    List<String> rest = steps.subList(1, steps.size());
    if (at instanceof Map<?, ?> object && object.containsKey(step)) {
      return sortValue(object.get(step), rest);
    }
    if (at instanceof List<?> array) {
      if (isNumber(step)) {
        int index = index(step, array);
        return index < 0 ? End.MISSING : sortValue(array.get(index), rest);
      }
      List<@Nullable Object> all = new ArrayList<>();
      for (Object element : array) {
        End end = sortValue(element, steps);
        if (end.there()) {
          all.add(end.value());
        }
      }
      return new End(true, all);
    }
    return End.MISSING;
  }

  /** Null, numbers, texts, objects, arrays, booleans. */
  private static int type(@Nullable Object value) {
    for (int i = 1; i < TYPES.size(); i++) {
      if (TYPES.get(i).isInstance(value)) {
        return i;
      }
    }
    if (value != null) {
      throw new AssertionError("JSON has no " + value.getClass().getName());
    }
    return 0;
  }

  /** Returns whether two values are equal; objects are, whatever the order of their members. */
  static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(name -> same(a.get(name), b.get(name)));
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return a.size() == b.size()
          && IntStream.range(0, a.size()).allMatch(i -> same(a.get(i), b.get(i)));
    }
    return left instanceof Number ? compare(left, right) == 0 : Objects.equals(left, right);
  }

  /** Compares two values of any types. */
  static int compare(@Nullable Object left, @Nullable Object right) {
    if (type(left) != type(right)) {
      return Integer.compare(type(left), type(right));
    }
    if (left instanceof Number a && right instanceof Number b) {
      return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString()));
    }
    if (left instanceof String a && right instanceof String b) {
      return compareTexts(a, b);
    }
    if (left instanceof Boolean a && right instanceof Boolean b) {
      return a.compareTo(b);
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      return compareLists(a, b);
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return compareLists(members(a), members(b));
    }
    return 0;
  }

  /** Name, value, name, value, by name. */
  private static List<@Nullable Object> members(Map<?, ?> object) {
    TreeMap<String, @Nullable Object> sorted = new TreeMap<>(QueryMeaning::compareTexts);
    object.forEach((name, value) -> sorted.put((String) name, value));
    List<@Nullable Object> members = new ArrayList<>();
    sorted.forEach(
        (name, value) -> {
          members.add(name);
          members.add(value);
        });
    return members;
  }

  private static int compareLists(List<?> left, List<?> right) {
    for (int i = 0; i < left.size() && i < right.size(); i++) {
      int compared = compare(left.get(i), right.get(i));
      if (compared != 0) {
        return compared;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  private static int compareTexts(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }
}
