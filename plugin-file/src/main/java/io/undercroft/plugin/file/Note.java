package io.undercroft.plugin.file;

import io.undercroft.spi.EntryMeta;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What is known of one write beyond its bytes.
 *
 * @param version the version that it made
 * @param modified the time of modification that its file has, in nanoseconds since 1970
 * @param size the size of its file
 * @param created when the entry came into being, to the millisecond
 * @param updated when it was written, to the millisecond
 * @param expires the deadline, to the millisecond
 * @param contentType the content type, where the file's extension does not say it
 * @param metadata the user's own texts
 */
record Note(
    String version,
    long modified,
    long size,
    Instant created,
    Instant updated,
    Optional<Instant> expires,
    Optional<String> contentType,
    Map<String, String> metadata) {
  Note {
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(updated, "updated");
    Objects.requireNonNull(expires, "expires");
    Objects.requireNonNull(contentType, "contentType");
    metadata = Map.copyOf(metadata);
  }

  /** Returns what a file tells by itself. */
  static Note of(ValueFile file) {
    Instant updated = Stamps.millis(file.modified());
    return new Note(
        Version.of(file.modified(), file.size()),
        file.modified(),
        file.size(),
        updated,
        updated,
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** Returns whether this is the write that made the file what it is. */
  boolean isOf(ValueFile file) {
    return modified == file.modified() && size == file.size();
  }

  /** Returns what is known of a file that somebody edited after this write. */
  Note editedAs(ValueFile file) {
    Note plain = of(file);
    return new Note(
        plain.version(),
        plain.modified(),
        plain.size(),
        created,
        plain.updated(),
        expires,
        contentType,
        metadata);
  }

  /** Returns whether the next write may leave the metadata as they are, if it adds none. */
  boolean isBare() {
    return expires.isEmpty() && contentType.isEmpty() && metadata.isEmpty();
  }

  boolean isExpired(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }

  /** Returns this as the entry's meta; the type says what the extension means. */
  EntryMeta meta(ContentTypes.Type type) {
    return new EntryMeta(
        version, created, updated, expires, contentType.orElse(type.contentType()), metadata);
  }
}
