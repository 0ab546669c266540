package io.undercroft.storage;

import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The methods of {@link QueryableStorage}, returning at once. */
public interface AsyncQueryableStorage<T> extends AsyncBatchStorage<T> {
  /** As {@link QueryableStorage#query}; reading the stream may block. */
  CompletionStage<Stream<QueryResult<T>>> query(Query query);

  /** As {@link QueryableStorage#count}. */
  CompletionStage<Long> count(Query query);

  /** As {@link QueryableStorage#findOne}. */
  CompletionStage<Optional<T>> findOne(Query query);

  /** As {@link QueryableStorage#findMany}. */
  CompletionStage<List<T>> findMany(Query query);

  /** As {@link QueryableStorage#aggregate}. */
  CompletionStage<List<Map<String, Object>>> aggregate(Pipeline pipeline);
}
