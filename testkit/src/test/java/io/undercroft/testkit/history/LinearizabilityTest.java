package io.undercroft.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.testkit.history.Invocation.Action;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is linearizable is said to be so, and what is not is not. */
class LinearizabilityTest {
  private static final long NEVER = Invocation.NEVER;

  private static Invocation call(int client, long from, long to, Action action) {
    return new Invocation(client, "x", action, from, to);
  }

  private static Action read(String value) {
    return new Invocation.Read(Optional.of(value), Optional.empty());
  }

  private static Action read(String value, String version) {
    return new Invocation.Read(Optional.of(value), Optional.of(version));
  }

  private static Action nothing() {
    return new Invocation.Read(Optional.empty(), Optional.empty());
  }

  private static Action write(String value) {
    return new Invocation.Write(value, Optional.empty());
  }

  private static Action swap(String expected, String value, String version) {
    return new Invocation.WriteIfVersion(expected, value, Optional.of(version), true);
  }

  private static Action refused(String expected, String value) {
    return new Invocation.WriteIfVersion(expected, value, Optional.empty(), false);
  }

  private static Action update(String saw, String wrote) {
    return new Invocation.Update(Optional.of(saw), Optional.of(wrote));
  }

  private static Arguments history(String what, Invocation... calls) {
    return Arguments.of(what, List.of(calls));
  }

  static Stream<Arguments> good() {
    return Stream.of(
        history("nothing happened"),
        history("absent at first", call(1, 0, 1, nothing())),
        history("write, then read", call(1, 0, 1, write("a")), call(2, 2, 3, read("a"))),
        history(
            "a read during a write sees it", call(1, 0, 9, write("a")), call(2, 1, 2, read("a"))),
        history(
            "a read during a write does not", call(1, 0, 9, write("a")), call(2, 1, 2, nothing())),
        history(
            "one of two reads during a write sees it",
            call(1, 0, 9, write("a")),
            call(2, 1, 2, nothing()),
            call(3, 3, 4, read("a"))),
        history(
            "two writes in either order",
            call(1, 0, 9, write("a")),
            call(2, 1, 8, write("b")),
            call(3, 10, 11, read("a"))),
        history(
            "of two removals one finds it",
            call(1, 0, 1, write("a")),
            call(1, 2, 9, new Invocation.Remove(true)),
            call(2, 3, 8, new Invocation.Remove(false))),
        history(
            "unknown outcome that took effect late",
            call(1, 0, NEVER, write("a")),
            call(2, 1, 2, nothing()),
            call(2, 50, 51, nothing()),
            call(2, 60, 61, read("a"))),
        history(
            "unknown outcome that never took effect",
            call(1, 0, NEVER, write("a")),
            call(2, 50, 51, nothing())),
        history(
            "unknown removal that took effect between",
            call(1, 0, 1, write("a")),
            call(2, 2, NEVER, new Invocation.Remove(true)),
            call(1, 3, 4, read("a")),
            call(1, 5, 6, nothing())),
        history(
            "an unknown swap whose version had gone did nothing",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(1, 2, 3, new Invocation.Write("b", Optional.of("v2"))),
            call(2, 4, NEVER, refused("v1", "c")),
            call(1, 5, 6, read("b", "v2"))),
        history(
            "swap by version",
            call(1, 0, 1, write("a")),
            call(2, 2, 3, read("a", "v1")),
            call(2, 4, 9, swap("v1", "b", "v2")),
            call(3, 5, 8, refused("v1", "c")),
            call(3, 10, 11, read("b", "v2"))),
        history(
            "updates one after the other",
            call(1, 0, 1, write("a")),
            call(1, 2, 9, update("a", "b")),
            call(2, 2, 9, update("b", "c")),
            call(1, 10, 11, read("c"))),
        history(
            "set if absent, once",
            call(1, 0, 9, new Invocation.WriteIfAbsent("a", true)),
            call(2, 0, 9, new Invocation.WriteIfAbsent("b", false)),
            call(1, 10, 11, read("a"))),
        history(
            "keys do not know each other",
            new Invocation(1, "x", write("a"), 0, 1),
            new Invocation(1, "y", nothing(), 2, 3)));
  }

