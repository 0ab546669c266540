package io.undercroft.runtime.query;

import io.undercroft.runtime.query.Hits.Hit;
import io.undercroft.spi.Queries.Found;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A query's condition and order over single entries, for {@link Candidates} that must look at some
 * themselves.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public final class Evaluation {
  private final Reading reading;
  private final Ordering ordering;

  /**
   * Compiles.
   *
   * @param spatial whether {@code near} and {@code within} may be asked of a field
   * @throws io.undercroft.storage.StorageException INVALID_QUERY or UNSUPPORTED as the query would
   *     have without an index
   */
  public Evaluation(Query query, Documents documents, Predicate<String> spatial) {
    Wanted wanted = Wanted.nothing();
    Matching matching =
        query
            .where()
            .map(where -> Matching.of(where, wanted, spatial))
            .orElse(Matching.everything());
    this.ordering = Ordering.of(query);
    ordering.addTo(wanted);
    this.reading = new Reading(documents, wanted, matching);
  }

  /** Returns the {@code near} by whose distance a query is ordered, if it is. */
  public static Optional<Condition.Comparison> distance(Query query) {
    return Ordering.distance(query);
  }

  /**
   * Returns whether the condition holds for an entry.
   *
   * @throws io.undercroft.storage.StorageException naming the key, if the value cannot be read
   */
  public boolean matches(Found found) {
    return reading.matching(found) != null;
  }

  /** Returns those of these entries that stand behind a place, if one is given, in order. */
  public List<Found> inOrder(List<Found> entries, Optional<Place> behind) {
    List<Hit> hits = new ArrayList<>(entries.size());
    for (Found found : entries) {
      Map<String, @Nullable Object> document = reading.read(found);
      Hit hit = new Hit(found, ordering.values(document, found.score()));
      if (behind.isEmpty() || ordering.comparator.compare(hit, behind.get()) > 0) {
        hits.add(hit);
      }
    }
    hits.sort(ordering.comparator);
    return hits.stream().map(Hit::found).toList();
  }
}
