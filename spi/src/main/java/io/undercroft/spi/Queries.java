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
  /** Answers a query as far as it can. */
  Answer query(Query query);

  /** Returns how many entries match, or empty if it cannot tell exactly. */
  OptionalLong count(Optional<Condition> where);

  /** Returns what the whole pipeline gives, or empty if it cannot do all of it exactly. */
  Optional<List<Map<String, Object>>> aggregate(Pipeline pipeline);

  /** Returns how it would answer. */
  Explanation explain(Query query);

  /**
   * An answer and what remains to be done with it.
   *
   * @param entries the entries that match what was pushed down; the runtime closes it
   * @param residual what must still be evaluated; empty if everything was pushed down
   * @param ordered whether the entries come in the query's order
   * @param limited whether limit, offset and cursor were applied; only with {@code ordered} and
   *     without a residual
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

  /** One entry found, with its score where the query searches. */
  record Found(String key, StoredEntry entry, OptionalDouble score) {
    /** Checks that nothing is {@code null}. */
    public Found {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(entry, "entry");
      Objects.requireNonNull(score, "score");
    }
  }
}
