package io.undercroft.storage;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One live entry of a storage as it was at one moment.
 *
 * @param key the key
 * @param value the value
 * @param version opaque; changes with every write of the key, also when the same value is written
 *     again or the entry was deleted in between
 * @param createdAt when the entry came into being; kept by overwriting, lost by deleting
 * @param updatedAt when the entry was last written; never before {@code createdAt}
 * @param expiresAt the moment from which the entry is not seen any more, if it has a deadline
 * @param metadata the user's own short texts by name; immutable, possibly empty
 */
public record Entry<T>(
    String key,
    T value,
    String version,
    Instant createdAt,
    Instant updatedAt,
    Optional<Instant> expiresAt,
    Map<String, String> metadata) {
  /** Checks that nothing is {@code null} and copies the metadata. */
  public Entry {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(createdAt, "createdAt");
    Objects.requireNonNull(updatedAt, "updatedAt");
    Objects.requireNonNull(expiresAt, "expiresAt");
    metadata = Map.copyOf(metadata);
  }
}
