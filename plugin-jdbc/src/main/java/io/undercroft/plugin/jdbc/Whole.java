package io.undercroft.plugin.jdbc;

import io.undercroft.plugin.jdbc.Notation.Comparison;
import io.undercroft.plugin.jdbc.Notation.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says how a place compares with a whole array or object: by the first element, or the first member
 * in the order of names, that is another.
 */
record Whole(Notation in) {
  private static final String NEVER = "1 = 0";

  /** One step of a comparison. */
  private record Step(String equal, String beyond) {}

  /** Tests a value of the same type. */
  String compares(Node node, Comparison how, Object value) {
    if (value instanceof List<?> list) {
      return both(in.isArray(node), compares(node, how, list));
    } else if (value instanceof Map<?, ?> map) {
      return both(in.isObject(node), compares(node, how, map));
    } else if (value instanceof Number number) {
      return in.compares(node, how, Notation.decimal(number));
    } else if (value instanceof String text) {
      return in.compares(node, how, text);
    }
    String least = in.isEqual(node, !how.isGreater());
    String most = in.isEqual(node, how.isGreater());
    boolean only = value.equals(how.isGreater());
    if (how.allowsEqual()) {
      return only ? most : either(least, most);
    }
    return only ? NEVER : most;
  }

  private String compares(Node node, Comparison how, List<?> list) {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      Node element = in.element(node, i);
      Object value = list.get(i);
      steps.add(new Step(in.isEqual(element, value), isBeyond(element, how, value)));
    }
    List<String> ends = new ArrayList<>();
    for (int i = 0; i <= list.size(); i++) {
      ends.add(in.hasElements(node, i));
    }
    return first(steps, ends, how);
  }

  private String compares(Node node, Comparison how, Map<?, ?> map) {
    TreeMap<String, @Nullable Object> sorted = new TreeMap<>(Whole::byCodePoint);
    map.forEach((name, value) -> sorted.put((String) name, value));
    List<Step> steps = new ArrayList<>();
    List<String> ends = new ArrayList<>(List.of(in.hasMembers(node, 0)));
    int index = 0;
    for (Map.Entry<String, @Nullable Object> member : sorted.entrySet()) {
      String name = in.name(node, index);
      Node there = in.memberAt(node, index);
      String wanted = in.text(member.getKey());
      String same = name + " = " + wanted;
      steps.add(
          new Step(
              both(same, in.isEqual(there, member.getValue())),
              either(
                  name + (how.isGreater() ? " > " : " < ") + wanted,
                  both(same, isBeyond(there, how, member.getValue())))));
      ends.add(in.hasMembers(node, ++index));
    }
    return first(steps, ends, how);
  }

  static int byCodePoint(String left, String right) {
    return Arrays.compare(left.codePoints().toArray(), right.codePoints().toArray());
  }

  /**
   * Joins steps: all before one are equal, and that one decides.
   *
   * @param ends for each number of steps, the test that there are no more
   */
  private static String first(List<Step> steps, List<String> ends, Comparison how) {
    int count = steps.size();
    String end = ends.get(count);
    String after =
        how == Comparison.LESS
            ? NEVER
            : how == Comparison.AT_MOST
                ? end
                : how == Comparison.AT_LEAST ? "1 = 1" : "((" + end + ") IS NOT TRUE)";
    for (int i = count - 1; i >= 0; i--) {
      Step step = steps.get(i);
      String on = either(step.beyond(), both(step.equal(), after));
      after = how.isGreater() ? on : either(ends.get(i), on);
    }
    return after;
  }

  /** Tests whether what is there comes before or behind a value of any type, and is another. */
  private String isBeyond(Node node, Comparison how, @Nullable Object value) {
    List<String> tests = new ArrayList<>();
    int rank = rank(value);
    for (int other = 0; other < 6; other++) {
      if (how.isGreater() ? other > rank : other < rank) {
        tests.add(isOfRank(node, other));
      }
    }
    if (value != null) {
      tests.add(compares(node, how.isGreater() ? Comparison.GREATER : Comparison.LESS, value));
    }
    return tests.isEmpty() ? NEVER : "(" + String.join(" OR ", tests) + ")";
  }

  private static int rank(@Nullable Object value) {
    if (value == null) {
      return 0;
    } else if (value instanceof Number) {
      return 1;
    } else if (value instanceof String) {
      return 2;
    } else if (value instanceof Map) {
      return 3;
    }
    return value instanceof List ? 4 : 5;
  }

  private String isOfRank(Node node, int rank) {
    return switch (rank) {
      case 0 -> in.isNull(node);
      case 1 -> in.isNumber(node);
      case 2 -> in.isText(node);
      case 3 -> in.isObject(node);
      case 4 -> in.isArray(node);
      default -> either(in.isEqual(node, true), in.isEqual(node, false));
    };
  }

  private static String both(String left, String right) {
    return "(" + left + " AND " + right + ")";
  }

  private static String either(String left, String right) {
    return "(" + left + " OR " + right + ")";
  }
}
