package io.undercroft.storage;

import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Query;
import java.util.List;

/** A storage whose queries may use indexes. */
public interface IndexedStorage<T> extends QueryableStorage<T> {
  /**
   * Creates an index over what is there and all that comes; returns when it can be used. Writes go
   * on meanwhile. An equal index that exists already is fine; one of the same name with another
   * definition is INVALID_QUERY.
   *
   * @throws StorageException DUPLICATE_KEY if it is unique and the entries are not; UNSUPPORTED for
   *     a kind that the backend does not have
   */
  void createIndex(IndexDefinition index);

  /** Removes an index; returns whether there was one. */
  boolean dropIndex(String name);

  /** Returns the indexes with their figures. */
  List<IndexInfo> listIndexes();

  /**
   * Returns how the query would be answered: indexes used, what is pushed down, what is residual,
   * the engine's plan.
   */
  Explanation explain(Query query);

  @Override
  AsyncIndexedStorage<T> async();
}
