package io.undercroft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.testkit.history.Finding;
import io.undercroft.testkit.history.ListAppend;
import io.undercroft.testkit.history.Outcome;
import io.undercroft.testkit.history.RegisterHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** Whether transactions on a stage keep what their level promises. */
final class Anomalies {
  private static final int PLAYERS = 3;
  private static final List<String> LISTS = List.of("list-1", "list-2", "list-3");

  private Anomalies() {}

  /**
   * Plays every order of the steps of the schedule, or as many as the scale leaves, at every level.
   */
  static void assertNone(Stage stage, Schedule schedule, Subject subject) {
    Seed.run(
        random -> {
          List<List<Integer>> orders = new ArrayList<>(schedule.interleavings());
          Collections.shuffle(orders, random);
          int count = subject.scaled(orders.size(), Math.min(orders.size(), 10));
          for (Isolation level : stage.levels()) {
            try (Performance performance = new Performance(stage, Performance.PATIENCE)) {
              for (List<Integer> order : orders.subList(0, count)) {
                judge(schedule, level, performance.play(schedule, level, order));
              }
            }
          }
        });
  }

  private static void judge(Schedule schedule, Isolation level, Performance.Result result) {
    List<Finding> findings = result.history().check(level);
    if (!findings.isEmpty()) {
      fail(
          "at "
              + level
              + " the schedule '"
              + schedule
              + "' shows what that level forbids:\n"
              + result.text()
              + findings.stream().map(each -> "\n- " + each).collect(Collectors.joining()));
    }
  }

  /** Whoever is alone has no reason to be aborted. */
  static void assertSerialRunsCommit(Stage stage, Schedule schedule) {
    for (Isolation level : stage.levels()) {
      try (Performance performance = new Performance(stage, Performance.END)) {
        for (List<Integer> order : schedule.interleavings()) {
          if (Schedule.isSerial(order)) {
            Performance.Result result = performance.play(schedule, level, order);
            judge(schedule, Isolation.SERIALIZABLE, result);
            for (int i = 0; i < schedule.scripts().size(); i++) {
              List<Schedule.Act> acts = schedule.scripts().get(i).acts();
              RegisterHistory.Transaction transaction = result.history().transactions().get(i);
              boolean commits = acts.get(acts.size() - 1) instanceof Schedule.Commit;
              assertThat(transaction.outcome())
                  .as("what becomes of %s at %s:\n%s", transaction.name(), level, result.text())
                  .isEqualTo(commits ? Outcome.COMMITTED : Outcome.ABORTED);
            }
          }
        }
      }
    }
  }

  /** Lets several threads append to lists and read them, and looks for cycles in what they saw. */
  static void assertNoCycleAmongAppends(Stage stage, int each) {
    for (Isolation level : stage.levels()) {
      if (level == Isolation.READ_UNCOMMITTED) {
        continue; // what is appended to what may yet be rolled back has no order
      }
      stage.reset(Map.of());
      Queue<ListAppend.Transaction> history = new ConcurrentLinkedQueue<>();
      Seed.run(
          random -> {
            long seed = random.nextLong();
            Race.run(
                PLAYERS,
                runner -> {
                  Random own = new Random(seed + runner);
                  for (int i = 0; i < each; i++) {
                    history.add(append(stage, level, runner + "." + i, own));
                  }
                });
            history.add(readAll(stage));
            List<Finding> forbidden =
                ListAppend.check(List.copyOf(history)).stream()
                    .filter(finding -> finding.anomaly().isForbiddenAt(level))
                    .toList();
            assertThat(forbidden).as("what %s forbids, of %d", level, history.size()).isEmpty();
            assertThat(history)
                .as("transactions at %s that were committed", level)
                .filteredOn(transaction -> transaction.outcome() == Outcome.COMMITTED)
                .hasSizeGreaterThan(1);
          });
    }
  }

  private static ListAppend.Transaction append(
      Stage stage, Isolation level, String name, Random random) {
    List<ListAppend.Step> steps = new ArrayList<>();
    Outcome outcome = Outcome.ABORTED;
    try (Stage.Actor actor = stage.begin(level)) {
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        LockSupport.parkNanos(1); // short as they are, transactions should meet
        String key = LISTS.get(random.nextInt(LISTS.size()));
        List<String> elements = elements(actor.get(key).orElse(""));
        steps.add(new ListAppend.Read(key, elements));
        if (random.nextInt(3) > 0) {
          String element = name + "." + i;
          steps.add(new ListAppend.Append(key, element));
          List<String> longer = new ArrayList<>(elements);
          longer.add(element);
          actor.set(key, String.join(" ", longer));
        }
      }
      if (random.nextInt(10) == 0) {
        actor.rollback();
      } else {
        actor.commit();
        outcome = Outcome.COMMITTED;
      }
    } catch (StorageException e) {
      if (Performance.isUnknown(e)) {
        outcome = Outcome.UNKNOWN;
      } else if (!Performance.isAbort(e)) {
        throw e;
      }
    }
    return new ListAppend.Transaction(name, outcome, steps);
  }

  private static ListAppend.Transaction readAll(Stage stage) {
    Map<String, String> left = stage.left();
    List<ListAppend.Step> reads = new ArrayList<>();
    LISTS.forEach(key -> reads.add(new ListAppend.Read(key, elements(left.getOrDefault(key, "")))));
    return new ListAppend.Transaction("the end", Outcome.COMMITTED, reads);
  }

  private static List<String> elements(String text) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(" ", -1));
  }
}
