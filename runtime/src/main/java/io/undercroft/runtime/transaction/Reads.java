package io.undercroft.runtime.transaction;

import io.undercroft.spi.Check;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has read of the storage: keys, with what was there, and ranges of keys.
 *
 * <p>A key that it has only overwritten is known here as well, but does not count: whoever writes
 * without looking does not depend on what was there.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class Reads {
  private final Map<String, Seen> byKey = new HashMap<>();
  private final Set<String> prefixes = new LinkedHashSet<>();
  private @Nullable Instant earliestDeadline;

  /** What was seen of one key. */
  static final class Seen {
    private final @Nullable EntryMeta meta;
    private boolean counts;

    Seen(@Nullable EntryMeta meta) {
      this.meta = meta;
    }

    /** Returns what is known of the entry; nothing if there was none. */
    @Nullable EntryMeta meta() {
      return meta;
    }

    private boolean is(@Nullable EntryMeta other) {
      if (meta == null) {
        return other == null;
      }
      return other != null && meta.version().equals(other.version());
    }
  }

  @Nullable Seen find(String key) {
    return byKey.get(key);
  }

  /**
   * Notes a look at one key.
   *
   * @param counts whether the transaction depends on it
   * @return false if the key was seen before, as something else
   */
  boolean note(String key, Optional<StoredEntry> found, boolean counts) {
    EntryMeta meta = found.isPresent() ? found.get().meta() : null;
    Seen seen = byKey.get(key);
    if (seen == null) {
      seen = new Seen(meta);
      byKey.put(key, seen);
    } else if (!seen.is(meta)) {
      return false;
    }
    if (counts) {
      count(seen);
    }
    return true;
  }

  /** From now on the transaction depends on it. */
  void count(Seen seen) {
    seen.counts = true;
    if (seen.meta != null && seen.meta.expires().isPresent()) {
      noteDeadline(seen.meta.expires().get());
    }
  }

  /** Notes that an entry with a deadline was handed out by a scan. */
  void noteDeadline(Instant deadline) {
    if (earliestDeadline == null || deadline.isBefore(earliestDeadline)) {
      earliestDeadline = deadline;
    }
  }

  /** Notes that all keys with this prefix are depended on, those that are not there included. */
  void range(String prefix) {
    prefixes.add(prefix);
  }

  /** Returns the deadline that passes first of all that was read. */
  Optional<Instant> earliestDeadline() {
    return Optional.ofNullable(earliestDeadline);
  }

  /** Returns the locks under which nothing of it changes. */
  long stripes() {
    if (!prefixes.isEmpty()) {
      return KeyStripes.ALL;
    }
    long set = 0;
    for (Map.Entry<String, Seen> read : byKey.entrySet()) {
      if (read.getValue().counts) {
        set |= KeyStripes.of(read.getKey());
      }
    }
    return set;
  }

  /** Returns something that was written after that stamp although the transaction depends on it. */
  Optional<String> overtaken(Past past, long since) {
    for (Map.Entry<String, Seen> read : byKey.entrySet()) {
      if (read.getValue().counts && past.isWrittenAfter(read.getKey(), since)) {
        return Optional.of(read.getKey());
      }
    }
    return prefixes.isEmpty() ? Optional.empty() : past.firstAfter(since, this::isInRange);
  }

  /** Where a finer question may be asked one day: whether the write matters to what was asked. */
  private boolean isInRange(Past.Former written) {
    for (String prefix : prefixes) {
      if (written.key.startsWith(prefix)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns what the backend is to look at once more: each key that counts, those among the
   * preferred ones first.
   */
  List<Check> checks(Collection<String> preferred) {
    List<Check> checks = new ArrayList<>(byKey.size());
    for (String key : preferred) {
      addCheck(checks, key, byKey.get(key));
    }
    byKey.forEach(
        (key, seen) -> {
          if (!preferred.contains(key)) {
            addCheck(checks, key, seen);
          }
        });
    return checks;
  }

  private static void addCheck(List<Check> checks, String key, @Nullable Seen seen) {
    if (seen != null && seen.counts) {
      checks.add(
          new Check(
              key,
              seen.meta == null ? Precondition.ABSENT : Precondition.version(seen.meta.version())));
    }
  }
}
