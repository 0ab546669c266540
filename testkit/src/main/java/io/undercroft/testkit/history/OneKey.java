package io.undercroft.testkit.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The search for an order of the calls on one key. */
final class OneKey {
  private static final int ABSENT = 0;
  private static final int IMPOSSIBLE = -1;
  private static final int NOBODY_WROTE = -2;

  private final String key;
  private final List<Invocation> calls;
  private final List<String> values = new ArrayList<>(List.of("(absent)"));
  private final Map<String, Integer> numbers = new HashMap<>();
  private final Map<String, Integer> versions = new HashMap<>();
  private final List<Rule> rules = new ArrayList<>();

  /** What a call does to the number of the value that is there; IMPOSSIBLE if it cannot be. */
  @FunctionalInterface
  private interface Rule {
    int next(int state);
  }

  /** A place that the search has been at. */
  private record Configuration(BitSet done, int state) {}

  /** A call that was given its place, and what was there before it. */
  private record Placed(int call, int before) {}

  /** What a history says of versions that no order can mend. */
  private static final class Contradiction extends Exception {
    private static final long serialVersionUID = 1;

    Contradiction(String message) {
      super(message);
    }
  }

  private OneKey(String key, List<Invocation> calls) {
    this.key = key;
    this.calls = calls;
  }

  static OneKey of(String key, List<Invocation> calls) {
    // A read that nobody got an answer to says nothing.
    return new OneKey(
        key,
        calls.stream()
            .filter(call -> !(call.isPending() && call.action() instanceof Invocation.Read))
            .toList());
  }

  Verdict search(int bound) {
    try {
      readVersions();
    } catch (Contradiction e) {
      return new Verdict.Violated("key '" + key + "': " + e.getMessage());
    }
    calls.forEach(call -> rules.add(rule(call)));
    return walk(bound);
  }

  private int number(String value) {
    return numbers.computeIfAbsent(
        value,
        fresh -> {
          values.add(fresh);
          return values.size() - 1;
        });
  }

  private int number(Optional<String> value) {
    return value.map(this::number).orElse(ABSENT);
  }

  /** A version stands for one write, and so, values being unique, for one value. */
  private void readVersions() throws Contradiction {
    Map<Integer, String> versionOf = new HashMap<>();
    boolean compared = false;
    for (Invocation call : calls) {
      Optional<String> version = Optional.empty();
      Optional<String> value = Optional.empty();
      if (call.action() instanceof Invocation.Read read) {
        version = read.version();
        value = read.value();
      } else if (call.action() instanceof Invocation.Write write) {
        version = call.isPending() ? version : write.version();
        value = Optional.of(write.value());
      } else if (call.action() instanceof Invocation.WriteIfVersion write) {
        version = call.isPending() || !write.done() ? version : write.version();
        value = Optional.of(write.value());
        compared = true;
      } else if (call.action() instanceof Invocation.RemoveIfVersion) {
        compared = true;
      }
      if (version.isPresent() && value.isPresent()) {
        compared = true;
        learn(version.get(), number(value), versionOf);
      }
    }
    if (compared) {
      requireUniqueValues();
    }
  }

  private void learn(String version, int value, Map<Integer, String> versionOf)
      throws Contradiction {
    Integer former = versions.put(version, value);
    if (former != null && former != value) {
      throw new Contradiction(
          "version '"
              + version
              + "' stands for two writes: of '"
              + values.get(former)
              + "' and of '"
              + values.get(value)
              + "'");
    }
    String other = versionOf.put(value, version);
    if (other != null && !other.equals(version)) {
      throw new Contradiction(
          "the write of '"
              + values.get(value)
              + "' has two versions: '"
              + other
              + "' and '"
              + version
              + "'");
    }
  }

  private void requireUniqueValues() {
    Set<String> written = new HashSet<>();
    for (Invocation call : calls) {
      String value = written(call.action());
      if (value != null && !written.add(value)) {
        throw new IllegalArgumentException(
            "key '"
                + key
                + "': '"
                + value
                + "' is written twice; give every write a value of its own, so that versions can be"
                + " told apart");
      }
    }
  }

  private static @Nullable String written(Invocation.Action action) {
    if (action instanceof Invocation.Write write) {
      return write.value();
    } else if (action instanceof Invocation.WriteIfAbsent write) {
      return write.value();
    } else if (action instanceof Invocation.WriteIfVersion write) {
      return write.value();
    } else if (action instanceof Invocation.Update update) {
      return update.wrote().orElse(null);
    }
    return null;
  }

  private Rule rule(Invocation call) {
    boolean pending = call.isPending();
    if (call.action() instanceof Invocation.Read read) {
      int found = number(read.value());
      return state -> state == found ? state : IMPOSSIBLE;
    } else if (call.action() instanceof Invocation.Write write) {
      int value = number(write.value());
      return state -> value;
    } else if (call.action() instanceof Invocation.WriteIfAbsent write) {
      return swap(ABSENT, number(write.value()), write.done(), pending);
    } else if (call.action() instanceof Invocation.WriteIfVersion write) {
      return swap(valueOf(write.expected()), number(write.value()), write.done(), pending);
    } else if (call.action() instanceof Invocation.Remove remove) {
      boolean existed = remove.existed();
      return state -> pending || (state != ABSENT) == existed ? ABSENT : IMPOSSIBLE;
    } else if (call.action() instanceof Invocation.RemoveIfVersion remove) {
      return swap(valueOf(remove.expected()), ABSENT, remove.done(), pending);
    } else if (call.action() instanceof Invocation.Update update) {
      return swap(number(update.saw()), number(update.wrote()), true, pending);
    }
    throw new IllegalStateException("no rule for " + call);
  }

