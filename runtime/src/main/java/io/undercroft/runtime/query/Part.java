package io.undercroft.runtime.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParser.Event;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A part of a document that is being read as a query, with the place where it stands: every refusal
 * names it.
 *
 * @param value a value of {@link Values}
 * @param place as {@code where.conditions[1].value}; empty for the whole
 */
record Part(@Nullable Object value, String place) {
  private static final int LONGEST_PLACE = 200;
  private static final int MOST_VALUES = 200_000;

  /** Reads a whole document of at most 200,000 values; refuses a larger one as soon as it is. */
  static Part read(JsonParser from) {
    return new Part(read(from, from.next(), new int[1]), "");
  }

  private static @Nullable Object read(JsonParser from, Event event, int[] values) {
    if (values[0]++ == MOST_VALUES) {
      throw StorageException.of(
          ErrorCode.INVALID_QUERY, "it has more than 200,000 values; ask in several queries");
    }
    return switch (event) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (from.next() != Event.END_OBJECT) {
          String name = from.getString();
          object.put(name, read(from, from.next(), values));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> array = new ArrayList<>();
        for (Event next = from.next(); next != Event.END_ARRAY; next = from.next()) {
          array.add(read(from, next, values));
        }
        yield array;
      }
      case VALUE_STRING -> from.getString();
      case VALUE_NUMBER -> Values.number(from.getString());
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  StorageException refused(String what) {
    String shown =
        place.length() > LONGEST_PLACE
            ? "…" + place.substring(place.length() - LONGEST_PLACE)
            : place;
    return StorageException.of(
        ErrorCode.INVALID_QUERY, shown.isEmpty() ? what : "at " + shown + ": " + what);
  }

  /** Does what may refuse a value, and adds the place to the refusal. */
  <T> T made(Supplier<T> making) {
    try {
      return making.get();
    } catch (StorageException e) {
      throw refused(e.reason());
    } catch (IllegalArgumentException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
  }

  /** Returns this as an object that has no members but these. */
  Map<?, ?> object(String... members) {
    Map<?, ?> object = object();
    for (Object name : object.keySet()) {
      if (!Arrays.asList(members).contains(name)) {
        throw refused(
            "unknown member "
                + StorageException.quote((String) name)
                + hint((String) name, Arrays.asList(members)));
      }
    }
    return object;
  }

  Map<?, ?> object() {
    if (value instanceof Map<?, ?> object) {
      return object;
    }
    throw refused("an object was expected, not " + type());
  }

  /** Returns a member of this object, if it is there. */
  Optional<Part> member(String name) {
    Map<?, ?> object = object();
    return object.containsKey(name)
        ? Optional.of(new Part(object.get(name), place.isEmpty() ? name : place + "." + name))
        : Optional.empty();
  }

  Part need(String name) {
    return member(name).orElseThrow(() -> refused("'" + name + "' is missing"));
  }

  List<Part> elements() {
    if (!(value instanceof List<?> array)) {
      throw refused("an array was expected, not " + type());
    }
    List<Part> parts = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      parts.add(new Part(array.get(i), place + "[" + i + "]"));
    }
    return parts;
  }

  <T> List<T> elements(Function<Part, T> reading) {
    List<T> read = new ArrayList<>();
    elements().forEach(part -> read.add(reading.apply(part)));
    return read;
  }

  String text() {
    if (value instanceof String text) {
      return text;
    }
    throw refused("a text was expected, not " + type());
  }

  boolean truth() {
    if (value instanceof Boolean truth) {
      return truth;
    }
    throw refused("true or false was expected, not " + type());
  }

  long count() {
    if (value instanceof Number number
        && Values.canonical(number) instanceof Long whole
        && whole >= 0) {
      return whole;
    }
    throw refused("a whole number of 0 or more was expected");
  }

  /** Returns the text as one of these words. */
  String word(Collection<String> words) {
    String text = text();
    if (!words.contains(text)) {
      throw refused(StorageException.quote(text) + " is unknown" + hint(text, words));
    }
    return text;
  }

  private String type() {
    if (value == null) {
      return "null";
    } else if (value instanceof String) {
      return "a text";
    } else if (value instanceof Number) {
      return "a number";
    } else if (value instanceof Boolean) {
      return "true or false";
    }
    return value instanceof List ? "an array" : "an object";
  }

  private static String hint(String wrong, Collection<String> known) {
    String word = wrong.toLowerCase(Locale.ROOT);
    for (String candidate : known) {
      if (distance(word, candidate.toLowerCase(Locale.ROOT))
          <= Math.max(1, candidate.length() / 3)) {
        return "; did you mean '" + candidate + "'?";
      }
    }
    return "; possible: " + String.join(", ", known);
  }

  /** Insertions, deletions, replacements and swaps of neighbours; what is too long is far away. */
  private static int distance(String left, String right) {
    if (left.length() > 2 * right.length() + 1) {
      return left.length();
    }
    int[] before = new int[right.length() + 1];
    int[] last = new int[right.length() + 1];
    for (int j = 0; j < last.length; j++) {
      last[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] now = new int[last.length];
      now[0] = i;
      for (int j = 1; j < last.length; j++) {
        int replaced = last[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        now[j] = Math.min(replaced, Math.min(last[j], now[j - 1]) + 1);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          now[j] = Math.min(now[j], before[j - 2] + 1);
        }
      }
      before = last;
      last = now;
    }
    return last[right.length()];
  }
}
