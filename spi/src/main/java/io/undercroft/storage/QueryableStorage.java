package io.undercroft.storage;

import io.undercroft.storage.query.Pipeline;
import io.undercroft.storage.query.Query;
import io.undercroft.storage.query.QueryResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A storage that finds entries by what is in their values. */
public interface QueryableStorage<T> extends BatchStorage<T> {
  /**
   * Returns the matching entries in the query's order; lazy, closed by the caller. Memory is
   * constant without an order and with an index that has the order; sorting with a limit holds
   * limit and offset, sorting without one holds everything that matches.
   *
   * @throws StorageException INVALID_QUERY for a broken query or a full sort beyond the limit that
   *     the message names
   */
  Stream<QueryResult<T>> query(Query query);

  /** Returns how many entries match; order, limit, offset and select are not looked at. */
  long count(Query query);

  /** Returns the first matching value, or empty. */
  Optional<T> findOne(Query query);

  /** Returns all matching values in the query's order. */
  List<T> findMany(Query query);

  /**
   * Returns the documents that come out of the pipeline, with JSON's types: String, Long or
   * BigDecimal, Boolean, List, Map; JSON's null is {@code null} in them.
   *
   * @throws StorageException INVALID_QUERY if groups, sorts or results go beyond the limit that the
   *     message names
   */
  List<Map<String, Object>> aggregate(Pipeline pipeline);

  @Override
  AsyncQueryableStorage<T> async();
}
