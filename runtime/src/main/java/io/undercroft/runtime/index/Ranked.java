package io.undercroft.runtime.index;

import io.undercroft.runtime.index.Words.Reading;
import io.undercroft.runtime.query.Fields;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.StoredEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.Query;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a search finds, the best first, ties by key; one page in memory.
 *
 * <p>An entry that was written since is found if it still has what is searched, and keeps the score
 * and the place that it had.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Ranked implements Cursor<Found> {
  private static final int LARGEST_PAGE = 10_000;
  private static final int GROWS = 4;

  private final Kept index;
  private final Query wanted;
  private final KeyValue entries;
  private final Fields fields;
  private final Consumer<String> gone;
  private final Tree<Held> loose;
  private final Reading reading;
  private @Nullable FieldDoc after;
  private int pageSize;
  private boolean first = true;
  private boolean closed;

  /**
   * Begins.
   *
   * @param pageSize how many are wanted at first
   * @param gone is told of entries that are not there any more
   */
  Ranked(
      Kept index,
      Query wanted,
      KeyValue entries,
      Fields fields,
      int pageSize,
      Consumer<String> gone) {
    this.index = index;
    this.wanted = wanted;
    this.entries = entries;
    this.fields = fields;
    this.pageSize = pageSize;
    this.gone = gone;
    this.loose = index.state().loose(); // before the rest: who leaves one is in the other
    this.reading = index.words().read();
  }

  @Override
  public List<Found> next() {
    if (first) {
      first = false;
      requireReadable();
    }
    List<Found> page = new ArrayList<>();
    while (!closed && page.isEmpty()) {
      List<Reading.Match> matches = reading.best(wanted, after, pageSize);
      if (matches.size() < pageSize) {
        close();
      } else {
        after = matches.get(matches.size() - 1).place();
        pageSize = Math.min(LARGEST_PAGE, GROWS * pageSize);
      }
      for (Reading.Match match : matches) {
        Found found = look(match);
        if (found != null) {
          page.add(found);
        }
      }
    }
    return page;
  }

  /** What cannot be read fails every query, as it fails a scan. */
  private void requireReadable() {
    for (int i = 0; i < loose.size(); i++) {
      String key = loose.get(i).key;
      entries
          .get(key)
          .ifPresent(entry -> fields.read(new Found(key, entry, OptionalDouble.empty())));
    }
  }

  private @Nullable Found look(Reading.Match match) {
    Optional<StoredEntry> entry = entries.get(match.key());
    if (entry.isEmpty()) {
      gone.accept(match.key());
      return null;
    }
    Found found = new Found(match.key(), entry.get(), OptionalDouble.of(match.score()));
    if (entry.get().meta().version().equals(match.version())) {
      return found;
    }
    Held now =
        index
            .shape
            .hold(match.key(), fields.read(found))
            .as(entry.get().meta().version(), Optional.empty());
    return Words.find(now, wanted) ? found : null;
  }

  @Override
  public void close() {
    closed = true;
    reading.close();
  }
}
