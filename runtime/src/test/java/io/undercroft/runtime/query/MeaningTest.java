package io.undercroft.runtime.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Condition.Nested;
import io.undercroft.storage.query.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of meanings: every operator against every type of value, by name of the document. */
class MeaningTest {
  /** The documents that the tables speak of. */
  private static final Map<String, String> DOCUMENTS =
      Map.ofEntries(
          Map.entry("missing", "{}"),
          Map.entry("null", "{'a':null}"),
          Map.entry("one", "{'a':1}"),
          Map.entry("two", "{'a':2.0}"),
          Map.entry("x", "{'a':'x'}"),
          Map.entry("y", "{'a':'y'}"),
          Map.entry("true", "{'a':true}"),
          Map.entry("false", "{'a':false}"),
          Map.entry("object", "{'a':{'b':1,'c':2}}"),
          Map.entry("empty object", "{'a':{}}"),
          Map.entry("[]", "{'a':[]}"),
          Map.entry("[1]", "{'a':[1]}"),
          Map.entry("[1,x]", "{'a':[1,'x']}"),
          Map.entry("[null]", "{'a':[null]}"),
          Map.entry("[[1]]", "{'a':[[1]]}"),
          Map.entry("[object]", "{'a':[{'b':1,'c':2},{'c':3}]}"),
          Map.entry("[[object]]", "{'a':[[{'b':1}]]}"),
          Map.entry("a text", "'text'"),
          Map.entry("an array", "[{'a':1}]"));

  private static final List<String> NO_FIELD_A = List.of("missing", "a text", "an array");

  static Stream<Arguments> table() {
    return Stream.of(
        row("a", Operator.EQ, 1, "one", "[1]", "[1,x]"),
        row("a", Operator.EQ, 2, "two"),
        row("a", Operator.EQ, "x", "x", "[1,x]"),
        row("a", Operator.EQ, true, "true"),
        row("a", Operator.EQ, null, "null", "[null]", NO_FIELD_A),
        row("a", Operator.EQ, List.of(), "[]"),
        row("a", Operator.EQ, List.of(1), "[1]", "[[1]]"),
        row("a", Operator.EQ, List.of(1.0, "x"), "[1,x]"),
        row("a", Operator.EQ, Map.of(), "empty object"),
        row("a", Operator.EQ, Map.of("c", 2.0, "b", 1), "object", "[object]"),
        row("a", Operator.EQ, Map.of("b", 1)),
        row("a", Operator.GT, 1, "two"),
        row("a", Operator.GTE, 1, "one", "two", "[1]", "[1,x]"),
        row("a", Operator.LT, 2, "one", "[1]", "[1,x]"),
        row("a", Operator.LTE, 2, "one", "two", "[1]", "[1,x]"),
        row("a", Operator.GT, "x", "y"),
        row("a", Operator.GTE, "x", "x", "y", "[1,x]"),
        row("a", Operator.LT, "y", "x", "[1,x]"),
        row("a", Operator.GT, false, "true"),
        row("a", Operator.LTE, true, "true", "false"),
        row("a", Operator.GT, null),
        row("a", Operator.LT, null),
        row("a", Operator.GTE, null, "null", "[null]", NO_FIELD_A),
        row("a", Operator.LTE, null, "null", "[null]", NO_FIELD_A),
        row("a", Operator.GT, List.of(1), "[1,x]", "[object]", "[[1]]", "[[object]]"),
        row("a", Operator.LT, List.of(1), "[]", "[null]"),
        row("a", Operator.GT, Map.of("b", 1), "object", "[object]"),
        row("a", Operator.LT, Map.of("b", 1), "empty object"),
        row("a", Operator.IN, List.of(1, "y"), "one", "y", "[1]", "[1,x]"),
        row("a", Operator.IN, Arrays.asList(null, true), "null", "true", "[null]", NO_FIELD_A),
        row("a", Operator.IN, List.of(List.of(1)), "[1]", "[[1]]"),
        row("a", Operator.IN, List.of()),
        row("a", Operator.REGEX, "^x", "x", "[1,x]"),
        row("a", Operator.REGEX, "(?i)[XY]", "x", "y", "[1,x]"),
        row("a.b", Operator.EQ, 1, "object", "[object]"),
        row("a.c", Operator.GT, 2, "[object]"),
        row("a.b", Operator.EXISTS, true, "object", "[object]"),
        row("a.0", Operator.EQ, 1, "[1]", "[1,x]", "[[1]]"),
        row("a.0", Operator.EQ, List.of(1), "[[1]]"),
        row("a.0.0", Operator.EQ, 1, "[[1]]"),
        row("a.0.b", Operator.EQ, 1, "[object]", "[[object]]"),
        row("a.1", Operator.EXISTS, true, "[1,x]", "[object]"),
        row("a.00", Operator.EXISTS, true),
        row(
            "a.b",
            Operator.EQ,
            null,
            "null",
            "one",
            "two",
            "x",
            "y",
            "true",
            "false",
            "empty object",
            "[object]",
            NO_FIELD_A));
  }

