package io.undercroft.storage;

import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The methods of {@link Storage}, returning at once; the contract is that of the method of the same
 * name.
 *
 * <p>Every failure, a refused key included, arrives through the stage as a {@link
 * StorageException}. The work runs on the runtime's executor, or on a virtual thread where the JVM
 * has them; dependent stages must not block it. Cancelling a stage does not undo the work.
 */
public interface AsyncStorage<T> {
  /** As {@link Storage#name()}; does not block. */
  String name();

  /** As {@link Storage#get(String)}. */
  CompletionStage<Optional<T>> get(String key);

  /** As {@link Storage#set(String, Object)}. */
  CompletionStage<Void> set(String key, T value);

  /** As {@link Storage#delete(String)}. */
  CompletionStage<Boolean> delete(String key);

  /** As {@link Storage#has(String)}. */
  CompletionStage<Boolean> has(String key);

  /** As {@link Storage#clear()}. */
  CompletionStage<Void> clear();

  /** As {@link Storage#size()}. */
  CompletionStage<Long> size();

  /** As {@link Storage#keys()}; reading the stream may block. */
  CompletionStage<Stream<String>> keys();

  /** As {@link Storage#keys(String)}; reading the stream may block. */
  CompletionStage<Stream<String>> keys(String prefix);

  /** As {@link Storage#values()}; reading the stream may block. */
  CompletionStage<Stream<T>> values();

  /** As {@link Storage#entries()}; reading the stream may block. */
  CompletionStage<Stream<Entry<T>>> entries();

  /** As {@link Storage#entry(String)}. */
  CompletionStage<Optional<Entry<T>>> entry(String key);

  /** As {@link Storage#set(String, Object, SetOptions)}. */
  CompletionStage<Entry<T>> set(String key, T value, SetOptions how);

  /** As {@link Storage#delete(String, String)}. */
  CompletionStage<Boolean> delete(String key, String expectedVersion);

  /** As {@link Storage#update(String, UnaryOperator)}. */
  CompletionStage<Optional<T>> update(String key, UnaryOperator<Optional<T>> change);
}
