package io.undercroft.spi;

import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Queries that the engine answers, with exactly the meaning that the evaluator of the runtime gives
 * them; what it cannot answer so, it hands back.
 */
public interface Queries extends Facet {
  /**
   * Answers a query as far as it can. The runtime asks without {@link Query#after} and without
   * {@link Query#select}: both are its own work.
   *
   * <p>Where the query has no order, {@code ordered} means by key, or, where it searches, the best
   * first, or, where it asks for what is near, the nearest first.
   */
  Answer query(Query query);

  /** Returns how many entries match, or empty if it cannot tell exactly. */
  OptionalLong count(Optional<Condition> where);

  /**
   * Returns what the first stages of a pipeline give, or empty if it can do none exactly with less
   * than handing out the entries. The runtime does the stages that are left.
   */
  Optional<Aggregated> aggregate(Pipeline pipeline);

  /** Returns how it would answer. */
  Explanation explain(Query query);

  /**
   * Returns whether a field has a spatial index, so that {@code near} and {@code within} may be
   * left over in any place of a condition: the runtime evaluates them. Without one they are
   * refused.
   */
  default boolean isSpatial(String field) {
    return false;
  }

  /**
   * An answer and what remains to be done with it.
   *
   * @param entries the entries that match what was pushed down, and those that are {@link
   *     Found#unsure}; the runtime closes it
   * @param residual what must still be evaluated; empty if everything was pushed down
   * @param ordered whether the entries come in the query's order
   * @param limited whether limit and offset were applied; only with {@code ordered}, without a
   *     residual and without entries that are unsure
   */
  record Answer(
      Cursor<Found> entries, Optional<Condition> residual, boolean ordered, boolean limited) {
    /** Checks that the parts agree. */
    public Answer {
      Objects.requireNonNull(entries, "entries");
      Objects.requireNonNull(residual, "residual");
      if (limited && (!ordered || residual.isPresent())) {
        throw new IllegalArgumentException("limited needs ordered and no residual");
      }
    }
  }

  /**
   * What the first stages of a pipeline give.
   *
   * @param documents in their order, of the values that {@link Pipeline} names
   * @param stages how many stages gave them, 1 or more, or 0 of a pipeline without any
   */
  record Aggregated(List<Map<String, Object>> documents, int stages) {
    /** Checks the range. */
    public Aggregated {
      Objects.requireNonNull(documents, "documents");
      if (stages < 0) {
        throw new IllegalArgumentException("stages must be 0 or more, got " + stages);
      }
    }
  }

  /**
   * One entry found.
   *
   * @param key the key
   * @param entry the entry
   * @param score how well it fits, where the query searches
   * @param cursor where it stands in the query's order, for {@link Query#after}; a backend leaves
   *     it empty, the runtime fills it in
   * @param unsure whether the engine could not tell if this entry matches, because it does not see
   *     into its value: then the runtime evaluates the query's whole condition
   */
  record Found(String key, StoredEntry entry, OptionalDouble score, String cursor, boolean unsure) {
    /** Checks that nothing is {@code null}. */
    public Found {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(entry, "entry");
      Objects.requireNonNull(score, "score");
      Objects.requireNonNull(cursor, "cursor");
    }

    /** Takes what a backend knows of an entry that matches what was pushed down. */
    public Found(String key, StoredEntry entry, OptionalDouble score) {
      this(key, entry, score, "", false);
    }
  }
}
