package io.undercroft.runtime.memory;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** The entries that have a deadline, nearest first. Changed under the lock of the entry's key. */
final class Deadlines {
  private final ConcurrentSkipListMap<Deadline, String> keys = new ConcurrentSkipListMap<>();

  /**
   * One deadline.
   *
   * @param number of the write that set it
   */
  record Deadline(Instant at, long number) implements Comparable<Deadline> {
    @Override
    public int compareTo(Deadline other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : Long.compare(number, other.number);
    }
  }

  /** A deadline that has passed, and whose. */
  record Due(Deadline deadline, String key) {}

  void add(String key, Slot.Cell cell) {
    Instant at = cell.expires();
    if (at != null) {
      keys.put(new Deadline(at, cell.number()), key);
    }
  }

  void remove(Slot.Cell cell) {
    Instant at = cell.expires();
    if (at != null) {
      keys.remove(new Deadline(at, cell.number()));
    }
  }

  void remove(Deadline deadline) {
    keys.remove(deadline);
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Returns the nearest deadline if it has passed. */
  Optional<Due> due(Instant now) {
    Map.Entry<Deadline, String> first = keys.firstEntry();
    if (first == null || first.getKey().at().isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(new Due(first.getKey(), first.getValue()));
  }

  void clear() {
    keys.clear();
  }
}
