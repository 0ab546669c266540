package io.undercroft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.Isolation;
import io.undercroft.testkit.history.ListAppend.Step;
import io.undercroft.testkit.history.ListAppend.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each anomaly in the smallest history that shows it, and none in what ran one by one. */
class ListAppendTest {
  private static Step a(String key, int element) {
    return new ListAppend.Append(key, String.valueOf(element));
  }

  private static Step r(String key, Integer... elements) {
    return new ListAppend.Read(key, Stream.of(elements).map(String::valueOf).toList());
  }

  private static Transaction ok(String name, Step... steps) {
    return new Transaction(name, Outcome.COMMITTED, List.of(steps));
  }

  private static Transaction aborted(String name, Step... steps) {
    return new Transaction(name, Outcome.ABORTED, List.of(steps));
  }

  private static Arguments shows(Anomaly anomaly, String what, Transaction... history) {
    return Arguments.of(anomaly, what, List.of(history));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        shows(
            Anomaly.G0,
            "writes into each other",
            ok("T1", a("x", 1), a("y", 1)),
            ok("T2", a("x", 2), a("y", 2)),
            ok("end", r("x", 1, 2), r("y", 2, 1))),
        shows(
            Anomaly.G1A,
            "read of what was rolled back",
            aborted("T1", a("x", 1)),
            ok("T2", r("x", 1))),
        shows(
            Anomaly.G1B,
            "read between two appends of one transaction",
            ok("T1", a("x", 1), a("x", 2)),
            ok("T2", r("x", 1)),
            ok("end", r("x", 1, 2))),
        shows(
            Anomaly.G1C,
            "each reads what the other appended",
            ok("T1", a("x", 1), r("y", 2)),
            ok("T2", a("y", 2), r("x", 1))),
        shows(
            Anomaly.G1C,
            "append after append, and read the other way",
            ok("T1", a("x", 1), r("y", 1)),
            ok("T2", a("x", 2), a("y", 1)),
            ok("end", r("x", 1, 2), r("y", 1))),
        shows(
            Anomaly.LOST_UPDATE,
            "both append to what they read",
            ok("T1", r("x"), a("x", 1)),
            ok("T2", r("x"), a("x", 2)),
            ok("end", r("x", 2))),
        shows(
            Anomaly.INCOMPATIBLE_ORDER,
            "what one saw never was for the other",
            ok("T1", a("x", 1)),
            ok("T2", a("x", 2)),
            ok("T3", r("x", 1)),
            ok("end", r("x", 2))),
        shows(
            Anomaly.G_SINGLE,
            "read skew",
            ok("T1", r("x"), r("y", 1)),
            ok("T2", a("x", 1), a("y", 1)),
            ok("end", r("x", 1), r("y", 1))),
        shows(Anomaly.G_SINGLE, "fuzzy read", ok("T1", r("x"), r("x", 1)), ok("T2", a("x", 1))),
        shows(
            Anomaly.G2_ITEM,
            "write skew",
            ok("T1", r("x"), r("y"), a("x", 1)),
            ok("T2", r("x"), r("y"), a("y", 2)),
            ok("end", r("x", 1), r("y", 2))),
        shows(
            Anomaly.G2_ITEM,
            "three in a ring",
            ok("T1", r("x"), a("y", 1)),
            ok("T2", r("y"), a("z", 1)),
            ok("T3", r("z"), a("x", 1)),
            ok("end", r("x", 1), r("y", 1), r("z", 1))),
        shows(Anomaly.GARBAGE, "what nobody appended", ok("T1", r("x", 7))),
        shows(Anomaly.INTERNAL, "own append not seen", ok("T1", a("x", 1), r("x"))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void anAnomalyIsNamed(Anomaly anomaly, String what, List<Transaction> history) {
    assertThat(found(history)).as(what).contains(anomaly);
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void nothingWeakerIsBlamed(Anomaly anomaly, String what, List<Transaction> history) {
    for (Isolation level : Isolation.values()) {
      boolean red =
          ListAppend.check(history).stream()
              .anyMatch(finding -> finding.anomaly().isForbiddenAt(level));
      assertThat(red)
          .as("whether %s is red at %s", what, level)
          .isEqualTo(anomaly.isForbiddenAt(level));
    }
  }

  private static Set<Anomaly> found(List<Transaction> history) {
    return ListAppend.check(history).stream().map(Finding::anomaly).collect(Collectors.toSet());
  }

  static Stream<Arguments> good() {
    return Stream.of(
        Arguments.of("nothing", List.of()),
        Arguments.of(
            "one after the other",
            List.of(
                ok("T1", r("x"), a("x", 1), r("x", 1)),
                ok("T2", r("x", 1), a("x", 2), a("x", 3)),
                ok("end", r("x", 1, 2, 3)))),
        Arguments.of(
            "what was rolled back is not seen",
            List.of(
                aborted("T1", r("x"), a("x", 1)),
                ok("T2", r("x"), a("x", 2)),
                ok("T3", r("x", 2)))),
        Arguments.of(
            "what the rolled back one read does not count",
            List.of(ok("T1", a("x", 1), a("x", 2)), aborted("T2", r("x", 1)))),
        Arguments.of(
            "a lost answer of which nothing is seen",
            List.of(new Transaction("T1", Outcome.UNKNOWN, List.of(a("x", 1))), ok("T2", r("x")))),
        Arguments.of(
            "a lost answer of which everything is seen",
            List.of(
                new Transaction("T1", Outcome.UNKNOWN, List.of(a("x", 1), a("y", 1))),
                ok("T2", r("x", 1), r("y", 1)))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatIsInOrderHasNoAnomaly(String what, List<Transaction> history) {
    assertThat(ListAppend.check(history)).as(what).isEmpty();
  }

  @Test
  void aLostAnswerOfWhichHalfIsSeenIsReadSkew() {
    assertThat(
            found(
                List.of(
                    new Transaction("T1", Outcome.UNKNOWN, List.of(a("x", 1), a("y", 1))),
                    ok("T2", r("x", 1), r("y")))))
        .contains(Anomaly.G_SINGLE);
  }

  @Test
  void whatRanOneByOneHasNoAnomaly() {
    for (long seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      Map<String, List<String>> lists = new HashMap<>();
      List<Transaction> history = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        boolean commits = random.nextInt(5) > 0;
        Map<String, List<String>> own = new HashMap<>();
        lists.forEach((key, list) -> own.put(key, new ArrayList<>(list)));
        List<Step> steps = new ArrayList<>();
        for (int j = 0; j < 1 + random.nextInt(4); j++) {
          String key = "k" + random.nextInt(3);
          List<String> list = own.computeIfAbsent(key, fresh -> new ArrayList<>());
          if (random.nextBoolean()) {
            String element = i + "." + j;
            list.add(element);
            steps.add(new ListAppend.Append(key, element));
          } else {
            steps.add(new ListAppend.Read(key, list));
          }
        }
        history.add(new Transaction("T" + i, commits ? Outcome.COMMITTED : Outcome.ABORTED, steps));
        if (commits) {
          lists = own;
        }
      }
      assertThat(ListAppend.check(history)).as("seed %d", seed).isEmpty();
    }
  }

  @Test
  void anElementIsUnique() {
    List<Transaction> history = List.of(ok("T1", a("x", 1)), ok("T2", a("x", 1)));
    assertThatThrownBy(() -> ListAppend.check(history))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'1' is appended to 'x' twice");
  }
}
