package io.undercroft.runtime.query;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.All;
import io.undercroft.storage.query.Condition.Any;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Condition.Nested;
import io.undercroft.storage.query.Operator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Documents and conditions that meet each other often: few names, few values, all types. */
public final class RandomQueries {
  private static final List<String> NAMES = List.of("a", "b", "c", "0", "1", "\u00e4", "a b", "$x");
  private static final List<String> TEXTS =
      List.of("", "x", "xy", "X", "\uE000", "\uD83D\uDE00", "a\"b\\c\n", "1", "null");
  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "1",
          "1.0",
          "1e0",
          "2",
          "-1",
          "0.1",
          "0.5",
          "9007199254740992",
          "9007199254740993",
          "9223372036854775807",
          "9223372036854775808",
          "1e400",
          "-1e400",
          "1E-3",
          "0.30000000000000004",
          "0.3");
  private static final List<String> PATTERNS = List.of("x", "^x$", "(?i)^X", ".", "^$", "[a-z]+");

  private final Random random;

  public RandomQueries(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  public String document() {
    return random.nextInt(20) == 0 ? value(2) : object(3);
  }

  private String object(int depth) {
    List<String> names = new ArrayList<>(NAMES);
    Collections.shuffle(names, random);
    StringBuilder out = new StringBuilder("{");
    int members = random.nextInt(5);
    for (int i = 0; i < members; i++) {
      out.append(i == 0 ? "" : ",").append(quoted(names.get(i))).append(blank()).append(':');
      out.append(blank()).append(value(depth));
    }
    return out.append('}').toString();
  }

  private String blank() {
    return random.nextInt(5) == 0 ? " \n\t" : "";
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 5)) {
      case 0 -> "null";
      case 1 -> Boolean.toString(random.nextBoolean());
      case 2, 3 -> one(NUMBERS);
      case 4 -> quoted(one(TEXTS));
      case 5, 6 -> object(depth - 1);
      default -> {
        StringBuilder out = new StringBuilder("[");
        int elements = random.nextInt(4);
        for (int i = 0; i < elements; i++) {
          out.append(i == 0 ? "" : ",").append(value(depth - 1));
        }
        yield out.append(']').toString();
      }
    };
  }

  static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
  }

  public Condition condition(int depth) {
    int kind = random.nextInt(depth > 0 ? 10 : 6);
    return switch (kind) {
      case 6 -> new All(conditions(depth - 1));
      case 7 -> new Any(conditions(depth - 1));
      case 8 -> condition(depth - 1).not();
      case 9 -> new Nested(path(), condition(depth - 1));
      default -> comparison();
    };
  }

  private List<Condition> conditions(int depth) {
    List<Condition> all = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      all.add(condition(depth));
    }
    return all;
  }

  public String path() {
    StringBuilder path = new StringBuilder(one(NAMES));
    while (random.nextInt(3) == 0) {
      path.append('.').append(one(NAMES));
    }
    return path.toString();
  }

  private Comparison comparison() {
    return comparison(path());
  }

  /** A comparison of a field. */
  public Comparison comparison(String path) {
    Operator operator =
        one(
            List.of(
                Operator.EQ,
                Operator.NE,
                Operator.GT,
                Operator.GTE,
                Operator.LT,
                Operator.LTE,
                Operator.IN,
                Operator.NIN,
                Operator.REGEX,
                Operator.EXISTS));
    Object value =
        switch (operator) {
          case IN, NIN -> Arrays.asList(plain(1), plain(2), plain(0)).subList(0, random.nextInt(4));
          case REGEX -> one(PATTERNS);
          case EXISTS -> random.nextBoolean();
          default -> plain(2);
        };
    return new Comparison(path, operator, Optional.ofNullable(value));
  }

  private Object plain(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> new BigDecimal(one(NUMBERS));
      case 3 -> random.nextInt(3);
      case 4 -> one(TEXTS);
      case 5 -> {
        List<Object> list = new ArrayList<>();
        int elements = random.nextInt(3);
        for (int i = 0; i < elements; i++) {
          list.add(plain(depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        int members = random.nextInt(3);
        for (int i = 0; i < members; i++) {
          map.put(one(NAMES), plain(depth - 1));
        }
        yield map;
      }
    };
  }
}
