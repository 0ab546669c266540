package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Query;
import io.undercroft.testkit.QueryTarget.Way;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What random documents and queries were about, so that nothing is believed that never came up. */
final class QueryTally {
  /** Kinds of values that are easily got wrong. */
  enum Kind {
    NULL,
    BOOLEAN,
    TEXT,
    NON_BMP_TEXT,
    NUMBER,
    BEYOND_DOUBLE,
    BEYOND_LONG,
    HUGE,
    TENTHS,
    OBJECT,
    ARRAY,
    ARRAY_IN_ARRAY,
    OBJECT_IN_ARRAY
  }

  private static final Set<Kind> TYPES =
      EnumSet.of(Kind.NULL, Kind.BOOLEAN, Kind.TEXT, Kind.NUMBER, Kind.OBJECT, Kind.ARRAY);

  private static final Map<BigDecimal, Kind> NUMBERS =
      new TreeMap<>(
          Map.of(
              new BigDecimal("9007199254740993"), Kind.BEYOND_DOUBLE,
              new BigDecimal("9223372036854775808"), Kind.BEYOND_LONG,
              new BigDecimal("1e400"), Kind.HUGE,
              new BigDecimal("0.30000000000000004"), Kind.TENTHS));

  private final Map<Kind, Integer> held = new EnumMap<>(Kind.class);
  private final Map<Kind, Integer> askedFor = new EnumMap<>(Kind.class);
  private final Map<Operator, Integer> operators = new EnumMap<>(Operator.class);
  private final Set<Operator> told = EnumSet.noneOf(Operator.class);
  private final Map<String, Integer> joined = new TreeMap<>();
  private final Set<String> joinedTold = new TreeSet<>();
  private final Map<Way, Integer> ways = new EnumMap<>(Way.class);
  private final Map<String, Set<Kind>> kindsOf = new TreeMap<>();
  private final Map<String, Integer> holders = new TreeMap<>();
  private final Set<String> askedFields = new TreeSet<>();
  private int documents;

  void document(Object document) {
    documents++;
    count(document, held);
    if (document instanceof Map<?, ?> members) {
      members.forEach(
          (name, value) -> {
            holders.merge((String) name, 1, Integer::sum);
            kindsOf
                .computeIfAbsent((String) name, any -> EnumSet.noneOf(Kind.class))
                .add(kind(value));
          });
    }
  }

  /** Returns whether a field has values of every type, null among them, and some lack it. */
  private boolean isMixedAndMissing(String field) {
    return kindsOf.getOrDefault(field, Set.of()).containsAll(TYPES)
        && holders.getOrDefault(field, 0) < documents;
  }

  void asked(Way way) {
    ways.merge(way, 1, Integer::sum);
  }

  /** Notes a query, and whether it told documents apart. */
  void query(Query query, int matching, int documents) {
    query
        .where()
        .ifPresent(
            where -> {
              count(where);
              if (matching > 0 && matching < documents) {
                if (where instanceof Condition.Comparison comparison) {
                  told.add(comparison.operator());
                } else {
                  joinedTold.add(name(where));
                }
              }
            });
  }

  private static String name(Condition condition) {
    return condition.getClass().getSimpleName();
  }

  private void count(Condition condition) {
    if (condition instanceof Condition.Comparison comparison) {
      operators.merge(comparison.operator(), 1, Integer::sum);
      askedFields.add(comparison.field());
      switch (comparison.operator()) {
        case REGEX, EXISTS -> {}
        case IN, NIN -> {
          if (comparison.value().orElse(null) instanceof List<?> list) {
            list.forEach(element -> count(element, askedFor));
          }
        }
        default -> count(comparison.value().orElse(null), askedFor);
      }
      return;
    }
    joined.merge(name(condition), 1, Integer::sum);
    if (condition instanceof Condition.All all) {
      all.conditions().forEach(this::count);
    } else if (condition instanceof Condition.Any any) {
      any.conditions().forEach(this::count);
    } else if (condition instanceof Condition.Not not) {
      count(not.inner());
    } else if (condition instanceof Condition.Nested nested) {
      count(nested.inner());
    }
  }

  private static void count(@Nullable Object value, Map<Kind, Integer> into) {
    into.merge(kind(value), 1, Integer::sum);
    if (value instanceof Number number) {
      Kind special = NUMBERS.get(new BigDecimal(number.toString()));
      if (special != null) {
        into.merge(special, 1, Integer::sum);
      }
    } else if (value instanceof String text && text.codePoints().anyMatch(c -> c > 0xFFFF)) {
      into.merge(Kind.NON_BMP_TEXT, 1, Integer::sum);
    } else if (value instanceof Map<?, ?> object) {
      object.values().forEach(member -> count(member, into));
    } else if (value instanceof List<?> array) {
      for (Object element : array) {
        count(element, into);
        if (element instanceof List) {
          into.merge(Kind.ARRAY_IN_ARRAY, 1, Integer::sum);
        } else if (element instanceof Map) {
          into.merge(Kind.OBJECT_IN_ARRAY, 1, Integer::sum);
        }
      }
    }
  }

  private static Kind kind(@Nullable Object value) {
    if (value == null) {
      return Kind.NULL;
    } else if (value instanceof Boolean) {
      return Kind.BOOLEAN;
    } else if (value instanceof String) {
      return Kind.TEXT;
    } else if (value instanceof Number) {
      return Kind.NUMBER;
    }
    return value instanceof Map ? Kind.OBJECT : Kind.ARRAY;
  }

  /** Fails unless everything came up, and every operator told documents apart. */
  void requireEverything(Set<Way> possible) {
    assertThat(held.keySet()).as("kinds of values in documents").contains(Kind.values());
    assertThat(askedFor.keySet()).as("kinds of values in queries").contains(Kind.values());
    assertThat(operators.keySet()).as("operators").containsAll(QueryDice.OPERATORS);
    assertThat(told)
        .as("operators that hold for some documents and not for others")
        .containsAll(QueryDice.OPERATORS);
    assertThat(joinedTold)
        .as("conditions that hold for some documents and not for others")
        .contains("All", "Any", "Not", "Nested");
    assertThat(askedFields)
        .as("fields asked for that have values of every type, and that some documents lack")
        .anyMatch(this::isMixedAndMissing);
    assertThat(ways.keySet()).as("ways to ask").containsAll(possible);
  }

  @Override
  public String toString() {
    return documents + " documents, asked " + ways + ", operators " + operators + ", " + joined;
  }
}
