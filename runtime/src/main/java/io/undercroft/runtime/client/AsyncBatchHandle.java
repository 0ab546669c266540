package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The asynchronous view with batches. */
sealed class AsyncBatchHandle<T> extends AsyncHandle<T> implements AsyncBatchStorage<T>
    permits AsyncQueryHandle {
  private final BatchHandle<T> storage;

  AsyncBatchHandle(BatchHandle<T> storage) {
    super(storage);
    this.storage = storage;
  }

  @Override
  public final CompletionStage<Map<String, T>> getMany(Collection<String> keys) {
    return supply(() -> storage.getMany(keys));
  }

  @Override
  public final CompletionStage<Void> setMany(Map<String, ? extends T> values) {
    return run(() -> storage.setMany(values));
  }

  @Override
  public final CompletionStage<Long> deleteMany(Collection<String> keys) {
    return supply(() -> storage.deleteMany(keys));
  }

  @Override
  public final CompletionStage<List<OperationResult>> batch(List<Operation<T>> operations) {
    return supply(() -> storage.batch(operations));
  }
}
