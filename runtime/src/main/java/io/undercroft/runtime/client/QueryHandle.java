package io.undercroft.runtime.client;

import io.undercroft.spi.Queries;
import io.undercroft.storage.AsyncQueryableStorage;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A handle with queries that the composed facets answer completely. What they leave over is
 * refused: finishing an answer is the work of the completion below this handle, and only {@code
 * emulation=native-only} leaves that out.
 */
sealed class QueryHandle<T> extends BatchHandle<T> implements QueryableStorage<T>
    permits IndexHandle {
  QueryHandle(Operations<T> operations) {
    super(operations);
  }

  @Override
  public final Stream<QueryResult<T>> query(Query query) {
    operations().require(Capability.QUERY);
    return Pages.stream(
        operations(),
        current -> {
          Queries.Answer answer = queries(current).query(query);
          if (!answer.limited()) {
            answer.entries().close();
            throw unfinished(current, "this query");
          }
          return answer.entries();
        },
        (current, found) ->
            new QueryResult<>(
                found.key(),
                operations().decode(current, found.key(), found.entry()),
                found.score(),
                found.entry().meta().metadata(),
                found.cursor()));
  }

  @Override
  public final long count(Query query) {
    return operations()
        .inside(
            current -> {
              OptionalLong count = queries(current).count(query.where());
              return count.orElseThrow(() -> unfinished(current, "this count"));
            });
  }

  @Override
  public final Optional<T> findOne(Query query) {
    Query first = query.limit(Math.min(1, query.limit().orElse(1)));
    try (Stream<QueryResult<T>> found = query(first)) {
      return found.map(QueryResult::value).findFirst();
    }
  }

  @Override
  public final List<T> findMany(Query query) {
    try (Stream<QueryResult<T>> found = query(query)) {
      return found.map(QueryResult::value).toList();
    }
  }

  @Override
  public final List<Map<String, Object>> aggregate(Pipeline pipeline) {
    return operations()
        .inside(
            current ->
                queries(current)
                    .aggregate(pipeline)
                    .filter(whole -> whole.stages() == pipeline.stages().size())
                    .map(Queries.Aggregated::documents)
                    .orElseThrow(() -> unfinished(current, "this pipeline")));
  }

  final Queries queries(Bound<T> current) {
    return operations().facet(current, Queries.class, Capability.QUERY);
  }

  private static StorageException unfinished(Bound<?> current, String what) {
    return StorageException.of(
        ErrorCode.UNSUPPORTED,
        "plugin "
            + current.mount.plugin()
            + " cannot answer all of "
            + what
            + ", and emulation=native-only leaves the rest undone; ask for less, or allow"
            + " emulation");
  }

  @Override
  public AsyncQueryableStorage<T> async() {
    return new AsyncQueryHandle<>(this);
  }
}
