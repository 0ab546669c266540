package io.undercroft.runtime.layers;

import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The changes of one life of a feed, numbered from 1, of which the latest are kept.
 *
 * <p>A position is the name of the life and a number. It is held as long as every change after it
 * is kept.
 *
 * <p><b>Threads:</b> for one thread at a time.
 */
final class History {
  private static final int RADIX = 36;
  private static final long EACH = 256; // what a change and its parts take beside keys and values

  private final String life;
  private final Retention retention;
  private final ArrayDeque<StoredChange> kept = new ArrayDeque<>();
  private long bytes;
  private long last;

  /**
   * Begins a life.
   *
   * @param life a name that no other life has
   */
  History(String life, Retention retention) {
    this.life = life;
    this.retention = retention;
  }

  /** Adds a change; returns it with its position. */
  StoredChange add(StoredChange change) {
    last++;
    StoredChange placed =
        new StoredChange(
            change.type(),
            change.key(),
            change.before(),
            change.after(),
            change.timestamp(),
            Optional.of(lastPosition()));
    kept.add(placed);
    bytes += weight(placed);
    while (kept.size() > retention.changes() || bytes > retention.bytes()) {
      bytes -= weight(kept.remove());
    }
    return placed;
  }

  private static long weight(StoredChange change) {
    return EACH + 2L * change.key().length() + size(change.before()) + size(change.after());
  }

  private static long size(Optional<StoredEntry> entry) {
    return entry.map(there -> (long) there.value().length).orElse(0L);
  }

  /** Returns the position of the last change that was added, or of the beginning. */
  String lastPosition() {
    return position(last);
  }

  private String position(long number) {
    return life + "-" + Long.toString(number, RADIX);
  }

  /** Returns what was added after a position, oldest first; empty if the position is not held. */
  Optional<List<StoredChange>> after(String position) {
    long number = number(position);
    if (number < last - kept.size() || number > last) {
      return Optional.empty();
    }
    StoredChange[] missed = new StoredChange[(int) (last - number)];
    Iterator<StoredChange> newest = kept.descendingIterator();
    for (int i = missed.length - 1; i >= 0; i--) {
      missed[i] = newest.next();
    }
    return Optional.of(new ArrayList<>(Arrays.asList(missed)));
  }

  /** Returns -1 for what is no position of this life. */
  private long number(String position) {
    if (!position.startsWith(life + "-")) {
      return -1;
    }
    try {
      return Long.parseLong(position.substring(life.length() + 1), RADIX);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
