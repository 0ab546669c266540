package io.undercroft.storage;

import java.util.Objects;
import java.util.Optional;

/**
 * What one operation of a batch did.
 *
 * @param key the operation's key
 * @param version the version that is there now; empty after a delete and for a check of absence
 * @param existed whether a live entry was there before
 */
public record OperationResult(String key, Optional<String> version, boolean existed) {
  /** Checks that nothing is {@code null}. */
  public OperationResult {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(version, "version");
  }
}
