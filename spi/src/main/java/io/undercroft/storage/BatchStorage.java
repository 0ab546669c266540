package io.undercroft.storage;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A storage that reads and writes many entries in one call. */
public interface BatchStorage<T> extends Storage<T> {
  /**
   * Returns the live values under these keys, in the order of the keys; a key without a live entry
   * is not in the result.
   */
  Map<String, T> getMany(Collection<String> keys);

  /**
   * Writes all values. Not atomic: after a failure some may have been written, and the exception's
   * details say how many are known to be when the backend can tell.
   */
  void setMany(Map<String, ? extends T> values);

  /** Removes the entries under these keys; returns how many live ones there were. Not atomic. */
  long deleteMany(Collection<String> keys);

  /**
   * Applies all operations as one step, in order, or none of them.
   *
   * @return one result per operation, in the same order
   * @throws StorageException VERSION_CONFLICT if a condition does not hold; UNSUPPORTED if the
   *     backend cannot write several keys atomically; INVALID_QUERY if two operations name the same
   *     key
   */
  List<OperationResult> batch(List<Operation<T>> operations);

  @Override
  AsyncBatchStorage<T> async();
}