  private int valueOf(String version) {
    return versions.getOrDefault(version, NOBODY_WROTE);
  }

  private static Rule swap(int expected, int next, boolean done, boolean pending) {
    if (pending) {
      return state -> state == expected ? next : state;
    }
    return done
        ? state -> state == expected ? next : IMPOSSIBLE
        : state -> state == expected ? IMPOSSIBLE : state;
  }

  /**
   * Walks along the moments in their order. A start may be given its place now or later; an end
   * that comes before its start was given a place is a dead end. Calls of unknown outcome have no
   * end: when no end is left, an order is found.
   */
  private Verdict walk(int bound) {
    Moments moments = Moments.of(calls);
    Set<Configuration> visited = new HashSet<>();
    BitSet done = new BitSet(calls.size());
    Deque<Placed> order = new ArrayDeque<>();
    List<Placed> deepest = List.of();
    int deepestState = ABSENT;
    int state = ABSENT;
    int at = moments.first();
    while (at != Moments.END) {
      if (moments.isStart(at)) {
        int call = moments.call(at);
        int next = rules.get(call).next(state);
        if (next != IMPOSSIBLE) {
          done.set(call);
          if (visited.add(new Configuration((BitSet) done.clone(), next))) {
            if (visited.size() > bound) {
              return new Verdict.Undecided(
                  "key '" + key + "': more than " + bound + " configurations of its calls");
            }
            order.push(new Placed(call, state));
            moments.lift(call);
            state = next;
            if (order.size() > deepest.size()) {
              deepest = List.copyOf(order);
              deepestState = state;
            }
            at = moments.first();
            continue;
          }
          done.clear(call);
        }
        at = moments.next(at);
      } else if (order.isEmpty()) {
        return new Verdict.Violated(explain(deepest, deepestState));
      } else {
        Placed last = order.pop();
        done.clear(last.call());
        state = last.before();
        moments.putBack(last.call());
        at = moments.next(moments.startOf(last.call()));
      }
    }
    return new Verdict.Holds();
  }

  private String explain(List<Placed> deepest, int state) {
    BitSet done = new BitSet();
    deepest.forEach(placed -> done.set(placed.call()));
    StringBuilder text = new StringBuilder();
    text.append("key '").append(key).append("': no order of its calls explains their answers.");
    text.append("\nThe longest that was found:");
    for (int i = deepest.size() - 1; i >= 0; i--) {
      text.append("\n  ").append(calls.get(deepest.get(i).call()));
    }
    text.append("\nThen there is '").append(values.get(state)).append("', and these are left:");
    for (int i = 0; i < calls.size(); i++) {
      if (!done.get(i)) {
        text.append("\n  ").append(calls.get(i));
      }
    }
    return text.toString();
  }

  /**
   * Starts and ends in the order of time, as a list from which calls can be lifted and put back.
   */
  private static final class Moments {
    static final int END = -1;

    private final int[] call; // of each moment; the head is the last element
    private final boolean[] start;
    private final int[] next;
    private final int[] previous;
    private final int[] startOf;
    private final int[] endOf;

    private Moments(int size, int calls) {
      call = new int[size];
      start = new boolean[size];
      next = new int[size + 1];
      previous = new int[size + 1];
      startOf = new int[calls];
      endOf = new int[calls];
      Arrays.fill(endOf, END);
    }

    static Moments of(List<Invocation> calls) {
      record Moment(long time, boolean start, int call) {}
      List<Moment> all = new ArrayList<>();
      for (int i = 0; i < calls.size(); i++) {
        all.add(new Moment(calls.get(i).from(), true, i));
        if (!calls.get(i).isPending()) {
          all.add(new Moment(calls.get(i).to(), false, i));
        }
      }
      // At one moment starts come first: calls that touch may overlap.
      all.sort(
          Comparator.comparingLong(Moment::time).thenComparing(moment -> moment.start() ? 0 : 1));
      Moments moments = new Moments(all.size(), calls.size());
      int head = all.size();
      int last = head;
      for (int i = 0; i < all.size(); i++) {
        Moment moment = all.get(i);
        moments.call[i] = moment.call();
        moments.start[i] = moment.start();
        (moment.start() ? moments.startOf : moments.endOf)[moment.call()] = i;
        moments.next[last] = i;
        moments.previous[i] = last;
        last = i;
      }
      moments.next[last] = END;
      return moments;
    }

    int first() {
      return next[next.length - 1];
    }

    int next(int moment) {
      return next[moment];
    }

    boolean isStart(int moment) {
      return start[moment];
    }

    int call(int moment) {
      return call[moment];
    }

    int startOf(int of) {
      return startOf[of];
    }

    void lift(int of) {
      unlink(startOf[of]);
      if (endOf[of] != END) {
        unlink(endOf[of]);
      }
    }

    void putBack(int of) {
      if (endOf[of] != END) {
        link(endOf[of]);
      }
      link(startOf[of]);
    }

    private void unlink(int moment) {
      next[previous[moment]] = next[moment];
      if (next[moment] != END) {
        previous[next[moment]] = previous[moment];
      }
    }

    private void link(int moment) {
      next[previous[moment]] = moment;
      if (next[moment] != END) {
        previous[next[moment]] = moment;
      }
    }
  }
}
