package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Field;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.Operator;
import io.undercroft.storage.query.Order;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever gives a query another meaning is found out, with few documents and a short query. */
class QueryDifferentialTest {
  private static final int FEW = 5;
  private static final int ROUNDS = 10;

  /** Wrong meanings. */
  @SuppressWarnings("ImmutableEnumChecker") // none of the functions keeps anything
  enum Lie {
    /** A missing field does not match 'ne' and 'nin'. */
    MISSING_IS_NOT_UNEQUAL(Lie::thereToo, query -> query, document -> document),
    /** A missing field does not match 'eq null'. */
    MISSING_IS_NOT_NULL(Lie::nullIsThere, query -> query, document -> document),
    /** Numbers are compared as the processor has them. */
    DOUBLES(condition -> condition, query -> query, Lie::rounded),
    /** Of several steps of an order, the last does not count. */
    SHORT_ORDER(
        condition -> condition,
        query ->
            query.orderBy(
                query.order().stream()
                    .limit(Math.max(1, query.order().size() - 1))
                    .toArray(Order[]::new)),
        document -> document),
    /** One is left out too many. */
    OFFSET(
        condition -> condition,
        query -> query.offset() == 0 ? query : query.offset(query.offset() + 1),
        document -> document),
    /** An array matches by its elements only. */
    NO_WHOLE_ARRAYS(Lie::noArrays, query -> query, document -> document);

    private final UnaryOperator<Condition> condition;
    private final UnaryOperator<Query> query;
    private final UnaryOperator<Object> document;

    Lie(
        UnaryOperator<Condition> condition,
        UnaryOperator<Query> query,
        UnaryOperator<Object> document) {
      this.condition = condition;
      this.query = query;
      this.document = document;
    }

    private static Condition thereToo(Condition condition) {
      return condition instanceof Comparison c
              && (c.operator() == Operator.NE || c.operator() == Operator.NIN)
          ? c.and(Field.field(c.field()).exists())
          : condition;
    }

    private static Condition nullIsThere(Condition condition) {
      return condition instanceof Comparison c && c.operator() == Operator.EQ && c.value().isEmpty()
          ? c.and(Field.field(c.field()).exists())
          : condition;
    }

    private static Condition noArrays(Condition condition) {
      return condition instanceof Comparison c
              && c.operator() == Operator.EQ
              && c.value().filter(List.class::isInstance).isPresent()
          ? new Condition.Any(List.of())
          : condition;
    }

    private static Object rounded(Object value) {
      if (value instanceof Map<?, ?> map) {
        Map<Object, Object> all = new LinkedHashMap<>();
        map.forEach((name, member) -> all.put(name, member == null ? null : rounded(member)));
        return all;
      } else if (value instanceof List<?> list) {
        List<Object> all = new ArrayList<>();
        list.forEach(element -> all.add(element == null ? null : rounded(element)));
        return all;
      } else if (value instanceof Number number) {
        double rounded = number.doubleValue();
        return Double.isFinite(rounded) ? new BigDecimal(rounded) : number;
      }
      return value;
    }

    private Query told(Query asked) {
      Query planted = query.apply(asked);
      return new Query(
          planted.where().map(this::everywhere),
          planted.order(),
          planted.limit(),
          planted.offset(),
          planted.select(),
          planted.after());
    }

    private Condition everywhere(Condition where) {
      if (where instanceof Condition.All all) {
        return new Condition.All(all.conditions().stream().map(this::everywhere).toList());
      } else if (where instanceof Condition.Any any) {
        return new Condition.Any(any.conditions().stream().map(this::everywhere).toList());
      } else if (where instanceof Condition.Not not) {
        return everywhere(not.inner()).not();
      } else if (where instanceof Condition.Nested nested) {
        return new Condition.Nested(nested.field(), everywhere(nested.inner()));
      }
      return condition.apply(where);
    }
  }

  /** Answers by {@link QueryMeaning}, and lies where it is told to. */
  private static final class Liar implements QueryTarget, QueryTarget.Answers {
    private final Optional<Lie> lie;
    private final Map<String, Object> documents = new LinkedHashMap<>();

