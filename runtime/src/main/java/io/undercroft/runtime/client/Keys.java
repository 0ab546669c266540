package io.undercroft.runtime.client;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import org.jspecify.annotations.Nullable;

/** The rules for keys and for prefixes of keys, checked once, before any layer or plugin. */
final class Keys {
  /** The most UTF-8 bytes of a key. */
  static final int MAX_BYTES = 1_024;

  private Keys() {}

  /**
   * Refuses a key that breaks a rule.
   *
   * @throws StorageException INVALID_KEY, not yet tied to a storage
   */
  static void require(@Nullable String key) {
    if (key == null) {
      throw StorageException.of(ErrorCode.INVALID_KEY, "a key is never null; give a text");
    }
    long bytes = Text.utf8Length(key);
    if (bytes <= 0 || bytes > MAX_BYTES) {
      throw refusal(key, bytes);
    }
  }

  /** As {@link #require}, for the beginning of a key, which may be empty. */
  static void requirePrefix(@Nullable String prefix) {
    if (prefix == null || !prefix.isEmpty()) {
      require(prefix);
    }
  }

  private static StorageException refusal(String key, long bytes) {
    if (bytes == 0) {
      return StorageException.invalidKey(key, "a key is never empty");
    }
    if (bytes > MAX_BYTES) {
      return StorageException.invalidKey(
          key, "it has " + bytes + " UTF-8 bytes, and a key has at most 1,024");
    }
    return StorageException.invalidKey(
        key,
        key.indexOf('\0') >= 0
            ? "it contains U+0000, and no key does"
            : "it contains half of a surrogate pair, so it is not well-formed Unicode");
  }
}
