package io.undercroft.storage;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The methods of {@link BatchStorage}, returning at once. */
public interface AsyncBatchStorage<T> extends AsyncStorage<T> {
  /** As {@link BatchStorage#getMany}. */
  CompletionStage<Map<String, T>> getMany(Collection<String> keys);

  /** As {@link BatchStorage#setMany}. */
  CompletionStage<Void> setMany(Map<String, ? extends T> values);

  /** As {@link BatchStorage#deleteMany}. */
  CompletionStage<Long> deleteMany(Collection<String> keys);

  /** As {@link BatchStorage#batch}. */
  CompletionStage<List<OperationResult>> batch(List<Operation<T>> operations);
}
