package io.undercroft.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * Whether a storage's engine gave a sign of life.
 *
 * @param storage the storage's name
 * @param required whether the application must not go on without it, as {@code required} says
 * @param failure why it did not
 */
public record StorageHealth(String storage, boolean required, Optional<StorageException> failure) {
  /** Checks that nothing is {@code null}. */
  public StorageHealth {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(failure, "failure");
  }

  /** Returns whether it did. */
  public boolean isUp() {
    return failure.isEmpty();
  }
}
