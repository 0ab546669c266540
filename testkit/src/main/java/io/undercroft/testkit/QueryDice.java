package io.undercroft.testkit;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Random documents, indexes and queries that meet each other often: few names, few values, all
 * types in every place.
 */
final class QueryDice {
  /** Every operator that needs no index of its own kind. */
  static final Set<Operator> OPERATORS =
      EnumSet.complementOf(EnumSet.of(Operator.SEARCH, Operator.NEAR, Operator.WITHIN));

  /** Hold neither objects nor arrays, so that an index gives their order. */
  private static final List<String> FLAT = List.of("f", "g");

  private static final List<String> DEEP = List.of("a", "b", "c", "0", "1", "\u00e4", "a b", "$x");
  private static final List<String> OUT_OF_REACH = List.of("", "a.b", ".");
  private static final List<String> TEXTS =
      List.of(
          "",
          "x",
          "xy",
          "X",
          "x\nx",
          "x x",
          "\uE000",
          "\uD83D\uDE00",
          "\uD83D\uDE00x",
          "1",
          "null",
          "a\"b\\c\n");
  private static final List<Number> NUMBERS =
      List.of(
          0,
          -0.0,
          1,
          1.0,
          2L,
          -1,
          0.5f,
          0.1,
          0.1 + 0.2,
          new BigDecimal("0.3"),
          new BigDecimal("1E+0"),
          new BigDecimal("1.00"),
          1L << 53,
          (1L << 53) + 1,
          (double) (1L << 53),
          Long.MAX_VALUE,
          BigInteger.ONE.shiftLeft(63),
          new BigDecimal("1e400"),
          new BigDecimal("10e399"),
          new BigDecimal("-1e400"),
          new BigDecimal("1e-400"));

  private final Random random;
  private List<String> favoured = List.of();

  QueryDice(Random random) {
    this.random = random;
  }

  /** Returns whether it falls so, once in this many times. */
  boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Returns a number from 0, below this. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  String key() {
    return one(List.of("k", "K", "\uE000", "\uD83D\uDE00", "\u00e4")) + random.nextInt(100_000);
  }

  Object document() {
    if (oneIn(40)) {
      Object scalar = value(2);
      return scalar == null ? "null" : scalar;
    }
    Map<String, @Nullable Object> document = object(3);
    for (String name : FLAT) {
      if (!oneIn(4)) {
        document.put(name, value(0));
      }
    }
    return document;
  }

  private Map<String, @Nullable Object> object(int depth) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    for (int members = random.nextInt(5); members > 0; members--) {
      object.put(oneIn(20) ? one(OUT_OF_REACH) : one(DEEP), value(depth));
    }
    return object;
  }

  private @Nullable Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 10 : 6)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2, 3 -> one(NUMBERS);
      case 4, 5 -> one(TEXTS);
      case 6, 7 -> object(depth - 1);
      default -> {
        List<@Nullable Object> array = new ArrayList<>();
        for (int elements = random.nextInt(4); elements > 0; elements--) {
          array.add(value(depth - 1));
        }
        yield array;
      }
    };
  }

  private String path() {
    if (!favoured.isEmpty() && random.nextBoolean()) {
      return one(favoured);
    }
    if (oneIn(4)) {
      return one(FLAT);
    }
    StringBuilder path = new StringBuilder(one(DEEP));
    while (oneIn(3)) {
      path.append('.').append(one(DEEP));
    }
    return path.toString();
  }

  /** Returns one to six indexes; from now on queries like to ask for their fields. */
  List<IndexDefinition> indexes() {
    favoured = List.of();
    List<IndexDefinition> indexes = new ArrayList<>();
    List<String> indexed = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      List<Order> fields = order(1 + random.nextInt(3));
      IndexDefinition.Type type =
          fields.size() == 1 && random.nextBoolean()
              ? IndexDefinition.Type.HASH
              : IndexDefinition.Type.ORDERED;
      if (type == IndexDefinition.Type.HASH) {
        fields = List.of(Order.asc(fields.get(0).field()));
      }
      fields.forEach(field -> indexed.add(field.field()));
      indexes.add(new IndexDefinition("index-" + i, type, fields, false, oneIn(3)));
    }
    favoured = indexed;
    return indexes;
  }

  /** Lets queries ask for any fields again. */
  void forgetIndexes() {
    favoured = List.of();
  }

  private List<Order> order(int steps) {
    Map<String, Order> order = new LinkedHashMap<>();
    for (int i = 0; i < steps; i++) {
      String path = path();
      order.put(path, new Order(path, random.nextBoolean()));
    }
    return List.copyOf(order.values());
  }

  Query query() {
    List<String> select = new ArrayList<>();
    for (int fields = oneIn(3) ? 1 + random.nextInt(3) : 0; fields > 0; fields--) {
      select.add(path());
    }
    return new Query(
        oneIn(25) ? Optional.empty() : Optional.of(condition(random.nextInt(3))),
        random.nextBoolean() ? order(1 + random.nextInt(3)) : List.of(),
        random.nextBoolean() ? OptionalLong.of(random.nextInt(12)) : OptionalLong.empty(),
        oneIn(4) ? random.nextInt(5) : 0,
        select,
        Optional.empty());
  }

  private Condition condition(int depth) {
    return switch (random.nextInt(depth > 0 ? 9 : 1)) {
      case 0, 1 -> comparison();
      case 2, 3 -> new Condition.All(conditions(depth - 1));
      case 4, 5 -> new Condition.Any(conditions(depth - 1));
      case 6 -> condition(depth - 1).not();
      default -> new Condition.Nested(path(), condition(depth - 1));
    };
  }

  private List<Condition> conditions(int depth) {
    List<Condition> all = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      all.add(condition(depth));
    }
    return all;
  }

  private Condition comparison() {
    Operator operator = one(List.copyOf(OPERATORS));
    Object value =
        switch (operator) {
          case IN, NIN -> {
            List<@Nullable Object> list = new ArrayList<>();
            for (int elements = random.nextInt(5); elements > 0; elements--) {
              list.add(value(2));
            }
            yield Collections.unmodifiableList(list);
          }
          case REGEX -> one(List.copyOf(QueryMeaning.PATTERNS.keySet()));
          case EXISTS -> random.nextBoolean();
          default -> value(2);
        };
    return new Condition.Comparison(path(), operator, Optional.ofNullable(value));
  }
}
