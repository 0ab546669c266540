package io.undercroft.layer.cache;

import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * One reading of one key from below, by one thread, for all who ask meanwhile.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Load {
  private final long stamp;
  private final CompletableFuture<Optional<StoredEntry>> answer = new CompletableFuture<>();

  /**
   * Makes one that has not begun.
   *
   * @param stamp of the key's stripe, from before the reading
   */
  Load(long stamp) {
    this.stamp = stamp;
  }

  long stamp() {
    return stamp;
  }

  void complete(Optional<StoredEntry> found) {
    answer.complete(found);
  }

  void fail(Throwable why) {
    answer.completeExceptionally(why);
  }

  /**
   * Waits for it; returns empty if its thread gave up for a reason of its own, so that one should
   * read oneself.
   *
   * @throws StorageException what the reading failed with; or INTERRUPTED
   */
  Optional<Optional<StoredEntry>> await(String key) {
    try {
      return Optional.of(answer.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED,
          "interrupted while another thread read " + StorageException.quote(key),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageException failed
          && failed.code() != ErrorCode.INTERRUPTED) {
        throw again(failed);
      }
      return Optional.empty();
    }
  }

  /** Returns the failure as one of this thread's own. */
  private static StorageException again(StorageException failed) {
    StorageException own = StorageException.of(failed.code(), failed.reason(), failed);
    for (Map.Entry<String, String> detail : failed.details().entrySet()) {
      own = own.with(detail.getKey(), detail.getValue());
    }
    return failed.storage().map(own::in).orElse(own);
  }
}
