package io.undercroft.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A few short transactions that get in each other's way, in the manner of Hermitage (Kleppmann,
 * 2014), and every order in which their steps can be taken. Every value is written once.
 *
 * @param name the anomaly that it provokes
 * @param before the entries at the start
 * @param scripts the transactions
 */
record Schedule(String name, Map<String, String> before, List<Script> scripts) {
  Schedule {
    before = Collections.unmodifiableMap(new TreeMap<>(before));
    scripts = List.copyOf(scripts);
  }

  /**
   * What one transaction does; it begins with the first act.
   *
   * @param name the transaction's
   * @param acts the last one, and no other, ends it
   */
  record Script(String name, List<Act> acts) {
    Script {
      acts = List.copyOf(acts);
    }

    /** Returns whether another one does the same with other values. */
    boolean isLike(Script other) {
      return acts.stream()
          .map(Act::withoutValue)
          .toList()
          .equals(other.acts.stream().map(Act::withoutValue).toList());
    }
  }

  /** One step. */
  sealed interface Act {
    /** Returns what it does, whatever it writes. */
    default Act withoutValue() {
      return this;
    }
  }

  record Get(String key) implements Act {}

  record Set(String key, String value) implements Act {
    @Override
    public Act withoutValue() {
      return new Set(key, "");
    }
  }

  record Delete(String key) implements Act {}

  record Replace(String key, String value) implements Act {
    @Override
    public Act withoutValue() {
      return new Replace(key, "");
    }
  }

  record Keys(String prefix) implements Act {}

  /** Lists the keys and removes what it finds. */
  record DeleteAll(String prefix) implements Act {}

  record Commit() implements Act {}

  record Rollback() implements Act {}

  /** Every one of them, each named by what it provokes. */
  static List<Schedule> all() {
    Map<String, String> both = Map.of("x", "x0", "y", "y0");
    Map<String, String> list = Map.of("p-1", "p1", "p-2", "p2");
    return List.of(
        of(
            "G0: write cycle",
            both,
            commits(new Set("x", "x1"), new Set("y", "y1")),
            commits(new Set("x", "x2"), new Set("y", "y2"))),
        of(
            "G1a: aborted read",
            both,
            rollsBack(new Set("x", "x1")),
            commits(new Get("x"), new Get("x"))),
        of(
            "G1a: aborted read by prefix",
            list,
            rollsBack(new Set("p-3", "p3"), new Delete("p-1")),
            commits(new Keys("p-"), new Get("p-3"), new Keys("p-"))),
        of(
            "G1b: intermediate read",
            both,
            commits(new Set("x", "x1"), new Set("x", "x2")),
            commits(new Get("x"), new Get("x"))),
        of(
            "G1c: circular information flow",
            both,
            commits(new Set("x", "x1"), new Get("y")),
            commits(new Set("y", "y2"), new Get("x"))),
        of(
            "OTV: observed transaction vanishes",
            both,
            commits(new Set("x", "x1"), new Set("y", "y1")),
            commits(new Set("x", "x2"), new Set("y", "y2")),
            commits(new Get("x"), new Get("y"))),
        of(
            "PMP: predicate many preceders",
            list,
            commits(new Keys("p-"), new Keys("p-")),
            commits(new Set("p-3", "p3"))),
        of(
            "PMP: predicate many preceders, writing",
            list,
            commits(new DeleteAll("p-"), new Keys("p-")),
            commits(new Keys("p-"), new Set("p-3", "p3"))),
        of(
            "P4: lost update",
            both,
            commits(new Get("x"), new Set("x", "x1")),
            commits(new Get("x"), new Set("x", "x2"))),
        of(
            "P4: lost update by update",
            both,
            commits(new Replace("x", "x1"), new Replace("y", "y1")),
            commits(new Replace("x", "x2"), new Replace("y", "y2"))),
        of(
            "P4: lost update of what is not there yet",
            Map.of(),
            commits(new Get("x"), new Set("x", "x1")),
            commits(new Get("x"), new Set("x", "x2"))),
        of(
            "G-single: read skew",
            both,
            commits(new Get("x"), new Get("y")),
            commits(new Get("x"), new Get("y"), new Set("x", "x2"), new Set("y", "y2"))),
        of(
            "G-single: read skew by predicate",
            Map.of("p-1", "p1", "y", "y0"),
            commits(new Keys("p-"), new Get("y")),
            commits(new Set("p-2", "p2"), new Set("y", "y2"))),
        of(
            "G-single: read skew that is written",
            both,
            commits(new Get("x"), new Get("y"), new Delete("y")),
            commits(new Set("x", "x2"), new Set("y", "y2"))),
        of(
            "G2-item: write skew",
            both,
            commits(new Get("x"), new Get("y"), new Set("x", "x1")),
            commits(new Get("x"), new Get("y"), new Set("y", "y2"))),
        of(
            "G2: write skew by predicate",
            list,
            commits(new Keys("p-"), new Set("p-3", "p3")),
            commits(new Keys("p-"), new Set("p-4", "p4"))),
        of(
            "G2: write skew by removal and predicate",
            list,
            commits(new Keys("p-"), new Delete("p-1")),
            commits(new Keys("p-"), new Delete("p-2"))),
        of(
            "G2: anomaly that a reader sees",
            both,
            commits(new Set("y", "y1")),
            commits(new Get("y"), new Set("x", "x2")),
            commits(new Get("x"), new Get("y"))));
  }