  static Stream<Arguments> bad() {
    return Stream.of(
        history(
            "stale read",
            call(1, 0, 1, write("a")),
            call(1, 2, 3, write("b")),
            call(2, 4, 5, read("a"))),
        history("missed write", call(1, 0, 1, write("a")), call(2, 2, 3, nothing())),
        history("a value that nobody wrote", call(1, 0, 1, write("a")), call(2, 2, 3, read("z"))),
        history("a value from the future", call(1, 0, 1, read("a")), call(2, 2, 3, write("a"))),
        history(
            "back and forth",
            call(1, 0, 9, write("a")),
            call(2, 1, 2, read("a")),
            call(2, 3, 4, nothing())),
        history(
            "two readers disagree on the order of two writes",
            call(1, 0, 9, write("a")),
            call(2, 0, 9, write("b")),
            call(3, 10, 11, read("a")),
            call(4, 12, 13, read("b"))),
        history(
            "lost update",
            call(1, 0, 1, write("a")),
            call(1, 2, 9, update("a", "b")),
            call(2, 2, 9, update("a", "c"))),
        history(
            "lost swap",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(1, 2, 9, swap("v1", "b", "v2")),
            call(2, 2, 9, swap("v1", "c", "v3"))),
        history(
            "refused though the version was there",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(2, 2, 3, refused("v1", "b")),
            call(1, 4, 5, read("a"))),
        history(
            "two set if absent",
            call(1, 0, 9, new Invocation.WriteIfAbsent("a", true)),
            call(2, 0, 9, new Invocation.WriteIfAbsent("b", true))),
        history(
            "both removals find it",
            call(1, 0, 1, write("a")),
            call(1, 2, 9, new Invocation.Remove(true)),
            call(2, 3, 8, new Invocation.Remove(true))),
        history(
            "a removed entry comes back",
            call(1, 0, 1, write("a")),
            call(1, 2, 3, new Invocation.Remove(true)),
            call(2, 4, 5, read("a"))),
        history(
            "unknown outcome seen, then unseen",
            call(1, 0, NEVER, write("a")),
            call(2, 1, 2, read("a")),
            call(2, 3, 4, nothing())),
        history(
            "unknown outcome seen before it began",
            call(2, 1, 2, read("a")),
            call(1, 3, NEVER, write("a"))),
        history(
            "a refused write is seen",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(1, 2, 3, new Invocation.Write("b", Optional.of("v2"))),
            call(2, 4, 5, refused("v1", "c")),
            call(1, 6, 7, read("c"))),
        history(
            "one version of two writes",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(1, 2, 3, new Invocation.Write("b", Optional.of("v1")))),
        history(
            "two versions of one write",
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))),
            call(1, 2, 3, read("a", "v2"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void whatIsLinearizableHolds(String what, List<Invocation> history) {
    assertThat(Linearizability.check(history)).as(what).isEqualTo(new Verdict.Holds());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bad")
  void whatIsNotLinearizableIsViolated(String what, List<Invocation> history) {
    assertThat(Linearizability.check(history)).as(what).isInstanceOf(Verdict.Violated.class);
  }

  @Test
  void aViolationIsExplained() {
    Verdict verdict =
        Linearizability.check(
            List.of(
                call(1, 0, 1, write("a")), call(1, 2, 3, write("b")), call(2, 4, 5, read("a"))));
    assertThat(((Verdict.Violated) verdict).why())
        .contains("key 'x'", "there is 'b'", "client 2 [4..5] Read[value=Optional[a]");
  }

  @Test
  void aSearchThatIsTooLongIsUndecided() {
    List<Invocation> history = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      history.add(call(i, 0, 100, write("v" + i)));
    }
    history.add(call(99, 101, 102, read("nobody's")));
    assertThat(Linearizability.check(history, 10_000)).isInstanceOf(Verdict.Undecided.class);
    assertThat(Linearizability.check(history.subList(0, 16), 10_000).holds()).isTrue();
  }

  @Test
  void versionsNeedValuesThatDiffer() {
    List<Invocation> history =
        List.of(
            call(1, 0, 1, new Invocation.Write("a", Optional.of("v1"))), call(1, 2, 3, write("a")));
    assertThatThrownBy(() -> Linearizability.check(history))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a' is written twice");
  }

  @Test
  void whatRanOneByOneHoldsHoweverWideItsIntervals() {
    for (long seed = 0; seed < 300; seed++) {
      List<Invocation> history = sequential(new Random(seed), 40);
      assertThat(Linearizability.check(history)).as("seed %d", seed).isEqualTo(new Verdict.Holds());
    }
  }

  /** Runs calls one by one on a real cell, and lets each seem to have taken longer than it did. */
  private static List<Invocation> sequential(Random random, int count) {
    List<Invocation> history = new ArrayList<>();
    Optional<String> value = Optional.empty();
    long version = 0;
    String lastKnown = "v-none";
    for (int i = 0; i < count; i++) {
      long moment = 10L * i;
      String fresh = "w" + i;
      Optional<String> present = value.isPresent() ? Optional.of("v" + version) : Optional.empty();
      boolean lost = random.nextInt(12) == 0;
      boolean happened = !lost || random.nextBoolean();
      Action action;
      Optional<String> then = value;
      switch (random.nextInt(6)) {
        case 0 -> {
          action = new Invocation.Read(value, present);
          lastKnown = lost ? lastKnown : present.orElse(lastKnown); // a lost answer teaches nobody
        }
        case 1 -> {
          action = write(fresh);
          then = Optional.of(fresh);
        }
        case 2 -> {
          action = new Invocation.Remove(value.isPresent());
          then = Optional.empty();
        }
        case 3 -> {
          action = new Invocation.WriteIfAbsent(fresh, value.isEmpty());
          then = value.isEmpty() ? Optional.of(fresh) : value;
        }
        case 4 -> {
          action = new Invocation.Update(value, Optional.of(fresh));
          then = Optional.of(fresh);
        }
        default -> {
          boolean same = present.equals(Optional.of(lastKnown));
          action =
              new Invocation.WriteIfVersion(
                  lastKnown,
                  fresh,
                  same && !lost ? Optional.of("v" + (version + 1)) : Optional.empty(),
                  same);
          then = same ? Optional.of(fresh) : value;
        }
      }
      if (happened && !then.equals(value)) {
        value = then;
        version++;
      }
      history.add(
          new Invocation(
              i,
              "x",
              action,
              moment - random.nextInt(25),
              lost ? NEVER : moment + random.nextInt(25)));
    }
    Collections.shuffle(history, random);
    return history;
  }

  @Test
  void aValueOfNobodyIsNoticedAmongMany() {
    for (long seed = 0; seed < 50; seed++) {
      List<Invocation> history = sequential(new Random(seed), 40);
      history.add(call(99, 200, 210, read("nobody's")));
      assertThat(Linearizability.check(history))
          .as("seed %d", seed)
          .isInstanceOf(Verdict.Violated.class);
    }
  }

  @Test
  void anOverwrittenValueIsNoticedAmongMany() {
    for (long seed = 0; seed < 50; seed++) {
      List<Invocation> history = sequential(new Random(seed), 40);
      history.add(call(97, 800, 810, write("old")));
      history.add(call(98, 820, 830, write("new")));
      history.add(call(99, 900, 910, read("old")));
      assertThat(Linearizability.check(history))
          .as("seed %d", seed)
          .isInstanceOf(Verdict.Violated.class);
    }
  }

  @Test
  void aWriteThatIsForgottenIsNoticedAmongMany() {
    int forgotten = 0;
    for (long seed = 0; seed < 100; seed++) {
      List<Invocation> history = sequential(new Random(seed), 40);
      for (Invocation write : List.copyOf(history)) {
        if (write.action() instanceof Invocation.Write written
            && history.stream().anyMatch(call -> sees(call, written.value()))) {
          List<Invocation> without = new ArrayList<>(history);
          without.remove(write);
          assertThat(Linearizability.check(without))
              .as("seed %d without %s", seed, write)
              .isInstanceOf(Verdict.Violated.class);
          forgotten++;
          break;
        }
      }
    }
    assertThat(forgotten).as("histories with a write to forget").isGreaterThan(50);
  }

  private static boolean sees(Invocation call, String value) {
    return !call.isPending()
        && (call.action() instanceof Invocation.Read read
            ? read.value().equals(Optional.of(value))
            : call.action() instanceof Invocation.Update update
                && update.saw().equals(Optional.of(value)));
  }
}
