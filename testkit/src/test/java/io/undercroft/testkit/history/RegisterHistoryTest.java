package io.undercroft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Isolation;
import io.undercroft.testkit.history.RegisterHistory.Step;
import io.undercroft.testkit.history.RegisterHistory.Transaction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each anomaly is red from the level on that forbids it, and not below. */
class RegisterHistoryTest {
  private static final Map<String, String> BOTH = Map.of("x", "x0", "y", "y0");

  private static Step w(String value) {
    return new RegisterHistory.Write(value.substring(0, 1), Optional.of(value));
  }

  private static Step gone(String key) {
    return new RegisterHistory.Write(key, Optional.empty());
  }

  private static Step r(String value) {
    return new RegisterHistory.Read(value.substring(0, 1), Optional.of(value));
  }

  private static Step none(String key) {
    return new RegisterHistory.Read(key, Optional.empty());
  }

  private static Step keys(String... found) {
    return new RegisterHistory.Keys("", Set.of(found));
  }

  private static Transaction ok(String name, Step... steps) {
    return new Transaction(name, Outcome.COMMITTED, List.of(steps));
  }

  private static Transaction aborted(String name, Step... steps) {
    return new Transaction(name, Outcome.ABORTED, List.of(steps));
  }

  private static Transaction unknown(String name, Step... steps) {
    return new Transaction(name, Outcome.UNKNOWN, List.of(steps));
  }

  private static Arguments shows(
      Anomaly anomaly, String what, Map<String, String> after, Transaction... transactions) {
    return Arguments.of(anomaly, what, new RegisterHistory(BOTH, List.of(transactions), after));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        shows(
            Anomaly.G0,
            "each wins once",
            Map.of("x", "x1", "y", "y2"),
            ok("T1", w("x1"), w("y1")),
            ok("T2", w("x2"), w("y2"))),
        shows(Anomaly.LOST_WRITE, "a committed write is not there", BOTH, ok("T1", w("x1"))),
        shows(
            Anomaly.LOST_WRITE,
            "a write is there that was rolled back",
            Map.of("x", "x1", "y", "y0"),
            aborted("T1", w("x1"))),
        shows(
            Anomaly.LOST_WRITE,
            "half of a lost answer is there",
            Map.of("x", "x1", "y", "y0"),
            unknown("T1", w("x1"), w("y1"))),
        shows(
            Anomaly.INTERNAL,
            "own write not seen",
            Map.of("x", "x1", "y", "y0"),
            ok("T1", w("x1"), r("x0"))),
        shows(
            Anomaly.INTERNAL,
            "own removal not seen",
            Map.of("y", "y0"),
            ok("T1", gone("x"), keys("x", "y"))),
        shows(Anomaly.GARBAGE, "nobody wrote it", BOTH, ok("T1", r("x9"))),
        shows(Anomaly.G1A, "aborted read", BOTH, aborted("T1", w("x1")), ok("T2", r("x1"))),
        shows(
            Anomaly.G1A,
            "aborted key found",
            BOTH,
            aborted("T1", w("z1")),
            ok("T2", keys("x", "y", "z"))),
        shows(
            Anomaly.G1B,
            "intermediate read",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", w("x1"), w("x2")),
            ok("T2", r("x1"))),
        shows(
            Anomaly.G1C,
            "circular information flow",
            Map.of("x", "x1", "y", "y2"),
            ok("T1", w("x1"), r("y2")),
            ok("T2", w("y2"), r("x1"))),
        shows(
            Anomaly.LOST_UPDATE,
            "both overwrite what they read",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", r("x0"), w("x1")),
            ok("T2", r("x0"), w("x2"))),
        shows(
            Anomaly.G_SINGLE,
            "read skew",
            Map.of("x", "x2", "y", "y2"),
            ok("T1", r("x0"), r("y2")),
            ok("T2", w("x2"), w("y2"))),
        shows(
            Anomaly.G_SINGLE,
            "fuzzy read",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", r("x0"), r("x2")),
            ok("T2", w("x2"))),
        shows(
            Anomaly.G2_ITEM,
            "write skew",
            Map.of("x", "x1", "y", "y2"),
            ok("T1", r("x0"), r("y0"), w("x1")),
            ok("T2", r("x0"), r("y0"), w("y2"))),
        shows(
            Anomaly.NOT_SERIAL,
            "phantom",
            Map.of("x", "x0", "y", "y0", "z", "z2"),
            ok("T1", keys("x", "y"), keys("x", "y", "z")),
            ok("T2", w("z2"))),
        shows(
            Anomaly.NOT_SERIAL,
            "write skew by predicate",
            Map.of("x", "x0", "y", "y0", "a", "a1", "b", "b2"),
            ok("T1", keys("x", "y"), w("a1")),
            ok("T2", keys("x", "y"), w("b2"))));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("bad")
  void anAnomalyIsRedFromItsLevelOn(Anomaly anomaly, String what, RegisterHistory history) {
    for (Isolation level : Isolation.values()) {
      List<Finding> findings = history.check(level);
      if (anomaly.isForbiddenAt(level)) {
        assertThat(findings)
            .as("%s at %s", what, level)
            .extracting(Finding::anomaly)
            .contains(anomaly);
      } else {
        assertThat(findings).as("%s at %s", what, level).isEmpty();
      }
    }
  }

  static Stream<Arguments> good() {
    return Stream.of(
        shows(
            Anomaly.NOT_SERIAL,
            "one after the other",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", r("x0"), w("x1")),
            ok("T2", r("x1"), w("x2"))),
        shows(
            Anomaly.NOT_SERIAL,
            "in the other order",
            Map.of("x", "x1", "y", "y0"),
            ok("T1", w("x1")),
            ok("T2", w("x2"))),
        shows(
            Anomaly.NOT_SERIAL,
            "what an aborted one read does not count",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", w("x1"), w("x2")),
            aborted("T2", r("x1"), w("y2"))),
        shows(
            Anomaly.NOT_SERIAL,
            "a lost answer, done",
            Map.of("x", "x1", "y", "y1"),
            unknown("T1", w("x1"), w("y1")),
            ok("T2", r("x1"))),
        shows(
            Anomaly.NOT_SERIAL,
            "a lost answer, not done",
            BOTH,
            unknown("T1", w("x1"), w("y1")),
            ok("T2", r("x0"))),
        shows(
            Anomaly.NOT_SERIAL,
            "removed and written anew",
            Map.of("x", "x2", "y", "y0"),
            ok("T1", gone("x"), none("x"), keys("y")),
            ok("T2", none("x"), w("x2"), keys("x", "y"))));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("good")
  void whatIsSerialIsNeverRed(Anomaly none, String what, RegisterHistory history) {
    for (Isolation level : Isolation.values()) {
      assertThat(history.check(level)).as("%s at %s (%s)", what, level, none).isEmpty();
    }
  }
}
