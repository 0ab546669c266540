package io.undercroft.testkit.history;

import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Judges a watch while it runs, in memory that grows with the keys and not with the changes, for as
 * long as a watch may take: what {@link WatchLog} asks, each key in its order, each change once,
 * none left out but where one RESYNC stands in the place of those that are missing, and old values
 * that were there.
 *
 * <p>The changes of a key are numbered 1, 2, 3 … by whoever makes them: a write carries its number
 * in its value; a removal counts too, and is known by the number of the value that it removes.
 * There is no CLEAR.
 *
 * <p>A watch that ends and is resumed elsewhere is told to the same judge, which then sees what is
 * missing or repeated between the two.
 *
 * <p><b>Threads:</b> safe; changes are judged one at a time, in the order in which they come.
 */
public final class NumberedWatch<T> {
  private final ToLongFunction<T> number;
  private final Map<String, Told> told = new HashMap<>();
  private long changes;
  private long resyncs;
  private Optional<String> position = Optional.empty();
  private @Nullable String violation;

  /** What was told of one key. */
  private static final class Told {
    private long last;
    private boolean there;
    private long resyncs;
  }

  /**
   * Makes a judge that was told nothing.
   *
   * @param number returns the number that a value carries
   */
  public NumberedWatch(ToLongFunction<T> number) {
    this.number = number;
  }

  /** Takes what the watch is told next. */
  public synchronized void accept(Change<T> change) {
    changes++;
    if (violation == null) {
      String wrong =
          switch (change.type()) {
            case RESYNC -> resync();
            case CLEAR -> "nobody has removed everything";
            default -> judged(change);
          };
      if (wrong == null) {
        wrong = misplaced(change);
      }
      if (wrong != null) {
        violation =
            "change " + changes + " (" + change.type() + " of '" + change.key() + "'): " + wrong;
      }
    }
    position = change.position().or(() -> position);
  }

  private @Nullable String resync() {
    resyncs++;
    return null;
  }

  private @Nullable String misplaced(Change<T> change) {
    return change.position().isPresent() && change.position().equals(position)
        ? "it has the position of the one before"
        : null;
  }

  private @Nullable String judged(Change<T> change) {
    Told of = told.computeIfAbsent(change.key(), key -> new Told());
    boolean set = change.type() == ChangeType.SET;
    Optional<Long> old = change.oldValue().map(number::applyAsLong);
    if (set == change.newValue().isEmpty()) {
      return set ? "a write comes with its new value" : "a removal has no new value";
    }
    if (!set && old.isEmpty()) {
      return "a removal comes with the value that it removed";
    }
    long now = set ? number.applyAsLong(change.newValue().orElseThrow()) : old.orElseThrow() + 1;
    if (now <= of.last) {
      return "number " + now + " comes after number " + of.last;
    }
    if (of.resyncs == resyncs) {
      if (now != of.last + 1) {
        return "number " + now + " comes after number " + of.last + ", and no RESYNC between them";
      }
      if (!old.equals(of.there ? Optional.of(of.last) : Optional.empty())) {
        return "it tells the old value "
            + old.map(String::valueOf).orElse("of nothing")
            + " after number "
            + of.last
            + (of.there ? "" : ", a removal");
      }
    } else if (old.isPresent() && old.get() != now - 1) {
      return "number " + now + " tells the old value " + old.get();
    }
    of.last = now;
    of.there = set;
    of.resyncs = resyncs;
    return null;
  }

  /**
   * Judges what was told so far, as all that there is.
   *
   * @param made how many changes of each key there were
   */
  public synchronized Verdict verdict(Map<String, Long> made) {
    if (violation != null) {
      return new Verdict.Violated(violation);
    }
    for (Map.Entry<String, Long> one : made.entrySet()) {
      Told of = told.getOrDefault(one.getKey(), new Told());
      if (of.last > one.getValue()) {
        return new Verdict.Violated(
            "of '" + one.getKey() + "' number " + of.last + " was told, which nobody has made");
      }
      if (of.last < one.getValue() && of.resyncs == resyncs) {
        return new Verdict.Violated(
            "of '"
                + one.getKey()
                + "' the last that was told is number "
                + of.last
                + " of "
                + one.getValue()
                + ", and there is no RESYNC in the place of the others");
      }
    }
    for (String key : told.keySet()) {
      if (!made.containsKey(key)) {
        return new Verdict.Violated("nobody has written '" + key + "'");
      }
    }
    return new Verdict.Holds();
  }

  /** Returns how many changes were taken, RESYNC included. */
  public synchronized long changes() {
    return changes;
  }

  /** Returns how many of them were RESYNC. */
  public synchronized long resyncs() {
    return resyncs;
  }

  /** Returns the last position that was told, to resume after. */
  public synchronized Optional<String> position() {
    return position;
  }
}
