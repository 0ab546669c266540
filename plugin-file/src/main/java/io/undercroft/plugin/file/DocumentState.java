package io.undercroft.plugin.file;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a document held at one moment.
 *
 * <p><b>Threads:</b> immutable.
 */
final class DocumentState {
  /** Where there is no document yet. */
  static final DocumentState NONE = new DocumentState(Map.of(), null);

  private final Map<String, DocumentEntry> entries;
  private final @Nullable ValueFile file;
  private final long[] deadlines;

  /**
   * Takes the parts.
   *
   * @param entries in their order; not to be changed any more
   * @param file the document's file as it was; {@code null} where there is none
   */
  DocumentState(Map<String, DocumentEntry> entries, @Nullable ValueFile file) {
    this.entries = Collections.unmodifiableMap(entries);
    this.file = file;
    this.deadlines =
        entries.values().stream()
            .flatMap(entry -> entry.facts().expires().stream())
            .mapToLong(Instant::toEpochMilli)
            .sorted()
            .toArray();
  }

  Map<String, DocumentEntry> entries() {
    return entries;
  }

  @Nullable ValueFile file() {
    return file;
  }

  /** Returns whether the document's file is as it was. */
  boolean isOf(@Nullable ValueFile now) {
    return file == null
        ? now == null
        : now != null && file.modified() == now.modified() && file.size() == now.size();
  }

  /** Returns the live entry of a key. */
  @Nullable DocumentEntry live(String key, Instant now) {
    DocumentEntry entry = entries.get(key);
    return entry == null || entry.isExpired(now) ? null : entry;
  }

  /** Returns how many entries are past their deadline. */
  int dead(Instant now) {
    if (deadlines.length == 0) {
      return 0;
    }
    int at = Arrays.binarySearch(deadlines, now.toEpochMilli());
    int passed = at < 0 ? -at - 1 : at;
    while (passed < deadlines.length && deadlines[passed] <= now.toEpochMilli()) {
      passed++;
    }
    return passed;
  }

  /** Returns the first deadline that has not passed, or the largest number. */
  long nextDeadline(Instant now) {
    int passed = dead(now);
    return passed < deadlines.length ? deadlines[passed] : Long.MAX_VALUE;
  }
}
