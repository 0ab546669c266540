package io.undercroft.storage;

import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The methods of {@link IndexedStorage}, returning at once. */
public interface AsyncIndexedStorage<T> extends AsyncQueryableStorage<T> {
  /** As {@link IndexedStorage#createIndex}. */
  CompletionStage<Void> createIndex(IndexDefinition index);

  /** As {@link IndexedStorage#dropIndex}. */
  CompletionStage<Boolean> dropIndex(String name);

  /** As {@link IndexedStorage#listIndexes}. */
  CompletionStage<List<IndexInfo>> listIndexes();

  /** As {@link IndexedStorage#explain}. */
  CompletionStage<Explanation> explain(Query query);
}
