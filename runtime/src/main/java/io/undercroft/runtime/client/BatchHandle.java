package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.Operation;
import io.undercroft.storage.OperationResult;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A handle with batches. */
sealed class BatchHandle<T> extends StorageHandle<T> implements BatchStorage<T>
    permits QueryHandle, TransactionalHandle, TransactionHandle {
  private final Batches<T> batches;

  BatchHandle(Operations<T> operations) {
    super(operations);
    this.batches = new Batches<>(operations);
  }

  @Override
  public final Map<String, T> getMany(Collection<String> keys) {
    return batches.getMany(keys);
  }

  @Override
  public final void setMany(Map<String, ? extends T> values) {
    batches.setMany(values);
  }

  @Override
  public final long deleteMany(Collection<String> keys) {
    return batches.deleteMany(keys);
  }

  @Override
  public final List<OperationResult> batch(List<Operation<T>> operations) {
    return batches.batch(operations);
  }

  @Override
  public AsyncBatchStorage<T> async() {
    return new AsyncBatchHandle<>(this);
  }
}
