package io.undercroft.runtime.query;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A field's path, taken apart once.
 *
 * <p><b>Threads:</b> immutable.
 */
public final class Path {
  private static final int LONGEST_INDEX = 9;

  private final String text;
  private final String[] steps;
  private final int[] indexes;

  private Path(String text) {
    this.text = text;
    this.steps = text.split("\\.", -1);
    this.indexes = Arrays.stream(steps).mapToInt(Path::index).toArray();
  }

  /** Takes a path apart. */
  public static Path of(String text) {
    return new Path(text);
  }

  String text() {
    return text;
  }

  String[] steps() {
    return steps;
  }

  /** Returns whether the step is the index of an element, too: digits without a zero before. */
  public static boolean isIndex(String step) {
    return index(step) >= 0;
  }

  private static int index(String step) {
    if (step.length() > LONGEST_INDEX || (step.length() > 1 && step.charAt(0) == '0')) {
      return -1;
    }
    for (int i = 0; i < step.length(); i++) {
      if (step.charAt(i) < '0' || step.charAt(i) > '9') {
        return -1;
      }
    }
    return Integer.parseInt(step);
  }

  /**
   * Returns whether the test holds for anything that the path leads to.
   *
   * <p>It leads to a field of an object, or to {@link Values#MISSING}; in an array, to where it
   * leads in each element that is an object, and, if the step is an index, in that element.
   *
   * @param document an object, or what a nested condition looks at
   * @param elements whether the elements of an array at the end of the path are tested as well
   */
  boolean leadsTo(@Nullable Object document, boolean elements, Predicate<@Nullable Object> test) {
    if (document instanceof List<?> array) { // an element that is an array has its indexes as names
      int index = indexes[0];
      boolean there = index >= 0 && index < array.size();
      return there ? leadsTo(array.get(index), 1, elements, test) : test.test(Values.MISSING);
    }
    return leadsTo(document, 0, elements, test);
  }

  private boolean leadsTo(
      @Nullable Object at, int step, boolean elements, Predicate<@Nullable Object> test) {
    if (step == steps.length) {
      boolean holds = test.test(at);
      return holds || (elements && at instanceof List<?> array && anyOf(array, test));
    }
    if (at instanceof Map<?, ?> object) {
      Object child = member(object, steps[step]);
      return child == Values.MISSING
          ? test.test(Values.MISSING)
          : leadsTo(child, step + 1, elements, test);
    }
    if (at instanceof List<?> array) {
      for (int i = 0; i < array.size(); i++) {
        Object element = array.get(i);
        if (element instanceof Map && leadsTo(element, step, elements, test)) {
          return true;
        }
      }
      int index = indexes[step];
      return index >= 0
          && index < array.size()
          && leadsTo(array.get(index), step + 1, elements, test);
    }
    return test.test(Values.MISSING);
  }

  /**
   * Adds everything that a comparison of this field is tried on; it holds if it does for one of
   * them. A missing field is {@link Values#MISSING}.
   *
   * @return whether no array was met, so that exactly one value was added: the one that an order
   *     goes by
   */
  public boolean gather(Map<?, ?> document, List<@Nullable Object> into) {
    Object at = document;
    int step = 0;
    while (step < steps.length && at instanceof Map<?, ?> object) {
      at = member(object, steps[step++]);
    }
    if (!(at instanceof List)) {
      into.add(step == steps.length ? at : Values.MISSING);
      return true;
    }
    leadsTo(
        document,
        true,
        found -> {
          into.add(found);
          return false;
        });
    return false;
  }

  private static boolean anyOf(List<?> array, Predicate<@Nullable Object> test) {
    for (int i = 0; i < array.size(); i++) {
      if (test.test(array.get(i))) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable Object member(Map<?, ?> object, String name) {
    Object member = object.get(name);
    return member == null && !object.containsKey(name) ? Values.MISSING : member;
  }

  /**
   * Returns the one value at the path, or {@link Values#MISSING}. Through an array without an index
   * it is the array of what the elements have there.
   */
  @Nullable Object valueIn(@Nullable Object document) {
    return valueIn(document, 0);
  }

  private @Nullable Object valueIn(@Nullable Object at, int step) {
    if (step == steps.length) {
      return at;
    }
    if (at instanceof Map<?, ?> object) {
      Object child = member(object, steps[step]);
      return child == Values.MISSING ? child : valueIn(child, step + 1);
    }
    if (at instanceof List<?> array) {
      int index = indexes[step];
      if (index >= 0) {
        return index < array.size() ? valueIn(array.get(index), step + 1) : Values.MISSING;
      }
      List<@Nullable Object> all = new ArrayList<>();
      for (Object element : array) {
        Object value = valueIn(element, step);
        if (value != Values.MISSING) {
          all.add(value);
        }
      }
      return all;
    }
    return Values.MISSING;
  }

  /** Returns the value at the path through objects only, or {@link Values#MISSING}. */
  @Nullable Object memberOf(Map<?, ?> document) {
    Object at = document;
    for (String step : steps) {
      if (!(at instanceof Map<?, ?> object)) {
        return Values.MISSING;
      }
      at = member(object, step);
    }
    return at;
  }

  /** Returns the document with another value where {@link #memberOf} found one, or without it. */
  Map<String, @Nullable Object> replaced(Map<?, ?> document, @Nullable Object value) {
    return replaced(document, 0, value);
  }

  private Map<String, @Nullable Object> replaced(Map<?, ?> at, int step, @Nullable Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    at.forEach((name, member) -> copy.put((String) name, member));
    String name = steps[step];
    if (step < steps.length - 1) {
      Object inner = at.get(name);
      if (inner instanceof Map<?, ?> object) {
        copy.put(name, replaced(object, step + 1, value));
      }
    } else if (value == Values.MISSING) {
      copy.remove(name);
    } else {
      copy.put(name, value);
    }
    return copy;
  }
}
