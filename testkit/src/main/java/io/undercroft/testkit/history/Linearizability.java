package io.undercroft.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether every call can be given one moment between its start and its end at which it took effect,
 * so that the answers are those of the calls run one by one in that order.
 *
 * <p>The search is that of Wing and Gong ("Testing and Verifying Concurrent Objects", 1993) with
 * Lowe's memory of configurations ("Testing for Linearizability", 2017). Keys do not know each
 * other, so each is judged alone (Herlihy and Wing: linearizability is local). A key is absent at
 * the start.
 *
 * <p><b>Threads:</b> safe; it has no state.
 */
public final class Linearizability {
  /** How many configurations of one key are looked at unless told otherwise. */
  public static final int DEFAULT_BOUND = 2_000_000;

  private Linearizability() {}

  /** As {@link #check(List, int)} with {@link #DEFAULT_BOUND}. */
  public static Verdict check(List<Invocation> history) {
    return check(history, DEFAULT_BOUND);
  }

  /**
   * Judges a history.
   *
   * @param history the calls, in any order
   * @param bound how many configurations of one key to look at before giving up as undecided
   * @throws IllegalArgumentException if versions of a key are told or compared, and two of its
   *     writes have the same value: give every write a value of its own
   */
  public static Verdict check(List<Invocation> history, int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound must be at least 1, got " + bound);
    }
    Map<String, List<Invocation>> byKey = new LinkedHashMap<>();
    history.stream()
        .sorted(Comparator.comparingLong(Invocation::from))
        .forEach(call -> byKey.computeIfAbsent(call.key(), key -> new ArrayList<>()).add(call));
    Verdict worst = new Verdict.Holds();
    for (Map.Entry<String, List<Invocation>> one : byKey.entrySet()) {
      Verdict verdict = OneKey.of(one.getKey(), one.getValue()).search(bound);
      if (verdict instanceof Verdict.Violated) {
        return verdict;
      }
      if (!verdict.holds()) {
        worst = verdict;
      }
    }
    return worst;
  }
}
