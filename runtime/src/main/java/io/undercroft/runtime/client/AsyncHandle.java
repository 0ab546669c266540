package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.Caller;
import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The asynchronous view: every call of the blocking handle on the executor, and every outcome
 * through the stage.
 */
sealed class AsyncHandle<T> implements AsyncStorage<T> permits AsyncBatchHandle {
  private final StorageHandle<T> storage;

  AsyncHandle(StorageHandle<T> storage) {
    this.storage = storage;
  }

  final <R> CompletionStage<R> supply(Supplier<R> work) {
    CompletableFuture<R> result = new CompletableFuture<>();
    Surroundings surroundings = storage.operations().point().surroundings();
    Optional<String> caller = surroundings.caller().get();
    Executor context = surroundings.context().get();
    try {
      surroundings
          .async()
          .execute(() -> within(context, result, () -> complete(result, work, caller)));
    } catch (RejectedExecutionException e) {
      result.completeExceptionally(
          StorageException.of(ErrorCode.CLOSED, "the executor takes no more work", e).in(name()));
    }
    return result;
  }

  /** Where the context of the caller is no more, there is nobody to work for. */
  private void within(Executor context, CompletableFuture<?> result, Runnable work) {
    try {
      context.execute(work);
    } catch (RuntimeException e) {
      result.completeExceptionally(
          StorageException.of(ErrorCode.CLOSED, "the context of the caller has ended", e)
              .in(name()));
    }
  }

  /** Works for the caller who asked for it, not for the thread that happens to do it. */
  @SuppressWarnings("try") // a scope is open, that is all
  private static <R> void complete(
      CompletableFuture<R> result, Supplier<R> work, Optional<String> caller) {
    R value;
    try (Caller.@Nullable Scope as = caller.map(Caller::as).orElse(null)) {
      value = work.get();
    } catch (Throwable t) {
      // the stage is the only one who listens: an error that is not handed over here is lost
      result.completeExceptionally(t);
      return;
    }
    result.complete(value);
  }

  @SuppressWarnings("NullAway") // null is the only value of a CompletionStage<Void>
  final CompletionStage<Void> run(Runnable work) {
    return supply(
        () -> {
          work.run();
          return null;
        });
  }

  @Override
  public final String name() {
    return storage.name();
  }

  @Override
  public final CompletionStage<Optional<T>> get(String key) {
    return supply(() -> storage.get(key));
  }

  @Override
  public final CompletionStage<Void> set(String key, T value) {
    return run(() -> storage.set(key, value));
  }

  @Override
  public final CompletionStage<Boolean> delete(String key) {
    return supply(() -> storage.delete(key));
  }

  @Override
  public final CompletionStage<Boolean> has(String key) {
    return supply(() -> storage.has(key));
  }

  @Override
  public final CompletionStage<Void> clear() {
    return run(storage::clear);
  }

  @Override
  public final CompletionStage<Long> size() {
    return supply(storage::size);
  }

  @Override
  public final CompletionStage<Stream<String>> keys() {
    return supply(storage::keys);
  }

  @Override
  public final CompletionStage<Stream<String>> keys(String prefix) {
    return supply(() -> storage.keys(prefix));
  }

  @Override
  public final CompletionStage<Stream<T>> values() {
    return supply(storage::values);
  }

  @Override
  public final CompletionStage<Stream<Entry<T>>> entries() {
    return supply(storage::entries);
  }

  @Override
  public final CompletionStage<Optional<Entry<T>>> entry(String key) {
    return supply(() -> storage.entry(key));
  }

  @Override
  public final CompletionStage<Entry<T>> set(String key, T value, SetOptions how) {
    return supply(() -> storage.set(key, value, how));
  }

  @Override
  public final CompletionStage<Boolean> delete(String key, String expectedVersion) {
    return supply(() -> storage.delete(key, expectedVersion));
  }

  @Override
  public final CompletionStage<Optional<T>> update(String key, UnaryOperator<Optional<T>> change) {
    return supply(() -> storage.update(key, change));
  }

  @Override
  public String toString() {
    return "Async" + storage;
  }
}