  /** The rest of a row are names of documents, or lists of them; all others do not match. */
  private static Arguments row(String path, Operator operator, Object value, Object... names) {
    TreeSet<String> expected = new TreeSet<>();
    for (Object name : names) {
      if (name instanceof List<?> list) {
        list.forEach(one -> expected.add((String) one));
      } else {
        expected.add((String) name);
      }
    }
    return Arguments.of(new Comparison(path, operator, Optional.ofNullable(value)), expected);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aComparisonMatchesWhatTheTableSays(Comparison condition, Set<String> expected) {
    assertThat(matching(condition)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("table")
  void theNaiveEvaluatorReadsTheTableInTheSameWay(Comparison condition, Set<String> expected) {
    TreeSet<String> found = new TreeSet<>();
    DOCUMENTS.forEach(
        (name, document) -> {
          if (Naive.holds(condition, document.replace('\'', '"'))) {
            found.add(name);
          }
        });
    assertThat(found).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("table")
  void aNegationMatchesTheRest(Comparison condition, Set<String> expected) {
    TreeSet<String> rest = new TreeSet<>(DOCUMENTS.keySet());
    rest.removeAll(expected);
    assertThat(matching(condition.not())).isEqualTo(rest);
    opposite(condition).ifPresent(other -> assertThat(matching(other)).isEqualTo(rest));
  }

  private static Optional<Condition> opposite(Comparison condition) {
    return switch (condition.operator()) {
      case EQ -> Optional.of(new Comparison(condition.field(), Operator.NE, condition.value()));
      case IN -> Optional.of(new Comparison(condition.field(), Operator.NIN, condition.value()));
      case EXISTS ->
          Optional.of(new Comparison(condition.field(), Operator.EXISTS, Optional.of(false)));
      default -> Optional.empty();
    };
  }

  private static Set<String> matching(Condition condition) {
    TreeSet<String> found = new TreeSet<>();
    DOCUMENTS.forEach(
        (name, document) -> {
          if (Given.matches(condition, document.replace('\'', '"'))) {
            found.add(name);
          }
        });
    return found;
  }

  private static Comparison comparison(String field, Operator operator, Object value) {
    return new Comparison(field, operator, Optional.of(value));
  }

  @Test
  void oneElementSatisfiesAllOfANestedCondition() {
    Condition both = comparison("b", Operator.EQ, 1).and(comparison("c", Operator.EQ, 3));
    String split = "{\"a\":[{\"b\":1,\"c\":2},{\"b\":2,\"c\":3}]}";
    assertThat(Given.matches(new Nested("a", both), split)).isFalse();
    assertThat(
            Given.matches(
                comparison("a.b", Operator.EQ, 1).and(comparison("a.c", Operator.EQ, 3)), split))
        .isTrue();
    assertThat(Given.matches(new Nested("a", both), "{\"a\":[5,{\"b\":1,\"c\":3}]}")).isTrue();
    assertThat(Given.matches(new Nested("a", both), "{\"a\":{\"b\":1,\"c\":3}}")).isTrue();
    assertThat(Given.matches(new Nested("a", both), "{\"a\":7}")).isFalse();
    assertThat(Given.matches(new Nested("a", both.not()), "{}")).isFalse();
    assertThat(Given.matches(new Nested("a.b", both), "{\"a\":[{\"b\":[{\"b\":1,\"c\":3}]}]}"))
        .isTrue();
    assertThat(
            Given.matches(new Nested("a", comparison("0", Operator.EQ, 1)), "{\"a\":[[1,2],[3]]}"))
        .isTrue();
  }

  @Test
  void andOfNothingHoldsAndOrOfNothingDoesNot() {
    assertThat(Given.matches(new Condition.All(List.of()), "{}")).isTrue();
    assertThat(Given.matches(new Condition.Any(List.of()), "{}")).isFalse();
  }

  static Stream<Arguments> equalNumbers() {
    return Stream.of(
        Arguments.of("1", 1.0),
        Arguments.of("1.0", 1),
        Arguments.of("1e0", 1L),
        Arguments.of("100", new java.math.BigDecimal("1E+2")),
        Arguments.of("0.1", 0.1),
        Arguments.of("0.1", 0.1f),
        Arguments.of("-0", 0),
        Arguments.of("-0.0", 0),
        Arguments.of("0e5", 0),
        Arguments.of("9007199254740993", 9_007_199_254_740_993L),
        Arguments.of("9223372036854775807", Long.MAX_VALUE),
        Arguments.of("-9223372036854775808", Long.MIN_VALUE),
        Arguments.of("9223372036854775808", new java.math.BigInteger("9223372036854775808")),
        Arguments.of("1e400", new java.math.BigDecimal("1E+400")),
        Arguments.of("10e399", new java.math.BigDecimal("1E+400")));
  }

  @ParameterizedTest
  @MethodSource("equalNumbers")
  void numbersAreEqualByValue(String json, Number value) {
    String document = "{\"a\":" + json + "}";
    for (Condition condition :
        List.of(
            comparison("a", Operator.EQ, value),
            comparison("a", Operator.IN, List.of("x", value)),
            comparison("a", Operator.GTE, value).and(comparison("a", Operator.LTE, value)),
            comparison("a", Operator.EQ, List.of(value)).or(comparison("a", Operator.EQ, value)))) {
      assertThat(Given.matches(condition, document)).as("%s", condition).isTrue();
    }
  }

  static Stream<Arguments> ascendingNumbers() {
    return Stream.of(
        Arguments.of("9007199254740992", "9007199254740993"),
        Arguments.of("0.3", "0.30000000000000004"),
        Arguments.of("9223372036854775807", "9223372036854775808"),
        Arguments.of("1e399", "1e400"),
        Arguments.of("-1e400", "-1e399"),
        Arguments.of("1e-400", "1e-399"),
        Arguments.of("0", "1e-9999"));
  }

  @ParameterizedTest
  @MethodSource("ascendingNumbers")
  void numbersAreToldApartExactly(String less, String more) {
    java.math.BigDecimal value = new java.math.BigDecimal(more);
    String document = "{\"a\":" + less + "}";
    assertThat(Given.matches(comparison("a", Operator.LT, value), document)).isTrue();
    assertThat(Given.matches(comparison("a", Operator.EQ, value), document)).isFalse();
    assertThat(Given.matches(comparison("a", Operator.IN, List.of(value)), document)).isFalse();
  }

  @Test
  void aSumOfBinaryFractionsIsNotTheDecimalFraction() {
    assertThat(Given.matches(comparison("a", Operator.EQ, 0.1 + 0.2), "{\"a\":0.3}")).isFalse();
  }

  @Test
  void anExponentOfNineDigitsCostsNothing() {
    java.math.BigDecimal huge = new java.math.BigDecimal("1e999999999");
    java.math.BigDecimal tiny = new java.math.BigDecimal("1e-999999999");
    for (String number : List.of("1", "1.5", "1e400", "123456789012345678901234567890")) {
      String document = "{\"a\":" + number + "}";
      assertThat(Given.matches(comparison("a", Operator.LT, huge), document)).isTrue();
      assertThat(Given.matches(comparison("a", Operator.GT, tiny), document)).isTrue();
      assertThat(Given.matches(comparison("a", Operator.IN, List.of(huge, tiny)), document))
          .isFalse();
    }
  }

  @Test
  void textIsOrderedByCodePoint() {
    String privateUse = "\uE000";
    String emoji = new String(Character.toChars(0x1F600));
    assertThat(privateUse.compareTo(emoji)).isPositive();
    assertThat(Values.compareTexts(privateUse, emoji)).isNegative();
    assertThat(Given.matches(comparison("a", Operator.GT, privateUse), "{\"a\":\"" + emoji + "\"}"))
        .isTrue();
  }

  @Test
  void typesHaveAnOrder() {
    List<String> ascending =
        List.of(
            "null",
            "-1",
            "0",
            "0.5",
            "1e3",
            "\"\"",
            "\"a\"",
            "\"aa\"",
            "\"b\"",
            "{}",
            "{\"a\":1}",
            "{\"a\":1,\"b\":0}",
            "{\"a\":2}",
            "{\"b\":null}",
            "[]",
            "[null]",
            "[1]",
            "[1,1]",
            "[2]",
            "[[]]",
            "false",
            "true");
    List<String> differing = new ArrayList<>();
    for (int i = 0; i < ascending.size(); i++) {
      for (int k = 0; k < ascending.size(); k++) {
        int compared = Values.compare(Given.value(ascending.get(i)), Given.value(ascending.get(k)));
        if (Integer.signum(compared) != Integer.compare(i, k)) {
          differing.add(ascending.get(i) + " with " + ascending.get(k));
        }
      }
    }
    assertThat(differing).isEmpty();
  }

  @Test
  void theOrderOfMembersDoesNotMatter() {
    assertThat(Values.compare(Given.value("{\"a\":1,\"b\":2}"), Given.value("{\"b\":2,\"a\":1}")))
        .isZero();
    assertThat(
            Given.matches(
                comparison("a", Operator.EQ, Map.of("x", 1, "y", List.of(2))),
                "{\"a\":{\"y\":[2.0],\"x\":1}}"))
        .isTrue();
  }
}
