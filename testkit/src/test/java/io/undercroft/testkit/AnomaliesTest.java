package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.testkit.fixture.LedgerPlugin;
import io.undercroft.testkit.fixture.LedgerPlugin.Conduct;
import io.undercroft.testkit.history.Outcome;
import io.undercroft.testkit.history.RegisterHistory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** An engine that gives less isolation than it reports is red; one that gives it is not. */
class AnomaliesTest {
  @TempDir Path temp;
  private final List<Subject> subjects = new ArrayList<>();

  @AfterEach
  void closeSubjects() {
    subjects.forEach(Subject::close);
  }

  private Subject subject(Conduct conduct, Isolation... claimed) {
    Subject subject =
        new Subject(
            folder ->
                PluginUnderTest.of(new LedgerPlugin(conduct, claimed), Map.of())
                    .scaled(conduct == Conduct.LOCKING ? 0.02 : 1),
            temp,
            MutableClock.atNow());
    subjects.add(subject);
    return subject;
  }

  private static Stage stage(Subject subject) {
    return new FacetStage(subject.keyValue(), subject.facet(Transactions.class));
  }

  /** Returns the names of the schedules that are red. */
  private static List<String> red(Subject subject) {
    Stage stage = stage(subject);
    List<String> red = new ArrayList<>();
    for (Schedule schedule : Schedule.all()) {
      if (isRed(() -> Anomalies.assertNone(stage, schedule, subject))) {
        red.add(schedule.name());
      }
    }
    return red;
  }

