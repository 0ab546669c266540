package io.undercroft.storage.event;

import io.undercroft.storage.StorageException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * One event of a storage.
 *
 * @param type the moment
 * @param storage the storage's name
 * @param key the key; empty for an event that concerns no single key
 * @param value the value read or to be written, where there is one
 * @param timestamp when it was raised
 * @param change the change, for CHANGE
 * @param error the failure, for ERROR
 */
public record StorageEvent<T>(
    EventType type,
    String storage,
    String key,
    Optional<T> value,
    Instant timestamp,
    Optional<Change<T>> change,
    Optional<StorageException> error) {
  /** Checks that nothing is {@code null}. */
  public StorageEvent {
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(change, "change");
    Objects.requireNonNull(error, "error");
  }
}