  private static Schedule of(String name, Map<String, String> before, Script... scripts) {
    List<Script> named = new ArrayList<>();
    for (Script script : scripts) {
      named.add(new Script("T" + (named.size() + 1), script.acts()));
    }
    return new Schedule(name, before, named);
  }

  private static Script commits(Act... acts) {
    return ending(new Commit(), acts);
  }

  private static Script rollsBack(Act... acts) {
    return ending(new Rollback(), acts);
  }

  private static Script ending(Act end, Act... acts) {
    List<Act> all = new ArrayList<>(List.of(acts));
    all.add(end);
    return new Script("", all);
  }

  /**
   * Returns every order of the steps: in each, which script takes the next one. Of two orders that
   * differ only in which of two like scripts is called which, there is one.
   */
  List<List<Integer>> interleavings() {
    List<List<Integer>> all = new ArrayList<>();
    int[] left = scripts.stream().mapToInt(script -> script.acts().size()).toArray();
    interleave(left, new ArrayList<>(), all);
    return all;
  }

  private void interleave(int[] left, List<Integer> order, List<List<Integer>> all) {
    boolean complete = true;
    for (int i = 0; i < left.length; i++) {
      if (left[i] > 0) {
        complete = false;
        if (mayGo(i, order)) {
          left[i]--;
          order.add(i);
          interleave(left, order, all);
          order.remove(order.size() - 1);
          left[i]++;
        }
      }
    }
    if (complete) {
      all.add(List.copyOf(order));
    }
  }

  /** Of like scripts, the first one begins first. */
  private boolean mayGo(int script, List<Integer> order) {
    if (order.contains(script)) {
      return true;
    }
    for (int i = 0; i < script; i++) {
      if (scripts.get(i).isLike(scripts.get(script)) && !order.contains(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether one script ends before the next begins. */
  static boolean isSerial(List<Integer> order) {
    List<Integer> ended = new ArrayList<>();
    for (int i = 1; i < order.size(); i++) {
      if (!order.get(i).equals(order.get(i - 1))) {
        ended.add(order.get(i - 1));
      }
    }
    return ended.stream().distinct().count() == ended.size()
        && (order.isEmpty() || !ended.contains(order.get(order.size() - 1)));
  }

  /** Returns the name, for reports. */
  @Override
  public String toString() {
    return name;
  }
}
