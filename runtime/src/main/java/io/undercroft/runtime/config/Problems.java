package io.undercroft.runtime.config;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** Everything that is wrong, each once, sorted. */
final class Problems {
  private final SortedSet<String> lines = new TreeSet<>();
  private int count;

  /** Adds a line that says where itself. */
  void add(String line) {
    count++;
    lines.add(Mask.line(line));
  }

  void addAll(Collection<String> more) {
    more.forEach(this::add);
  }

  /**
   * Adds {@code where (source): what}.
   *
   * @param where a name, which may be any text and is masked, or a name with a masked value
   */
  void add(String where, String source, String what) {
    add(Mask.value(where) + " (" + source + "): " + what);
  }

  /** Returns how many were added so far, repetitions included. */
  int count() {
    return count;
  }

  boolean isEmpty() {
    return lines.isEmpty();
  }

  /** Returns INVALID_CONFIG with all of them. */
  StorageException toException() {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        lines.size()
            + (lines.size() == 1 ? " problem" : " problems")
            + "\n  - "
            + String.join("\n  - ", lines));
  }
}
