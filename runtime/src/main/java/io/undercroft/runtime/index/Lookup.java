package io.undercroft.runtime.index;

import io.undercroft.runtime.query.Documents;
import io.undercroft.runtime.query.Evaluation;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Queries.Found;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.query.Query;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries that an index names. What was written since it named them is evaluated anew.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Lookup {
  private final KeyValue entries;
  private final Documents documents;
  private final Query query;
  private final boolean exact;
  private final Predicate<String> spatial;
  private final Consumer<String> gone;
  private @Nullable Evaluation evaluation;

  /** Whether the entry that was read last is the one that the index knows. */
  private boolean known;

  /**
   * Takes the parts.
   *
   * @param exact whether the index proves the whole condition
   * @param spatial whether {@code near} and {@code within} may be asked of a field
   * @param gone is told of entries that are not there any more
   */
  Lookup(
      KeyValue entries,
      Documents documents,
      Query query,
      boolean exact,
      Predicate<String> spatial,
      Consumer<String> gone) {
    this.entries = entries;
    this.documents = documents;
    this.query = query;
    this.exact = exact;
    this.spatial = spatial;
    this.gone = gone;
  }

  /** Returns the entry if it may match: what the index does not prove is not looked at. */
  @Nullable Found candidate(Held held) {
    Found found = read(held);
    return found == null || known || evaluation().matches(found) ? found : null;
  }

  /** Returns the entry if it matches. */
  @Nullable Found match(Held held) {
    Found found = read(held);
    return found == null || (known && exact) || evaluation().matches(found) ? found : null;
  }

  boolean isKnown() {
    return known;
  }

  private @Nullable Found read(Held held) {
    Optional<StoredEntry> entry = entries.get(held.key);
    if (entry.isEmpty()) {
      gone.accept(held.key);
      return null;
    }
    known = !held.loose && entry.get().meta().version().equals(held.version);
    return new Found(held.key, entry.get(), OptionalDouble.empty());
  }

  Evaluation evaluation() {
    Evaluation compiled = evaluation;
    if (compiled == null) {
      compiled = new Evaluation(query, documents, spatial);
      evaluation = compiled;
    }
    return compiled;
  }
}
