package io.undercroft.plugin.file;

import io.undercroft.storage.StorageException;

/** One failure that several callers share: each gets its own exception. */
final class Failures {
  private Failures() {}

  /** Returns the same failure for another thread. */
  static RuntimeException again(RuntimeException failure) {
    return failure instanceof StorageException known
        ? StorageException.of(known.code(), known.reason(), known)
        : new IllegalStateException(failure);
  }
}
