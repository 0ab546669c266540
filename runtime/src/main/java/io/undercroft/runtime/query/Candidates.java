package io.undercroft.runtime.query;

import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A way to the entries that may match a query, better than looking at all of them: an engine, or an
 * index that the runtime keeps. What it leaves over is finished above it.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
public interface Candidates {
  /** Knows no way: everything is scanned. */
  Candidates NONE = query -> Optional.empty();

  /** Returns the way that an engine's own queries are. */
  static Candidates of(Queries engine) {
    return new Candidates() {
      @Override
      public Optional<Queries.Answer> candidates(Query query) {
        return Optional.of(engine.query(query));
      }

      @Override
      public OptionalLong count(Optional<Condition> where) {
        return engine.count(where);
      }

      @Override
      public Optional<Queries.Aggregated> aggregate(Pipeline pipeline) {
        return engine.aggregate(pipeline);
      }

      @Override
      public Optional<Explanation> explain(Query query) {
        return Optional.of(engine.explain(query));
      }

      @Override
      public boolean isSpatial(String field) {
        return engine.isSpatial(field);
      }
    };
  }

  /**
   * Returns the candidates, or empty if a scan is no worse. Every entry that matches is among them,
   * once; those that do not match are sorted out by the residual. The query has neither {@link
   * Query#after} nor {@link Query#select}.
   */
  Optional<Queries.Answer> candidates(Query query);

  /**
   * Returns the first results of a query that stand behind a place in its order, in that order and
   * with limit and offset applied; or empty if it knows no better way than through all that match.
   */
  default Optional<Queries.Answer> candidatesBehind(Query query, Place place) {
    return Optional.empty();
  }

  /** Returns how many entries match, if it can tell exactly without looking at them. */
  default OptionalLong count(Optional<Condition> where) {
    return OptionalLong.empty();
  }

  /** Returns what the first stages of a pipeline give, if it can do them exactly. */
  default Optional<Queries.Aggregated> aggregate(Pipeline pipeline) {
    return Optional.empty();
  }

  /** Returns how it would find the candidates, or empty if a scan is no worse. */
  default Optional<Explanation> explain(Query query) {
    return Optional.empty();
  }

  /** Returns whether {@code near} and {@code within} may be asked of a field. */
  default boolean isSpatial(String field) {
    return false;
  }
}
