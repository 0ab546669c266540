package io.undercroft.storage.event;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One change of a storage.
 *
 * @param type what happened
 * @param key the key; empty for CLEAR and RESYNC
 * @param oldValue the value before, where known
 * @param newValue the value after, where known; never for DELETE, EXPIRE, CLEAR and RESYNC
 * @param timestamp when it happened, or was noticed
 * @param position where it stands in the sequence of changes, to resume after; for RESYNC, after
 *     everything was read again; empty where the storage cannot resume, and of a RESYNC that
 *     nothing can be resumed from
 */
public record Change<T>(
    ChangeType type,
    String key,
    Optional<T> oldValue,
    Optional<T> newValue,
    Instant timestamp,
    Optional<String> position) {
  /** Checks that nothing is {@code null}. */
  public Change {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(oldValue, "oldValue");
    Objects.requireNonNull(newValue, "newValue");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(position, "position");
  }
}
