package io.undercroft.layer.scope;

import io.undercroft.storage.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * What stands in front of the keys of one tenant. As no name contains the separator, no prefix is
 * the beginning of another.
 *
 * @param text the tenant's name and the separator
 * @param bytes its length in UTF-8
 * @param most the bytes that a key may have below
 */
record Prefix(String text, int bytes, int most) {
  static final char SEPARATOR = '/';
  static final int MOST_BYTES = 256;

  /** What every plugin takes, and the runtime has checked for keys without a prefix. */
  private static final int KEY_BYTES = 1_024;

  /** The most bytes of UTF-8 for one {@code char}. */
  private static final int BYTES_PER_CHAR = 3;

  static Prefix of(String tenant) {
    String text = tenant + SEPARATOR;
    return new Prefix(text, text.getBytes(StandardCharsets.UTF_8).length, KEY_BYTES);
  }

  /**
   * Returns the key as it is below.
   *
   * @throws StorageException INVALID_KEY if it is too long with the prefix
   */
  String below(String key) {
    if (key.length() * BYTES_PER_CHAR + bytes > most) {
      int length = key.getBytes(StandardCharsets.UTF_8).length;
      if (length + bytes > most) {
        throw StorageException.invalidKey(
            key,
            "it has %d bytes, and with the prefix %s of layer 'prefix' there is room for %d"
                .formatted(length, StorageException.quote(text), most - bytes));
      }
    }
    return text + key;
  }

  /** Returns a key from below as it is above. */
  String above(String key) {
    return key.substring(text.length());
  }

  boolean owns(String key) {
    return key.startsWith(text);
  }

  Set<String> below(Collection<String> keys) {
    Set<String> prefixed = new LinkedHashSet<>();
    keys.forEach(key -> prefixed.add(below(key)));
    return prefixed;
  }

  <V> Map<String, V> below(Map<String, V> byKey) {
    Map<String, V> prefixed = new LinkedHashMap<>();
    byKey.forEach((key, value) -> prefixed.put(below(key), value));
    return prefixed;
  }

  <V> Map<String, V> above(Map<String, V> byKey) {
    Map<String, V> own = new LinkedHashMap<>();
    byKey.forEach((key, value) -> own.put(above(key), value));
    return own;
  }
}
