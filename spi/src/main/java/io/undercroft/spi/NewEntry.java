package io.undercroft.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is to be written under a key; the backend adds version and times.
 *
 * <p><b>Threads:</b> immutable, if nobody changes the array: it is shared, not copied, and neither
 * side may change it.
 */
public final class NewEntry {
  private final byte[] value;
  private final String contentType;
  private final Optional<Instant> expires;
  private final Map<String, String> metadata;

  /**
   * Takes the parts.
   *
   * @param value the bytes, not copied
   * @param contentType the media type of the bytes: {@code "application/json"}
   * @param expires the deadline, to the millisecond, if there is one
   * @param metadata the user's own texts
   */
  public NewEntry(
      byte[] value, String contentType, Optional<Instant> expires, Map<String, String> metadata) {
    this.value = Objects.requireNonNull(value, "value");
    this.contentType = Objects.requireNonNull(contentType, "contentType");
    this.expires = Objects.requireNonNull(expires, "expires");
    this.metadata = Map.copyOf(metadata);
  }

  /** Returns an entry without a deadline and without metadata. */
  public static NewEntry of(byte[] value, String contentType) {
    return new NewEntry(value, contentType, Optional.empty(), Map.of());
  }

  /** Returns the bytes, shared: not to be changed. */
  public byte[] value() {
    return value;
  }

  /** Returns the media type of the bytes. */
  public String contentType() {
    return contentType;
  }

  /** Returns the deadline, if there is one. */
  public Optional<Instant> expires() {
    return expires;
  }

  /** Returns the user's own texts; immutable. */
  public Map<String, String> metadata() {
    return metadata;
  }
}
