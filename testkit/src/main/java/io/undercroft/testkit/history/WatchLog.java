package io.undercroft.testkit.history;

import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * What was written, in order, and whether a watcher was told it: the changes of a key in their
 * order, each once, none left out but where one RESYNC stands in the place of those that are
 * missing, and every old value that is told is the one that was there.
 *
 * <p>Writes of a key are told apart by their values, so give each a value of its own.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
public final class WatchLog<T> {
  private final Map<String, List<Optional<T>>> written = new LinkedHashMap<>();
  private final Map<String, List<Integer>> places = new HashMap<>(); // in the one order
  private int size;

  /** What has been told of one key. */
  private final class Told {
    private final List<Optional<T>> writes; // the first is what was there before

    /** Which write may be due; more than one after a gap that may end in several places. */
    private NavigableSet<Integer> due = new TreeSet<>(List.of(1));

    private int resyncs;

    Told(List<Optional<T>> writes) {
      this.writes = writes;
    }

    /** Lets the gap that a RESYNC stands for end anywhere. */
    void openGaps(int all) {
      if (resyncs < all) {
        resyncs = all;
        for (int i = due.first(); i <= writes.size(); i++) {
          due.add(i);
        }
      }
    }

    /** Takes what is told as the write that is due; returns false if it cannot be. */
    boolean take(Optional<T> value, Optional<T> old) {
      NavigableSet<Integer> then = new TreeSet<>();
      for (int at : due) {
        if (at < writes.size()
            && writes.get(at).equals(value)
            && (old.isEmpty() || writes.get(at - 1).equals(old))) {
          then.add(at + 1);
        }
      }
      return move(then);
    }

    /** Takes the removal of everything, which this key takes part in if there is something. */
    boolean takeClear() {
      NavigableSet<Integer> then = new TreeSet<>();
      for (int at : due) {
        if (writes.get(at - 1).isEmpty()) {
          then.add(at);
        } else if (at < writes.size() && writes.get(at).isEmpty()) {
          then.add(at + 1);
        }
      }
      return move(then);
    }

    private boolean move(NavigableSet<Integer> then) {
      if (then.isEmpty()) {
        return false;
      }
      due = then;
      return true;
    }
  }

  /** Notes what was there under the key before the watch began; without it, nothing was. */
  public WatchLog<T> before(String key, T value) {
    if (written.putIfAbsent(key, new ArrayList<>(List.of(Optional.of(value)))) != null) {
      throw new IllegalArgumentException("'" + key + "' has its writes already");
    }
    return this;
  }

  /** Notes a write. */
  public WatchLog<T> set(String key, T value) {
    return add(key, Optional.of(value));
  }

  /** Notes the removal of what was there. */
  public WatchLog<T> delete(String key) {
    return add(key, Optional.empty());
  }

  private WatchLog<T> add(String key, Optional<T> value) {
    written.computeIfAbsent(key, fresh -> new ArrayList<>(List.of(Optional.empty()))).add(value);
    places.computeIfAbsent(key, fresh -> new ArrayList<>()).add(size++);
    return this;
  }

  /** Returns how many writes were noted. */
  public int size() {
    return size;
  }

  /**
   * Judges what a watcher saw, key by key: for writers that did not wait for each other.
   *
   * @param seen what the watcher was told, in its order
   */
  public Verdict check(List<Change<T>> seen) {
    return new Judge(seen).judge(false);
  }

  /**
   * As {@link #check}, and the changes of different keys come in the order in which they were
   * noted: for a single writer.
   */
  public Verdict checkInOneOrder(List<Change<T>> seen) {
    return new Judge(seen).judge(true);
  }

