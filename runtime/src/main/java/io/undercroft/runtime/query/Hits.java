package io.undercroft.runtime.query;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.Queries.Found;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What matches among the entries of a cursor, and stands behind a place, one after the other.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Hits implements AutoCloseable {
  private final Cursor<Found> entries;
  private final Reading reading;
  private final Ordering ordering;
  private final Optional<Place> after;
  private List<Found> page = List.of();
  private int next;

  Hits(Cursor<Found> entries, Reading reading, Ordering ordering, Optional<Place> after) {
    this.entries = entries;
    this.reading = reading;
    this.ordering = ordering;
    this.after = after;
  }

  /** Returns the next one, or null at the end. */
  @Nullable Hit next() {
    while (true) {
      if (next == page.size()) {
        page = entries.next();
        next = 0;
        if (page.isEmpty()) {
          return null;
        }
      }
      Found found = page.get(next++);
      Map<String, @Nullable Object> document = reading.matching(found);
      if (document != null) {
        Hit hit = new Hit(found, ordering.values(document, found.score()));
        if (after.isEmpty() || ordering.comparator.compare(hit, after.get()) > 0) {
          return hit;
        }
      }
    }
  }

  @Override
  public void close() {
    page = List.of();
    next = 0;
    entries.close();
  }

  /** An entry with the values that decide over its place. */
  record Hit(Found found, List<@Nullable Object> values) implements Place {
    private static final int OVERHEAD = 200;

    @Override
    public String key() {
      return found.key();
    }

    /** Returns about how many bytes it holds. */
    long size() {
      return (long) found.entry().value().length + 2L * found.key().length() + OVERHEAD;
    }
  }
}
