package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.Optional;
import java.util.OptionalLong;

/** {@link Queries} through a chain. */
record AroundQueries(Chain chain, Queries below) implements Queries {
  static Queries over(Chain chain, Queries below) {
    return below instanceof AroundQueries inner
        ? new AroundQueries(chain.then(inner.chain), inner.below)
        : new AroundQueries(chain, below);
  }

  @Override
  public Answer query(Query query) {
    Answer answer = chain.run(Kind.QUERY, () -> below.query(query));
    return new Answer(
        new AroundCursor<>(chain, answer.entries()),
        answer.residual(),
        answer.ordered(),
        answer.limited());
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    return chain.run(Kind.COUNT, () -> below.count(where));
  }

  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    return chain.run(Kind.AGGREGATE, () -> below.aggregate(pipeline));
  }

  @Override
  public Explanation explain(Query query) {
    return chain.run(Kind.EXPLAIN, () -> below.explain(query));
  }

  @Override
  public boolean isSpatial(String field) {
    return below.isSpatial(field);
  }
}