  /**
   * Judges whether a watch can go on from everywhere: every change has a position of its own, and
   * what comes after a position is what came after it the first time.
   *
   * @param seen what a watcher saw
   * @param resume returns the changes that a watch after this position is told, given how many to
   *     wait for
   */
  public static <T> Verdict checkResumption(
      List<Change<T>> seen, BiFunction<String, Integer, List<Change<T>>> resume) {
    Set<String> positions = new HashSet<>();
    for (int i = 0; i < seen.size(); i++) {
      Optional<String> position = seen.get(i).position();
      if (position.isEmpty()) {
        return new Verdict.Violated(line(i, seen.get(i)) + " has no position");
      }
      if (!positions.add(position.get())) {
        return new Verdict.Violated(
            line(i, seen.get(i)) + " has the position '" + position.get() + "' of another one");
      }
    }
    for (int i = 0; i < seen.size(); i++) {
      String position = seen.get(i).position().orElseThrow();
      List<Change<T>> expected = seen.subList(i + 1, seen.size());
      List<Change<T>> told = resume.apply(position, expected.size());
      for (int j = 0; j < Math.max(told.size(), expected.size()); j++) {
        if (j >= told.size() || j >= expected.size() || !same(told.get(j), expected.get(j))) {
          return new Verdict.Violated(
              "after position '"
                  + position
                  + "' there came "
                  + (j < told.size() ? line(j, told.get(j)) : "nothing")
                  + " in the place of "
                  + (j < expected.size() ? line(j, expected.get(j)) : "nothing"));
        }
      }
    }
    return new Verdict.Holds();
  }

  private static boolean same(Change<?> one, Change<?> other) {
    return one.type() == other.type()
        && one.key().equals(other.key())
        && one.newValue().equals(other.newValue())
        && one.position().equals(other.position());
  }

  private static String line(int index, Change<?> change) {
    return "change "
        + (index + 1)
        + " ("
        + change.type()
        + " of '"
        + change.key()
        + "'"
        + change.newValue().map(value -> " to '" + value + "'").orElse("")
        + ")";
  }

  private final class Judge {
    private final List<Change<T>> seen;
    private final Map<String, Told> told = new HashMap<>();
    private int resyncs;
    private int writesBefore; // of the one order

    Judge(List<Change<T>> seen) {
      this.seen = List.copyOf(seen);
      written.forEach((key, writes) -> told.put(key, new Told(writes)));
    }

    Verdict judge(boolean oneOrder) {
      for (int i = 0; i < seen.size(); i++) {
        Change<T> change = seen.get(i);
        String wrong =
            switch (change.type()) {
              case RESYNC -> resync(i);
              case CLEAR -> clear();
              default -> change(change, oneOrder);
            };
        if (wrong != null) {
          return new Verdict.Violated(line(i, change) + ": " + wrong);
        }
      }
      for (Map.Entry<String, Told> one : told.entrySet()) {
        Told of = one.getValue();
        of.openGaps(resyncs);
        int all = of.writes.size();
        if (!of.due.contains(all)) {
          return new Verdict.Violated(
              "of '"
                  + one.getKey()
                  + "' the last "
                  + (all - of.due.last())
                  + " of "
                  + (all - 1)
                  + " changes are missing, and there is no RESYNC in their place");
        }
      }
      return new Verdict.Holds();
    }

    private @Nullable String resync(int index) {
      resyncs++;
      return index > 0 && seen.get(index - 1).type() == ChangeType.RESYNC
          ? "there is one already, and one is enough"
          : null;
    }

    private @Nullable String clear() {
      for (Map.Entry<String, Told> one : told.entrySet()) {
        one.getValue().openGaps(resyncs);
        if (!one.getValue().takeClear()) {
          return "nobody has removed '" + one.getKey() + "'";
        }
      }
      return null;
    }

    private @Nullable String change(Change<T> change, boolean oneOrder) {
      Told of = told.get(change.key());
      if (of == null) {
        return "nobody has written the key";
      }
      if (change.type() == ChangeType.SET && change.newValue().isEmpty()) {
        return "a write comes with its new value";
      }
      of.openGaps(resyncs);
      if (!of.take(change.newValue(), change.oldValue())) {
        return misplaced(of, change);
      }
      if (oneOrder) {
        int place = places.getOrDefault(change.key(), List.of()).get(of.due.first() - 2);
        if (place < writesBefore) {
          return "it was written before what was told before it";
        }
        writesBefore = place;
      }
      return null;
    }

    private String misplaced(Told of, Change<T> change) {
      int due = of.due.first();
      if (of.take(change.newValue(), Optional.empty())) {
        return "it tells an old value '"
            + change.oldValue().map(String::valueOf).orElse("")
            + "' that was not there";
      }
      String expected =
          due < of.writes.size()
              ? of.writes.get(due).map(next -> "the write of '" + next + "'").orElse("a removal")
              : "nothing more";
      int where = of.writes.subList(1, of.writes.size()).indexOf(change.newValue()) + 1;
      String why =
          where == 0
              ? "nobody has written it"
              : where < due ? "it was told before, or comes too late" : "there is a gap";
      return why + "; due is " + expected;
    }
  }
}
