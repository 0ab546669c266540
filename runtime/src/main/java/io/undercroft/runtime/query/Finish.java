package io.undercroft.runtime.query;

import io.undercroft.runtime.query.Hits.Hit;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.StoredEntry;
import jakarta.json.stream.JsonParser;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The last steps of a query: order, offset, limit, selected fields, cursors. */
final class Finish {
  private static final int PAGE = 200;

  private final Cursors cursors;
  private final List<String> select;
  private final long offset;
  private final long limit;

  Finish(Cursors cursors, List<String> select, long offset, long limit) {
    this.cursors = cursors;
    this.select = select;
    this.offset = offset;
    this.limit = limit;
  }

  /** Hands out what comes in the right order already, one page in memory. */
  Cursor<Found> streamed(Hits hits, Documents documents) {
    return new Streamed(hits, new Shaping(documents));
  }

  /** Sorts when the first page is asked for. */
  Cursor<Found> sorted(
      Hits hits, Documents documents, Ordering ordering, Bounds bounds, Clock clock) {
    return new Sorted(hits, new Shaping(documents), ordering.comparator, bounds, clock);
  }

  /** Makes a result of a hit. */
  private final class Shaping {
    private final Documents documents;
    private final Selection selection = Selection.of(select);
    private final Wanted wanted = Selection.wanted(select);

    Shaping(Documents documents) {
      this.documents = documents;
    }

    Found result(Hit hit) {
      StoredEntry entry = hit.found().entry();
      return new Found(
          hit.key(),
          select.isEmpty() ? entry : selected(hit.key(), entry),
          hit.found().score(),
          cursors.write(hit));
    }

    private StoredEntry selected(String key, StoredEntry entry) {
      EntryMeta meta = entry.meta();
      Function<JsonParser, @Nullable Object> reading =
          from -> {
            if (from.next() != JsonParser.Event.START_OBJECT) {
              return Values.MISSING;
            }
            return selection.of(wanted.members(from));
          };
      Object kept;
      try {
        kept = documents.read(entry.value(), meta.contentType(), reading);
      } catch (io.undercroft.storage.StorageException e) {
        throw CompleteQueries.unreadable(key, e);
      }
      if (kept == Values.MISSING) {
        return entry;
      }
      return new StoredEntry(
          documents.write(to -> Cursors.write(to, kept)),
          new EntryMeta(
              meta.version(),
              meta.created(),
              meta.updated(),
              meta.expires(),
              Documents.WRITTEN,
              meta.metadata()));
    }
  }

  private final class Streamed implements Cursor<Found> {
    private final Hits hits;
    private final Shaping shaping;
    private long toSkip = offset;
    private long left = limit;

    Streamed(Hits hits, Shaping shaping) {
      this.hits = hits;
      this.shaping = shaping;
    }

    @Override
    public List<Found> next() {
      List<Found> page = new ArrayList<>();
      while (left > 0 && page.size() < PAGE) {
        Hit hit = hits.next();
        if (hit == null) {
          left = 0;
        } else if (toSkip > 0) {
          toSkip--;
        } else {
          left--;
          page.add(shaping.result(hit));
        }
      }
      return page;
    }

    @Override
    public void close() {
      left = 0;
      hits.close();
    }
  }

  private final class Sorted implements Cursor<Found> {
    private final Hits hits;
    private final Shaping shaping;
    private final Comparator<Place> comparator;
    private final Bounds bounds;
    private final Clock clock;
    private @Nullable List<Hit> sorted;
    private int next;

    Sorted(Hits hits, Shaping shaping, Comparator<Place> comparator, Bounds bounds, Clock clock) {
      this.hits = hits;
      this.shaping = shaping;
      this.comparator = comparator;
      this.bounds = bounds;
      this.clock = clock;
    }

    @Override
    public List<Found> next() {
      List<Hit> all = sorted;
      if (all == null) {
        all = sort();
        sorted = all;
      }
      List<Found> page = new ArrayList<>();
      while (next < all.size() && page.size() < PAGE) {
        Hit hit = all.get(next++);
        if (!hit.found().entry().meta().isExpired(clock.instant())) {
          page.add(shaping.result(hit));
        }
      }
      return page;
    }

    private List<Hit> sort() {
      long most = limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + limit;
      if (limit == 0) {
        return List.of();
      }
      Best<Hit> best = new Best<>(comparator, most, Hit::size, bounds);
      for (Hit hit = hits.next(); hit != null; hit = hits.next()) {
        best.offer(hit);
      }
      hits.close();
      List<Hit> all = best.inOrder();
      return offset >= all.size() ? List.of() : all.subList((int) offset, all.size());
    }

    @Override
    public void close() {
      sorted = List.of();
      next = 0;
      hits.close();
    }
  }
}
