package io.undercroft.plugin.redis;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an entry beside its bytes, as one line that a person can read: version,
 * creation, last write and deadline (milliseconds since 1970, or {@code -}), metadata (as in a web
 * form, or {@code -}) and the content type, with blanks between them.
 */
final class EntryLine {
  static final byte[] NOTHING = {'-'};

  /** The latest deadline that a sorted set of Redis can tell from its neighbours. */
  private static final long LATEST = 1L << 53;

  private static final String JSON = "application/json";
  private static final byte[] JSON_BYTES = Names.bytes(JSON);
  private static final byte[] NO_METADATA_JSON = Names.bytes("- " + JSON);

  private EntryLine() {}

  /** Returns the deadline in milliseconds, or {@link Long#MAX_VALUE} for none. */
  static long deadline(NewEntry entry) {
    Optional<Instant> expires = entry.expires();
    if (expires.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Instant deadline = expires.get();
    if (deadline.getEpochSecond() >= LATEST / 1_000 || deadline.getEpochSecond() < 0) {
      throw StorageException.of(
          ErrorCode.INVALID_VALUE,
          "the deadline "
              + deadline
              + " is out of range; Redis keeps deadlines from 1970 until "
              + Instant.ofEpochMilli(LATEST).truncatedTo(ChronoUnit.DAYS));
    }
    return deadline.toEpochMilli();
  }

  /** Returns the end of the line: metadata and content type. */
  static byte[] rest(NewEntry entry) {
    if (entry.metadata().isEmpty() && entry.contentType().equals(JSON)) {
      return NO_METADATA_JSON;
    }
    StringBuilder out = new StringBuilder();
    new TreeMap<>(entry.metadata())
        .forEach(
            (name, text) ->
                out.append(out.isEmpty() ? "" : "&")
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(text, StandardCharsets.UTF_8)));
    if (out.isEmpty()) {
      out.append('-');
    }
    return Names.bytes(out.append(' ').append(entry.contentType()).toString());
  }

  /** Returns the meta of what was just written. */
  static EntryMeta written(NewEntry entry, String version, long now, @Nullable Long before) {
    long created = before == null ? now : before;
    long deadline = deadline(entry);
    return new EntryMeta(
        version,
        Instant.ofEpochMilli(created),
        Instant.ofEpochMilli(Math.max(now, created)),
        deadline == Long.MAX_VALUE ? Optional.empty() : Optional.of(Instant.ofEpochMilli(deadline)),
        entry.contentType(),
        entry.metadata());
  }

  /** Returns the entry, or {@code null} if one of its parts is not there or it has expired. */
  static @Nullable StoredEntry live(byte @Nullable [] value, byte @Nullable [] line, long now) {
    if (value == null || line == null || !isLive(line, now)) {
      return null;
    }
    return new StoredEntry(value, meta(line));
  }

  /** Returns whether the deadline is still to come. */
  static boolean isLive(byte[] line, long now) {
    int from = end(line, end(line, end(line, 0) + 1) + 1) + 1;
    return line[from] == '-' || number(line, from, end(line, from)) > now;
  }

  static EntryMeta meta(byte[] line) {
    int version = end(line, 0);
    int created = end(line, version + 1);
    int updated = end(line, created + 1);
    int expires = end(line, updated + 1);
    int metadata = end(line, expires + 1);
    return new EntryMeta(
        new String(line, 0, version, StandardCharsets.US_ASCII),
        Instant.ofEpochMilli(number(line, version + 1, created)),
        Instant.ofEpochMilli(number(line, created + 1, updated)),
        line[updated + 1] == '-'
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(number(line, updated + 1, expires))),
        contentType(line, metadata + 1),
        metadata(line, expires + 1, metadata));
  }

  private static String contentType(byte[] line, int from) {
    return Arrays.equals(line, from, line.length, JSON_BYTES, 0, JSON_BYTES.length)
        ? JSON
        : new String(line, from, line.length - from, StandardCharsets.UTF_8);
  }

  private static Map<String, String> metadata(byte[] line, int from, int to) {
    if (to - from == 1 && line[from] == '-') {
      return Map.of();
    }
    Map<String, String> metadata = new LinkedHashMap<>();
    for (String pair :
        new String(line, from, to - from, StandardCharsets.US_ASCII).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw torn();
      }
      metadata.put(
          URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
          URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
    }
    return metadata;
  }

  /** Returns where the blank after this part is. */
  private static int end(byte[] line, int from) {
    for (int i = from; i < line.length; i++) {
      if (line[i] == ' ') {
        return i;
      }
    }
    throw torn();
  }

  private static long number(byte[] line, int from, int to) {
    long number = 0;
    for (int i = from; i < to; i++) {
      int digit = line[i] - '0';
      if (digit < 0 || digit > 9 || number >= LATEST) {
        throw torn();
      }
      number = 10 * number + digit;
    }
    return number;
  }

  private static StorageException torn() {
    return StorageException.of(
        ErrorCode.SERIALIZATION_FAILED,
        "what is stored beside a value is not as this plugin writes it; somebody else has written"
            + " to the keys of this storage: delete the entry, or write it again");
  }
}
