package io.undercroft.layer.encrypt;

import io.undercroft.spi.Secret;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** The keys by their ids; the first is the current one. Never shows one. */
final class KeyRing {
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Set<Integer> LENGTHS = Set.of(16, 24, 32);

  private final Map<String, SecretKey> keys;
  private final String current;

  private KeyRing(Map<String, SecretKey> keys) {
    this.keys = keys;
    this.current = keys.keySet().iterator().next();
  }

  /**
   * Reads {@code ID:BASE64,ID:BASE64 …}.
   *
   * @throws StorageException INVALID_CONFIG, naming ids and numbers only
   */
  static KeyRing parse(Secret text) {
    Map<String, SecretKey> keys = new LinkedHashMap<>();
    int number = 0;
    for (String part : text.reveal().split(",", -1)) {
      number++;
      int colon = part.indexOf(':');
      String id = colon < 0 ? "" : part.substring(0, colon).strip();
      if (!ID.matcher(id).matches()) {
        throw wrong(
            "key number %d has no id; write ID:BASE64, with an id of 1 to 64 of [A-Za-z0-9._-]"
                .formatted(number));
      }
      byte[] bytes = decoded(id, part.substring(colon + 1).strip());
      if (!LENGTHS.contains(bytes.length)) {
        throw wrong("key '%s' has %d bytes; AES takes 16, 24 or 32".formatted(id, bytes.length));
      }
      if (keys.put(id, new SecretKeySpec(bytes, "AES")) != null) {
        throw wrong("there are two keys '%s'; give each an id of its own".formatted(id));
      }
    }
    return new KeyRing(keys);
  }

  private static byte[] decoded(String id, String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      // Its message would show a part of the key.
      throw wrong("key '%s' is not Base64".formatted(id));
    }
  }

  private static StorageException wrong(String what) {
    return StorageException.of(ErrorCode.INVALID_CONFIG, "layer 'encrypt': encrypt.keys: " + what);
  }

  /** Returns the id of the key that encrypts. */
  String current() {
    return current;
  }

  Optional<SecretKey> find(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  /** Returns the ids, the current one first. */
  @Override
  public String toString() {
    return String.join(", ", keys.keySet());
  }
}
