package io.undercroft.plugin.jdbc;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One entry as it is written: exactly one of document and bytes is there.
 *
 * <p><b>Threads:</b> immutable, as its entry is.
 */
final class Row {
  private static final String JSON = "application/json";
  private static final byte[] NOTHING = {};

  final String key;
  final byte[] value;
  final boolean isDocument;
  final String contentType;
  final String version;
  final long revision;
  final long createdMicros;
  final long updatedMicros;
  final @Nullable Long expiresMillis;
  final Map<String, String> metadata;

  private Row(
      String key,
      byte[] value,
      boolean isDocument,
      String contentType,
      String version,
      long revision,
      long createdMicros,
      long updatedMicros,
      @Nullable Long expiresMillis,
      Map<String, String> metadata) {
    this.key = key;
    this.value = value;
    this.isDocument = isDocument;
    this.contentType = contentType;
    this.version = version;
    this.revision = revision;
    this.createdMicros = createdMicros;
    this.updatedMicros = updatedMicros;
    this.expiresMillis = expiresMillis;
    this.metadata = metadata;
  }

  /** Returns the row of a new entry. */
  static Row of(String key, NewEntry entry, String version, Instant now, Dialect dialect) {
    byte[] value = entry.value();
    long micros = Moment.micros(now);
    return new Row(
        key,
        value,
        entry.contentType().equals(JSON) && dialect.sees(value),
        entry.contentType(),
        version,
        1,
        micros,
        micros,
        entry.expires().map(Instant::toEpochMilli).orElse(null),
        entry.metadata());
  }

  /**
   * Returns a row that nobody sees: it has always been past its deadline. While it is not
   * committed, nobody else can write under its key.
   */
  static Row placeholder(String key, String version) {
    return new Row(key, NOTHING, false, "", version, 0, 0, 0, 0L, Map.of());
  }

  /** Returns this row as the successor of what is there. */
  Row after(Head there, long nowMillis) {
    if (!there.isLive(nowMillis)) {
      return this;
    }
    return new Row(
        key,
        value,
        isDocument,
        contentType,
        version,
        there.revision() + 1,
        there.createdMicros(),
        Math.max(there.createdMicros(), updatedMicros),
        expiresMillis,
        metadata);
  }

  /** Returns the meta of this row. */
  EntryMeta meta() {
    return meta(createdMicros, updatedMicros);
  }

  /** Returns the meta of this row with the times that the engine gave it. */
  EntryMeta meta(long created, long updated) {
    return new EntryMeta(
        version,
        Moment.ofMicros(created),
        Moment.ofMicros(updated),
        expiresMillis == null ? Optional.empty() : Optional.of(Instant.ofEpochMilli(expiresMillis)),
        contentType,
        metadata);
  }
}
