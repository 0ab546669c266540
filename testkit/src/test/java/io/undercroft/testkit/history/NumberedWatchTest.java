package io.undercroft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Every fault that a hub may have is seen wherever it happens, and no honest hub is accused. */
class NumberedWatchTest {
  private final Map<String, Long> made = new HashMap<>();

  /** What an honest hub tells of some changes of a few keys. */
  private List<Change<Long>> honest(long seed) {
    Random random = new Random(seed);
    Set<String> there = new TreeSet<>();
    List<Change<Long>> all = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      String key = "k" + random.nextInt(4);
      long number = made.merge(key, 1L, Long::sum);
      Optional<Long> old = there.contains(key) ? Optional.of(number - 1) : Optional.empty();
      boolean removal = old.isPresent() && random.nextInt(4) == 0;
      if (removal) {
        there.remove(key);
      } else {
        there.add(key);
      }
      all.add(
          change(
              removal ? ChangeType.DELETE : ChangeType.SET,
              key,
              old,
              removal ? Optional.empty() : Optional.of(number),
              "p" + i));
    }
    return all;
  }

  private static Change<Long> change(
      ChangeType type, String key, Optional<Long> old, Optional<Long> fresh, String position) {
    return new Change<>(type, key, old, fresh, Instant.EPOCH, Optional.of(position));
  }

  private static Change<Long> resync() {
    return change(ChangeType.RESYNC, "", Optional.empty(), Optional.empty(), "lost");
  }

  private Verdict judged(List<Change<Long>> changes) {
    NumberedWatch<Long> watch = new NumberedWatch<>(Long::longValue);
    changes.forEach(watch::accept);
    return watch.verdict(made);
  }

  @Test
  void anHonestHubIsNotAccused() {
    List<Change<Long>> honest = honest(1);
    assertThat(judged(honest)).isEqualTo(new Verdict.Holds());
    assertThat(judged(List.of(resync()))).isEqualTo(new Verdict.Holds());
    NumberedWatch<Long> watch = new NumberedWatch<>(Long::longValue);
    honest.forEach(watch::accept);
    assertThat(watch.changes()).isEqualTo(60);
    assertThat(watch.resyncs()).isZero();
    assertThat(watch.position()).contains("p60");
  }

  @Test
  void oneThatDropsAChangeIsSeenWhereverItIs() {
    List<Change<Long>> honest = honest(2);
    for (int i = 0; i < honest.size(); i++) {
      List<Change<Long>> lie = new ArrayList<>(honest);
      lie.remove(i);
      assertThat(judged(lie)).as("without change %d", i).isInstanceOf(Verdict.Violated.class);
    }
  }

  @Test
  void oneThatRepeatsAChangeIsSeenWhereverItIs() {
    List<Change<Long>> honest = honest(3);
    for (int i = 0; i < honest.size(); i++) {
      for (int j = i + 1; j <= honest.size(); j++) {
        List<Change<Long>> lie = new ArrayList<>(honest);
        lie.add(j, honest.get(i));
        assertThat(judged(lie))
            .as("change %d again at %d", i, j)
            .isInstanceOf(Verdict.Violated.class);
      }
    }
  }

  @Test
  void oneThatSwapsTwoChangesOfAKeyIsSeenAndOfTwoKeysIsNot() {
    List<Change<Long>> honest = honest(4);
    for (int i = 0; i < honest.size(); i++) {
      for (int j = i + 1; j < honest.size(); j++) {
        if (honest.get(i).key().equals(honest.get(j).key())) {
          List<Change<Long>> lie = new ArrayList<>(honest);
          Collections.swap(lie, i, j);
          assertThat(judged(lie)).as("%d and %d", i, j).isInstanceOf(Verdict.Violated.class);
        } else if (j == i + 1) {
          List<Change<Long>> other = new ArrayList<>(honest);
          Collections.swap(other, i, j);
          assertThat(judged(other)).as("%d and %d", i, j).isEqualTo(new Verdict.Holds());
        }
      }
    }
  }

  @Test
  void aResyncStandsForWhatIsLostBeforeItAndForNothingElse() {
    List<Change<Long>> honest = honest(5);
    for (int from = 0; from < honest.size(); from++) {
      for (int to = from; to < honest.size(); to++) {
        List<Change<Long>> told = new ArrayList<>(honest);
        told.subList(from, to + 1).clear();
        told.add(from, resync());
        assertThat(judged(told)).as("%d to %d", from, to).isEqualTo(new Verdict.Holds());
        if (from > 0) {
          List<Change<Long>> again = new ArrayList<>(told);
          again.add(from + 1, honest.get(from - 1));
          assertThat(judged(again))
              .as("%d to %d, and one again", from, to)
              .isInstanceOf(Verdict.Violated.class);
        }
        List<Change<Long>> early = new ArrayList<>(honest);
        early.subList(from, to + 1).clear();
        early.add(0, resync());
        String key = honest.get(from).key();
        if (honest.subList(0, from).stream().anyMatch(there -> there.key().equals(key))) {
          assertThat(judged(early))
              .as("%d to %d, and the RESYNC came too early", from, to)
              .isInstanceOf(Verdict.Violated.class);
        }
      }
    }
  }

  @Test
  void anOldValueThatWasNotThereIsSeen() {
    List<Change<Long>> honest = honest(6);
    for (int i = 0; i < honest.size(); i++) {
      Change<Long> right = honest.get(i);
      if (right.type() == ChangeType.SET) {
        for (Optional<Long> wrong :
            List.of(Optional.<Long>empty(), Optional.of(0L), Optional.of(77L))) {
          if (!wrong.equals(right.oldValue())) {
            List<Change<Long>> lie = new ArrayList<>(honest);
            lie.set(i, change(right.type(), right.key(), wrong, right.newValue(), "p" + i));
            assertThat(judged(lie))
                .as("%d with the old value %s", i, wrong)
                .isInstanceOf(Verdict.Violated.class);
          }
        }
      }
    }
  }

  @Test
  void whatNobodyMadeIsSeen() {
    List<Change<Long>> honest = honest(7);
    for (Change<Long> invented :
        List.of(
            change(ChangeType.CLEAR, "", Optional.empty(), Optional.empty(), "x"),
            change(ChangeType.SET, "k9", Optional.empty(), Optional.of(1L), "x"),
            change(ChangeType.SET, "k1", Optional.empty(), Optional.empty(), "x"),
            change(ChangeType.DELETE, "k1", Optional.empty(), Optional.empty(), "x"),
            change(ChangeType.SET, "k1", Optional.empty(), Optional.of(1_000L), "x"))) {
      List<Change<Long>> lie = new ArrayList<>(honest);
      lie.add(invented);
      assertThat(judged(lie)).as("%s", invented).isInstanceOf(Verdict.Violated.class);
      lie.add(lie.size() - 1, resync());
      assertThat(judged(lie))
          .as("%s after a RESYNC", invented)
          .isInstanceOf(Verdict.Violated.class);
    }
  }

  @Test
  void thePositionOfAnotherChangeIsSeen() {
    List<Change<Long>> lie = honest(8);
    Change<Long> right = lie.get(30);
    lie.set(30, change(right.type(), right.key(), right.oldValue(), right.newValue(), "p30"));
    assertThat(judged(lie)).isInstanceOf(Verdict.Violated.class);
  }
}
