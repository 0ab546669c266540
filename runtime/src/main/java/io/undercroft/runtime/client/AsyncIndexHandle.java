package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncIndexedStorage;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Query;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The asynchronous view with indexes. */
final class AsyncIndexHandle<T> extends AsyncQueryHandle<T> implements AsyncIndexedStorage<T> {
  private final IndexHandle<T> storage;

  AsyncIndexHandle(IndexHandle<T> storage) {
    super(storage);
    this.storage = storage;
  }

  @Override
  public CompletionStage<Void> createIndex(IndexDefinition index) {
    return run(() -> storage.createIndex(index));
  }

  @Override
  public CompletionStage<Boolean> dropIndex(String name) {
    return supply(() -> storage.dropIndex(name));
  }

  @Override
  public CompletionStage<List<IndexInfo>> listIndexes() {
    return supply(storage::listIndexes);
  }

  @Override
  public CompletionStage<Explanation> explain(Query query) {
    return supply(() -> storage.explain(query));
  }
}
