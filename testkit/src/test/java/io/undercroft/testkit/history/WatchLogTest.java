package io.undercroft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Ordered, unique, without gaps, and resumable from everywhere: or not. */
class WatchLogTest {
  private static WatchLog<String> log() {
    return new WatchLog<String>()
        .before("a", "a0")
        .set("a", "a1")
        .set("b", "b1")
        .delete("a")
        .set("a", "a2")
        .set("b", "b2")
        .delete("a")
        .set("a", "a3");
  }

  private static final Change<String> A1 = set("a", "a0", "a1");
  private static final Change<String> B1 = set("b", null, "b1");
  private static final Change<String> A_GONE = change(ChangeType.DELETE, "a", "a1", null);
  private static final Change<String> A2 = set("a", null, "a2");
  private static final Change<String> B2 = set("b", "b1", "b2");
  private static final Change<String> A_GONE_AGAIN = change(ChangeType.EXPIRE, "a", "a2", null);
  private static final Change<String> A3 = set("a", null, "a3");
  private static final Change<String> RESYNC = change(ChangeType.RESYNC, "", null, null);
  private static final Change<String> CLEAR = change(ChangeType.CLEAR, "", null, null);

  private static Change<String> set(String key, @Nullable String old, String fresh) {
    return change(ChangeType.SET, key, old, fresh);
  }

  private static Change<String> change(
      ChangeType type, String key, @Nullable String old, @Nullable String fresh) {
    return new Change<>(
        type,
        key,
        Optional.ofNullable(old),
        Optional.ofNullable(fresh),
        Instant.EPOCH,
        Optional.empty());
  }

  @SafeVarargs
  private static Arguments seen(String what, Change<String>... changes) {
    List<Change<String>> all = new ArrayList<>();
    for (Change<String> change : changes) {
      all.add(change);
    }
    return Arguments.of(what, all);
  }

  static Stream<Arguments> good() {
    return Stream.of(
        seen("all in one order", A1, B1, A_GONE, A2, B2, A_GONE_AGAIN, A3),
        seen("old values unknown", set("a", null, "a1"), B1, A_GONE, A2, B2, A_GONE_AGAIN, A3),
        seen("a gap with RESYNC", A1, RESYNC, A3, B2),
        seen("a gap that ends in a removal", A1, B1, RESYNC, A_GONE_AGAIN, A3),
        seen("RESYNC in the place of the rest", A1, B1, RESYNC),
        seen("RESYNC in the place of everything", RESYNC),
        seen("two gaps", RESYNC, A_GONE, RESYNC, A3),
        seen("RESYNC and nothing missing", A1, B1, RESYNC, A_GONE, A2, B2, A_GONE_AGAIN, A3));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        seen("nothing"),
        seen("the first is missing", B1, A_GONE, A2, B2, A_GONE_AGAIN, A3),
        seen("one is missing", A1, B1, A_GONE, B2, A_GONE_AGAIN, A3),
        seen("the last is missing", A1, B1, A_GONE, A2, B2, A_GONE_AGAIN),
        seen("one comes twice", A1, A1, B1, A_GONE, A2, B2, A_GONE_AGAIN, A3),
        seen("one comes again later", A1, B1, A_GONE, A2, B2, A_GONE_AGAIN, A3, B1),
        seen("in the wrong order", A2, A1, B1, A_GONE, B2, A_GONE_AGAIN, A3),
        seen("nobody wrote it", A1, set("a", "a1", "zz"), RESYNC),
        seen("nobody wrote the key", set("z", null, "z1"), RESYNC),
        seen("a wrong old value", set("a", "zz", "a1"), RESYNC),
        seen("an old value of before a removal", A1, B1, A_GONE, set("a", "a1", "a2"), RESYNC),
        seen("two RESYNC where one is enough", A1, RESYNC, RESYNC, A3),
        seen("a gap after the RESYNC", RESYNC, A1, A2, RESYNC),
        seen("told again after RESYNC", A1, B1, A_GONE, A2, RESYNC, A1, A3),
        seen("everything removed, which nobody did", A1, B1, CLEAR, RESYNC),
        seen("a write without a value", change(ChangeType.SET, "a", "a0", null), RESYNC));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatIsToldWellHolds(String what, List<Change<String>> changes) {
    assertThat(log().check(changes)).as(what).isEqualTo(new Verdict.Holds());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatIsToldBadlyIsViolated(String what, List<Change<String>> changes) {
    assertThat(log().check(changes)).as(what).isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void theOrderOfDifferentKeysCountsForOneWriterOnly() {
    List<Change<String>> mixed = List.of(B1, A1, A_GONE, B2, A2, A_GONE_AGAIN, A3);
    assertThat(log().check(mixed).holds()).isTrue();
    assertThat(log().checkInOneOrder(mixed)).isInstanceOf(Verdict.Violated.class);
    assertThat(log().checkInOneOrder(List.of(A1, B1, A_GONE, A2, B2, A_GONE_AGAIN, A3)).holds())
        .isTrue();
  }

  @Test
  void aClearIsARemovalOfEachThatIsThere() {
    WatchLog<String> log =
        new WatchLog<String>().set("a", "a1").set("b", "b1").delete("a").delete("b").set("a", "a2");
    assertThat(log.check(List.of(set("a", null, "a1"), set("b", null, "b1"), CLEAR, A2)).holds())
        .isTrue();
    assertThat(log.check(List.of(set("a", null, "a1"), set("b", null, "b1"), A2)).holds())
        .isFalse();
  }

  private static List<Change<String>> numbered() {
    List<Change<String>> all = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      all.add(
          new Change<>(
              ChangeType.SET,
              "key-" + i,
              Optional.empty(),
              Optional.of("value"),
              Instant.EPOCH,
              Optional.of(String.valueOf(i))));
    }
    return all;
  }

  @Test
  void aWatchThatGoesOnFromEverywhereHolds() {
    List<Change<String>> all = numbered();
    assertThat(
            WatchLog.checkResumption(
                all, (after, count) -> all.subList(Integer.parseInt(after), all.size())))
        .isEqualTo(new Verdict.Holds());
  }

  @Test
  void aWatchThatSkipsRepeatsOrForgetsItsPositionIsViolated() {
    List<Change<String>> all = numbered();
    assertThat(
            WatchLog.checkResumption(
                all,
                (after, count) ->
                    all.subList(Math.min(all.size(), Integer.parseInt(after) + 1), all.size())))
        .isInstanceOf(Verdict.Violated.class);
    assertThat(
            WatchLog.checkResumption(
                all, (after, count) -> all.subList(Integer.parseInt(after) - 1, all.size())))
        .isInstanceOf(Verdict.Violated.class);
    assertThat(WatchLog.checkResumption(List.of(A1), (after, count) -> List.of()))
        .isInstanceOf(Verdict.Violated.class);
    assertThat(
            WatchLog.checkResumption(List.of(all.get(0), all.get(0)), (after, count) -> List.of()))
        .isInstanceOf(Verdict.Violated.class);
  }
}