  private static boolean isRed(Runnable work) {
    try {
      work.run();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }

  static Stream<Arguments> honest() {
    return Stream.of(
        Arguments.of(Conduct.OPTIMISTIC, Isolation.SERIALIZABLE),
        Arguments.of(Conduct.LOCKING, Isolation.SERIALIZABLE),
        Arguments.of(Conduct.SNAPSHOT, Isolation.REPEATABLE_READ),
        Arguments.of(Conduct.READS_COMMITTED, Isolation.READ_COMMITTED));
  }

  @ParameterizedTest
  @MethodSource("honest")
  void whoGivesWhatItReportsIsNotRed(Conduct conduct, Isolation level) {
    Subject subject = subject(conduct, level);
    for (Schedule schedule : Schedule.all()) {
      Anomalies.assertNone(stage(subject), schedule, subject);
    }
    Anomalies.assertNoCycleAmongAppends(stage(subject), 100);
  }

  @ParameterizedTest
  @EnumSource(Conduct.class)
  void transactionsOneAfterTheOtherAreInNobodysWay(Conduct conduct) {
    Stage stage = stage(subject(conduct, Isolation.SERIALIZABLE));
    for (Schedule schedule : Schedule.all()) {
      Anomalies.assertSerialRunsCommit(stage, schedule);
    }
  }

  @Test
  void readCommittedThatIsReportedAsSerializableIsRed() {
    assertThat(red(subject(Conduct.READS_COMMITTED, Isolation.SERIALIZABLE)))
        .containsExactly(
            "G1b: intermediate read", // not repeatable, though never intermediate
            "G1c: circular information flow", // not circular, but write skew
            "OTV: observed transaction vanishes",
            "PMP: predicate many preceders",
            "PMP: predicate many preceders, writing",
            "P4: lost update",
            "P4: lost update by update",
            "P4: lost update of what is not there yet",
            "G-single: read skew",
            "G-single: read skew by predicate",
            "G-single: read skew that is written",
            "G2-item: write skew",
            "G2: write skew by predicate",
            "G2: write skew by removal and predicate",
            "G2: anomaly that a reader sees");
  }

  @Test
  void readCommittedThatIsReportedAsRepeatableReadIsRed() {
    assertThat(red(subject(Conduct.READS_COMMITTED, Isolation.REPEATABLE_READ)))
        .contains("G-single: read skew", "P4: lost update")
        .doesNotContain("G2-item: write skew", "PMP: predicate many preceders");
  }

  @Test
  void lostUpdatesThatAreReportedAsRepeatableReadAreRed() {
    assertThat(red(subject(Conduct.LOSES_UPDATES, Isolation.REPEATABLE_READ)))
        .containsExactly(
            "P4: lost update",
            "P4: lost update by update",
            "P4: lost update of what is not there yet",
            "G-single: read skew that is written");
  }

  @Test
  void dirtyReadsThatAreReportedAsReadCommittedAreRed() {
    assertThat(red(subject(Conduct.LEAKS, Isolation.READ_COMMITTED)))
        .contains(
            "G0: write cycle",
            "G1a: aborted read",
            "G1a: aborted read by prefix",
            "G1b: intermediate read",
            "G1c: circular information flow");
  }

  @Test
  void writesIntoEachOtherThatAreReportedAsReadUncommittedAreRed() {
    assertThat(red(subject(Conduct.LEAKS, Isolation.READ_UNCOMMITTED)))
        .contains("G0: write cycle")
        .doesNotContain("G1a: aborted read", "G1b: intermediate read");
  }

  @Test
  void aSnapshotThatIsReportedAsSerializableIsRed() {
    assertThat(red(subject(Conduct.SNAPSHOT, Isolation.SERIALIZABLE)))
        .containsExactly(
            "G1c: circular information flow", // not circular, but write skew
            "PMP: predicate many preceders, writing",
            "G2-item: write skew",
            "G2: write skew by predicate",
            "G2: write skew by removal and predicate",
            "G2: anomaly that a reader sees");
  }

  @Test
  void aRedScheduleIsToldStepByStep() {
    Subject subject = subject(Conduct.SNAPSHOT, Isolation.SERIALIZABLE);
    Schedule skew =
        Schedule.all().stream()
            .filter(schedule -> schedule.name().equals("G2-item: write skew"))
            .findAny()
            .orElseThrow();
    assertThatThrownBy(() -> Anomalies.assertNone(stage(subject), skew, subject))
        .hasMessageContainingAll(
            "SERIALIZABLE",
            "G2-item: write skew",
            "T1 get x -> x0",
            "T2 set y = y2",
            "T1 commit",
            "the end: {x=x1, y=y2}",
            "G2_ITEM: ",
            Seed.PROPERTY);
  }

  @Test
  void whoWaitsIsPassedOverAndMakesUpForItLater() {
    Subject subject = subject(Conduct.LOCKING, Isolation.SERIALIZABLE);
    Schedule skew =
        Schedule.all().stream()
            .filter(schedule -> schedule.name().equals("G2-item: write skew"))
            .findAny()
            .orElseThrow();
    try (Performance performance = new Performance(stage(subject), Duration.ofSeconds(1))) {
      Performance.Result result =
          performance.play(skew, Isolation.SERIALIZABLE, List.of(0, 1, 0, 1, 0, 1, 0, 1));
      assertThat(result.text()).contains("T2 get x ... waits");
      assertThat(result.text().indexOf("T1 commit"))
          .isLessThan(result.text().indexOf("T2 get x -> x1"));
      assertThat(result.history().transactions())
          .extracting(RegisterHistory.Transaction::outcome)
          .containsOnly(Outcome.COMMITTED);
    }
  }

  @Test
  void appendsShowWhatIsNotSerializable() {
    for (Conduct conduct : List.of(Conduct.READS_COMMITTED, Conduct.LOSES_UPDATES)) {
      Stage stage = stage(subject(conduct, Isolation.SERIALIZABLE));
      boolean red = false;
      for (int i = 0; i < 50 && !red; i++) {
        red = isRed(() -> Anomalies.assertNoCycleAmongAppends(stage, 100));
      }
      assertThat(red).as("whether %s is red, once in 50 times", conduct).isTrue();
    }
  }
}
