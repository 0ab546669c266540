package io.undercroft.testkit;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Documents to store, with the dirt that real data has: titles that are numbers, nulls, repeated
 * titles, empty texts, nesting, many alphabets, numbers beyond what a double holds.
 *
 * <p>The same seed gives the same documents.
 */
public final class CorpusOfDocuments {
  private static final String[] WORDS = {
    "Movie",
    "Night",
    "The",
    "of",
    "and",
    "Zürich",
    "Kölner",
    "naïve",
    "Ночь",
    "кино",
    "映画",
    "夜",
    "فيلم",
    "लघु",
    "\ud83c\udfac",
    "a\u0308",
    "O'Hara",
    "\"quoted\"",
    "back\\slash",
    "tab\there",
    "line\nbreak",
    "</script>",
    "2001",
    "",
    "%s",
    "\u2028",
    "\u007f",
    "\ud834\udd1e"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "1.50",
    "0.1",
    "1e3",
    "1E-7",
    "12345678901234567890",
    "9007199254740993",
    "-9223372036854775808",
    "3.141592653589793238462643383279",
    "1e400",
    "1.7976931348623157e308",
    "4.9e-324",
    "0.30000000000000004"
  };

  private CorpusOfDocuments() {}

  /**
   * A film as a Java application would have it.
   *
   * @param title the title, not unique
   * @param year when it was shown first
   * @param rating 0 to 10
   * @param colour whether it is in colour
   * @param gross what it earned
   * @param genres none or several
   * @param cast who plays whom
   * @param director who made it
   */
  public record Film(
      String title,
      int year,
      double rating,
      boolean colour,
      BigDecimal gross,
      List<String> genres,
      Map<String, Person> cast,
      Person director) {}

  /** Somebody in a film. */
  public record Person(String name, long born) {}

  /** Returns films as records. */
  public static List<Film> films(long seed, int count) {
    Random random = new Random(seed);
    List<Film> films = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      List<String> genres = new ArrayList<>();
      Map<String, Person> cast = new LinkedHashMap<>();
      for (int j = random.nextInt(4); j > 0; j--) {
        genres.add(words(random));
        cast.put("role " + j, new Person(words(random), random.nextLong() >> 20));
      }
      films.add(
          new Film(
              words(random),
              1900 + random.nextInt(130),
              random.nextInt(101) / 10.0,
              random.nextBoolean(),
              new BigDecimal(NUMBERS[random.nextInt(6)]),
              genres,
              cast,
              new Person(words(random), 1_000_000 - i)));
    }
    return films;
  }

  /**
   * Returns texts of JSON, one document each, most of them objects, some scalars and arrays; the
   * layout differs from document to document, and no name stands twice in one object.
   */
  public static List<String> json(long seed, int count) {
    Random random = new Random(seed);
    List<String> documents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      documents.add(
          switch (i) {
            case 0 -> "{}";
            case 1 -> "[]";
            case 2 -> "\"\"";
            case 3 -> "0";
            case 4 -> "true";
            case 5 -> "null";
            case 6 -> " {\n\t\"a\" : [ 1 , 2.0,\r\n{ } ] } ";
            case 7 -> "[".repeat(100) + "]".repeat(100);
            case 8 -> "\"\\u0041\\ud83d\\ude00\\/\\b\\f\"";
            case 9 -> "{\"\":\"\",\" \":0,\"a.b\":1,\"$c\":2,\"__proto__\":3,\"A\":4,\"a\":5}";
            default -> {
              StringBuilder out = new StringBuilder();
              write(film(random, i, true), random, out);
              yield out.toString();
            }
          });
    }
    return documents;
  }

  /** Returns objects as maps without nulls: texts, numbers, booleans, lists and maps. */
  @SuppressWarnings("unchecked") // without dirt there is no null in them
  public static List<Map<String, Object>> maps(long seed, int count) {
    Random random = new Random(seed);
    List<Map<String, Object>> documents = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      documents.add((Map<String, Object>) (Map<String, ?>) film(random, i, false));
    }
    return documents;
  }

  private static Map<String, @Nullable Object> film(Random random, int number, boolean dirt) {
    Map<String, @Nullable Object> film = new LinkedHashMap<>();
    film.put("title", dirt && random.nextInt(8) == 0 ? new BigDecimal("300") : words(random));
    film.put("year", 1900 + random.nextInt(130));
    film.put("rank", number / 2); // every one of them twice
    if (dirt && random.nextInt(4) == 0) {
      film.put("director", null);
    } else if (random.nextInt(4) != 0) {
      film.put("director", words(random));
    }
    film.put("gross", new BigDecimal(NUMBERS[random.nextInt(dirt ? NUMBERS.length : 6)]));
    film.put("colour", random.nextBoolean());
    List<Object> genres = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      genres.add(words(random));
    }
    film.put("genres", genres);
    Map<String, @Nullable Object> place = film;
    for (int i = random.nextInt(5); i > 0; i--) {
      Map<String, @Nullable Object> inner = new LinkedHashMap<>();
      inner.put("name", words(random));
      inner.put("cast", List.of(Map.of("actor", words(random), "age", random.nextInt(99))));
      place.put("part", inner);
      place = inner;
    }
    return film;
  }

  private static String words(Random random) {
    StringBuilder out = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      out.append(WORDS[random.nextInt(WORDS.length)]).append(i == 0 ? "" : " ");
    }
    return out.toString();
  }

  private static void write(@Nullable Object value, Random random, StringBuilder out) {
    String blank = random.nextInt(6) == 0 ? "\n  " : "";
    if (value instanceof Map<?, ?> map) {
      String gap = "{";
      for (Map.Entry<?, ?> member : map.entrySet()) {
        out.append(gap).append(blank).append(Json.write(member.getKey())).append(':').append(blank);
        write(member.getValue(), random, out);
        gap = ",";
      }
      out.append(blank).append(map.isEmpty() ? "{}" : "}");
    } else if (value instanceof List<?> list) {
      String gap = "[";
      for (Object element : list) {
        write(element, random, out.append(gap).append(blank));
        gap = ",";
      }
      out.append(blank).append(list.isEmpty() ? "[]" : "]");
    } else {
      out.append(Json.write(value));
    }
  }
}
