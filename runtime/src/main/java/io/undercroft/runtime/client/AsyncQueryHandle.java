package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncQueryableStorage;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/** The asynchronous view with queries. */
sealed class AsyncQueryHandle<T> extends AsyncBatchHandle<T> implements AsyncQueryableStorage<T>
    permits AsyncIndexHandle {
  private final QueryHandle<T> storage;

  AsyncQueryHandle(QueryHandle<T> storage) {
    super(storage);
    this.storage = storage;
  }

  @Override
  public final CompletionStage<Stream<QueryResult<T>>> query(Query query) {
    return supply(() -> storage.query(query));
  }

  @Override
  public final CompletionStage<Long> count(Query query) {
    return supply(() -> storage.count(query));
  }

  @Override
  public final CompletionStage<Optional<T>> findOne(Query query) {
    return supply(() -> storage.findOne(query));
  }

  @Override
  public final CompletionStage<List<T>> findMany(Query query) {
    return supply(() -> storage.findMany(query));
  }

  @Override
  public final CompletionStage<List<Map<String, Object>>> aggregate(Pipeline pipeline) {
    return supply(() -> storage.aggregate(pipeline));
  }
}
