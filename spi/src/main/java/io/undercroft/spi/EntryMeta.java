package io.undercroft.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of an entry beside its bytes.
 *
 * @param version opaque, 1 to 128 printable ASCII characters without blanks; never the same for two
 *     writes of a key, also across deletes
 * @param created when the entry came into being; overwriting keeps it
 * @param updated when it was last written; never before {@code created}, also when the clock goes
 *     back
 * @param expires the moment from which it is not seen any more, to the millisecond
 * @param contentType the media type of the bytes, as it was written: {@code "application/json"}
 * @param metadata the user's own texts; immutable
 */
public record EntryMeta(
    String version,
    Instant created,
    Instant updated,
    Optional<Instant> expires,
    String contentType,
    Map<String, String> metadata) {
  /** Checks that nothing is {@code null} and copies the metadata. */
  public EntryMeta {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(updated, "updated");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(contentType, "contentType");
    metadata = Map.copyOf(metadata);
  }

  /** Returns whether the entry is past its deadline at this moment. */
  public boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
