package io.undercroft.layer.guard;

import io.undercroft.spi.Queries;
import io.undercroft.storage.query.Condition;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import java.util.Optional;
import java.util.OptionalLong;

/** {@link Queries} that are asked again. */
record RepeatedQueries(Queries below, Repeating repeating) implements Queries {
  @Override
  public Answer query(Query query) {
    return repeating.passing(() -> below.query(query));
  }

  @Override
  public OptionalLong count(Optional<Condition> where) {
    return repeating.passing(() -> below.count(where));
  }

  @Override
  public Optional<Aggregated> aggregate(Pipeline pipeline) {
    return repeating.passing(() -> below.aggregate(pipeline));
  }

  @Override
  public Explanation explain(Query query) {
    return repeating.passing(() -> below.explain(query));
  }

  @Override
  public boolean isSpatial(String field) {
    return below.isSpatial(field);
  }
}