    Liar(Optional<Lie> lie) {
      this.lie = lie;
    }

    @Override
    public Set<Way> ways() {
      return Set.of(Way.QUERY, Way.VALUES, Way.COUNT, Way.FIRST, Way.TRANSACTION);
    }

    @Override
    public void clear() {
      documents.clear();
    }

    @Override
    public void write(Map<String, Optional<Object>> writes) {
      writes.forEach(
          (key, document) ->
              document.ifPresentOrElse(
                  value -> documents.put(key, value), () -> documents.remove(key)));
    }

    @Override
    public void index(List<IndexDefinition> indexes) {}

    @Override
    public Answers answers() {
      return this;
    }

    @Override
    public void inTransaction(Map<String, Optional<Object>> writes, Consumer<Answers> work) {
      Map<String, Object> before = new LinkedHashMap<>(documents);
      write(writes);
      work.accept(this);
      documents.clear();
      documents.putAll(before);
    }

    @Override
    public Query throughText(Query query) {
      return query;
    }

    private List<String> matching(Query query) {
      Map<String, Object> seen = new LinkedHashMap<>();
      documents.forEach(
          (key, document) ->
              seen.put(key, lie.map(l -> l.document.apply(document)).orElse(document)));
      return QueryMeaning.inOrder(lie.map(l -> l.told(query)).orElse(query), seen);
    }

    @Override
    public List<QueryResult<Object>> query(Query query) {
      Query told = lie.map(l -> l.told(query)).orElse(query);
      return QueryMeaning.cut(told, matching(query)).stream()
          .map(
              key ->
                  new QueryResult<>(
                      key,
                      Objects.requireNonNull(QueryMeaning.selected(query, documents.get(key))),
                      OptionalDouble.empty(),
                      Map.of(),
                      ""))
          .toList();
    }

    @Override
    public List<Object> values(Query query) {
      return query(query).stream().map(QueryResult::value).toList();
    }

    @Override
    public long count(Query query) {
      return matching(query).size();
    }

    @Override
    public Optional<Object> first(Query query) {
      return query(query).stream().map(QueryResult::value).findFirst();
    }
  }

  /** One round of random questions may miss it, or leave more than is needed; so many do not. */
  @ParameterizedTest
  @EnumSource
  void aWrongMeaningIsFoundAndShrunk(Lie lie) {
    List<String> messages = new ArrayList<>();
    while (messages.stream().noneMatch(message -> documents(message) <= FEW)) {
      assertThat(messages).as("%s", lie).hasSizeLessThan(ROUNDS);
      messages.add(accusation(lie));
    }
    String message = messages.get(messages.size() - 1);
    assertThat(message).contains("-Dundercroft.testkit.seed=", "expected", "found");
    assertThat(message).hasSizeLessThan(2_500);
  }

  /** Returns what is said of a liar; empty if nobody noticed. */
  private static String accusation(Lie lie) {
    Liar liar = new Liar(Optional.of(lie));
    try {
      Seed.run(random -> new QueryDifferential(liar, random).run(200, 2_000));
      return "";
    } catch (AssertionError found) {
      return String.valueOf(found.getMessage());
    }
  }

  private static int documents(String message) {
    Matcher size = Pattern.compile("shrunk to (\\d+) of \\d+ documents").matcher(message);
    return size.find() ? Integer.parseInt(size.group(1)) : Integer.MAX_VALUE;
  }

  @Test
  void whoAnswersAsItIsMeantIsNotAccusedAndEverythingComesUp() {
    Liar honest = new Liar(Optional.empty());
    Seed.run(
        random ->
            new QueryDifferential(honest, random).run(200, 500).requireEverything(honest.ways()));
  }

  @Test
  void oneSeedAsksTheSameAgain() {
    List<String> told = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      AssertionError found =
          catchThrowableOfType(
              AssertionError.class,
              () ->
                  new QueryDifferential(new Liar(Optional.of(Lie.DOUBLES)), new Random(7))
                      .run(200, 2_000));
      told.add(Objects.requireNonNull(found.getMessage()));
    }
    assertThat(told.get(0)).isEqualTo(told.get(1));
  }
}
