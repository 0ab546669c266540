package io.undercroft.storage.query;

import static io.undercroft.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Condition.All;
import io.undercroft.storage.query.Condition.Any;
import io.undercroft.storage.query.Condition.Comparison;
import io.undercroft.storage.query.Condition.Nested;
import io.undercroft.storage.query.Condition.Not;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
  static Stream<Arguments> built() {
    return Stream.of(
        Arguments.of(field("a").eq(1), comparison(Operator.EQ, 1)),
        Arguments.of(field("a").ne("x"), comparison(Operator.NE, "x")),
        Arguments.of(field("a").gt(1), comparison(Operator.GT, 1)),
        Arguments.of(field("a").gte(1), comparison(Operator.GTE, 1)),
        Arguments.of(field("a").lt(1), comparison(Operator.LT, 1)),
        Arguments.of(field("a").lte(true), comparison(Operator.LTE, true)),
        Arguments.of(field("a").in(1, 2), comparison(Operator.IN, List.of(1, 2))),
        Arguments.of(field("a").nin("x"), comparison(Operator.NIN, List.of("x"))),
        Arguments.of(field("a").regex("^x"), comparison(Operator.REGEX, "^x")),
        Arguments.of(
            field("a").regex(Pattern.compile("x", Pattern.CASE_INSENSITIVE | Pattern.DOTALL)),
            comparison(Operator.REGEX, "(?is)x")),
        Arguments.of(field("a").exists(), comparison(Operator.EXISTS, true)),
        Arguments.of(field("a").missing(), comparison(Operator.EXISTS, false)),
        Arguments.of(field("a").search("two words"), comparison(Operator.SEARCH, "two words")),
        Arguments.of(field("a").isNull(), new Comparison("a", Operator.EQ, Optional.empty())),
        Arguments.of(field("a").isNotNull(), new Comparison("a", Operator.NE, Optional.empty())),
        Arguments.of(
            field("a").matches(field("b").eq(1)),
            new Nested("a", new Comparison("b", Operator.EQ, Optional.of(1)))));
  }

  private static Condition comparison(Operator operator, Object value) {
    return new Comparison("a", operator, Optional.of(value));
  }

  @ParameterizedTest
  @MethodSource("built")
  void aFieldBuildsConditions(Condition built, Condition expected) {
    assertThat(built).isEqualTo(expected);
  }

  @Test
  void conditionsAreJoined() {
    Condition a = field("a").eq(1);
    Condition b = field("b").eq(2);
    assertThat(a.and(b)).isEqualTo(new All(List.of(a, b)));
    assertThat(a.or(b)).isEqualTo(new Any(List.of(a, b)));
    assertThat(a.not()).isEqualTo(new Not(a));
    assertThat(a.and(b).and(a)).isEqualTo(new All(List.of(a, b, a)));
    assertThat(a.or(b).or(a)).isEqualTo(new Any(List.of(a, b, a)));
    assertThat(a.or(b).and(a)).isEqualTo(new All(List.of(a.or(b), a)));
  }

  @Test
  void conditionsAndValuesHaveAnExtent() {
    refused(
        () -> {
          Condition deep = field("a").eq(1);
          for (int i = 0; i < 100; i++) {
            deep = deep.not();
          }
        },
        "100 deep");
    refused(
        () -> new All(Collections.nCopies(10_001, field("a").eq(1))), "more than 10,000 others");
    refused(() -> field("a").in(Collections.nCopies(100_001, 1)), "more than 100,000 elements");
    refused(() -> field("a").regex("x".repeat(1_001)), "1,000 are possible");
    refused(() -> field("a").eq(Double.NaN), "not a number");
    refused(() -> field("a").eq(BigInteger.ONE.shiftLeft(40_000)), "10,000 digits");
    refused(() -> field("a").eq(Map.of(1, 2)), "a key that is no text");
    List<Object> itself = new ArrayList<>();
    itself.add(itself);
    refused(() -> field("a").eq(itself), "100 deep");
    assertThat(new All(Collections.nCopies(10_000, field("a").eq(1))).conditions()).hasSize(10_000);
    assertThat(field("a").in(Collections.nCopies(100_000, 1))).isNotNull();
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(Operator.IN, "x", "needs a list"),
        Arguments.of(Operator.NIN, 1, "needs a list"),
        Arguments.of(Operator.REGEX, 1, "needs a text"),
        Arguments.of(Operator.SEARCH, List.of("x"), "needs a text"),
        Arguments.of(Operator.EXISTS, "true", "needs true or false"),
        Arguments.of(Operator.NEAR, "here", "needs an object"),
        Arguments.of(Operator.WITHIN, List.of(), "needs an object"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void anOperatorGetsAValueOfItsType(Operator operator, Object value, String expected) {
    refused(() -> new Comparison("a", operator, Optional.of(value)), "'a' " + expected);
    refused(() -> new Comparison("a", operator, Optional.empty()), "'a' " + expected);
  }

  @Test
  void onlyTypesOfJsonAreCompared() {
    for (Object value :
        List.of(Instant.EPOCH, new int[] {1}, List.of(Instant.EPOCH), Map.of("a", Instant.EPOCH))) {
      refused(() -> field("a").eq(value), "text, numbers, booleans, lists and maps");
    }
  }

  @Test
  void listsAndMapsAreCopiedAndMayHoldNull() {
    List<Object> list = new ArrayList<>(Arrays.asList("a", null));
    Map<String, Object> map = new HashMap<>();
    map.put("list", list);
    map.put("null", null);
    Comparison condition = (Comparison) field("a").eq(map);
    Map<?, ?> before = (Map<?, ?>) condition.value().orElseThrow();
    list.add("later");
    map.clear();
    assertThat(before.size()).isEqualTo(2);
    assertThat((List<?>) before.get("list")).hasSize(2);
    assertThatThrownBy(() -> before.remove("list"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.b", "tags.0", "\u00e4", "a b", "$where", "a'b", "__proto__"})
  void aPathIsNamesBetweenDots(String path) {
    assertThat(field(path).path()).isEqualTo(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ".a", "a.", "a..b", "a\0b"})
  void anyOtherPathIsRefusedWhereverItStands(String path) {
    refused(() -> field(path), "field path");
    refused(() -> new Comparison(path, Operator.EQ, Optional.of(1)), "field path");
    refused(() -> new Nested(path, field("a").eq(1)), "field path");
    refused(() -> Order.asc(path), "field path");
    refused(() -> Query.all().select("a", path), "field path");
    refused(() -> new Pipeline.Unwind(path), "field path");
    refused(() -> new Pipeline.Count(path), "field path");
  }

  @Test
  void aPathHasAtMost1024Characters() {
    assertThat(field("a".repeat(1_024)).path()).hasSize(1_024);
    refused(() -> field("a".repeat(1_025)), "1 to 1,024 characters");
  }

  @Test
  void theWireNameIsTheNameInLowerCase() {
    for (Operator operator : Operator.values()) {
      assertThat(Operator.ofWireName(operator.wireName())).contains(operator);
    }
    assertThat(Operator.GTE.wireName()).isEqualTo("gte");
    assertThat(Operator.ofWireName("GTE")).isEmpty();
    assertThat(Operator.ofWireName("like")).isEmpty();
  }

  private static void refused(ThrowingCallable call, String words) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(call)
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.INVALID_QUERY);
              assertThat(e.getMessage()).contains(words);
            });
  }
}
