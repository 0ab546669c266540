package io.undercroft.runtime.client;

import io.undercroft.spi.Limits;
import io.undercroft.spi.Precondition;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.StorageException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The rules for what stands beside a key: size, deadline, metadata, expected versions. */
final class EntryRules {
  private static final int MAX_VERSION_LENGTH = 128;
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);

  private EntryRules() {}

  static void requireSize(String key, byte[] value, Limits limits) {
    if (value.length > limits.valueBytes()) {
      throw invalid(
          key,
          "its value has "
              + value.length
              + " bytes, and the backend takes at most "
              + limits.valueBytes());
    }
  }

  static void requireMetadata(String key, Map<String, String> metadata, Limits limits) {
    if (metadata.isEmpty()) {
      return;
    }
    long total = 0;
    for (Map.Entry<String, String> text : metadata.entrySet()) {
      long name = Text.utf8Length(text.getKey());
      long length = Text.utf8Length(text.getValue());
      if (name == 0) {
        throw invalid(key, "the name of a metadata text is empty");
      }
      if (name == Text.MALFORMED || length == Text.MALFORMED) {
        throw invalid(
            key,
            "its metadata "
                + StorageException.quote(text.getKey())
                + " contains U+0000 or half of a surrogate pair");
      }
      total += name + length;
    }
    if (total > limits.metadataBytes()) {
      throw invalid(
          key,
          "its metadata has "
              + total
              + " UTF-8 bytes, names and texts together, and the backend takes at most "
              + limits.metadataBytes());
    }
  }

  /**
   * Returns the deadline to write: to the millisecond, and never before the moment after now.
   *
   * @throws StorageException INVALID_VALUE if it has passed or cannot be counted in milliseconds
   */
  static Optional<Instant> deadline(String key, SetOptions how, Instant now) {
    Optional<Instant> asked;
    try {
      asked = how.deadline(now);
    } catch (DateTimeException | ArithmeticException e) {
      throw tooFar(key);
    }
    if (asked.isEmpty()) {
      return asked;
    }
    Instant deadline = asked.get();
    if (!deadline.isAfter(now)) {
      throw invalid(
          key,
          "its deadline "
              + deadline
              + " has passed already, it is "
              + now
              + " by the storage's clock");
    }
    if (deadline.isAfter(LATEST)) {
      throw tooFar(key);
    }
    Instant cut = Instant.ofEpochMilli(deadline.toEpochMilli());
    return Optional.of(cut.isAfter(now) ? cut : cut.plusMillis(1));
  }

  private static StorageException tooFar(String key) {
    return invalid(
        key,
        "its deadline is too far away to be counted in milliseconds; an entry without a deadline"
            + " stays for ever");
  }

  /** Returns whether any backend could have given this version; any other matches no entry. */
  static boolean isVersion(String version) {
    if (version.isEmpty() || version.length() > MAX_VERSION_LENGTH) {
      return false;
    }
    for (int i = 0; i < version.length(); i++) {
      char c = version.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  static Precondition precondition(SetOptions how) {
    if (how.onlyIfAbsent()) {
      return Precondition.ABSENT;
    }
    return how.expectedVersion().map(Precondition::version).orElse(Precondition.NONE);
  }

  /** Says in words what the caller expected of an entry. */
  static String words(Precondition precondition) {
    if (precondition instanceof Precondition.HasVersion expected) {
      return "version " + StorageException.quote(expected.version());
    }
    return precondition instanceof Precondition.Absent ? "no entry" : "nothing";
  }

  /** Says in words what was there. */
  static String words(Optional<String> foundVersion) {
    return foundVersion.map(v -> "version " + StorageException.quote(v)).orElse("no entry");
  }

  private static StorageException invalid(String key, String why) {
    return StorageException.of(
            ErrorCode.INVALID_VALUE,
            "the entry under key " + StorageException.quote(key) + " is not valid: " + why)
        .with("key", key);
  }
}
