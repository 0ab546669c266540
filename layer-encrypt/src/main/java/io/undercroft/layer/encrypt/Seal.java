package io.undercroft.layer.encrypt;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Turns entries into sealed ones and back. A sealed value is
 *
 * <pre>
 * 1 byte   the format, 1
 * 1 byte   the length of the id of the key
 * n bytes  the id, ASCII
 * 12 bytes the nonce
 * n bytes  encrypted: 1 byte for the length of the media type, the media type, the value
 * 16 bytes the tag
 * </pre>
 *
 * where the tag also covers everything in front of the nonce and the entry's key.
 *
 * <p><b>Threads:</b> immutable.
 */
final class Seal {
  /** The media type of what is sealed. */
  static final String SEALED = "application/vnd.undercroft.sealed";

  /** By how much a sealed value is longer at most. */
  static final int OVERHEAD = 512;

  private static final String ALGORITHM = "AES/GCM/NoPadding";
  private static final byte FORMAT = 1;
  private static final int NONCE = 12;
  private static final int TAG = 16;
  private static final int MOST_TYPE = 255;

  private final KeyRing ring;
  private final boolean readsPlain;
  private final SecureRandom random = new SecureRandom();
  private final Provider provider;
  private final byte[] header;
  private final SecretKey key;

  Seal(KeyRing ring, boolean readsPlain) {
    this.ring = ring;
    this.readsPlain = readsPlain;
    byte[] id = ring.current().getBytes(StandardCharsets.US_ASCII);
    this.header =
        ByteBuffer.allocate(2 + id.length).put(FORMAT).put((byte) id.length).put(id).array();
    this.key = ring.find(ring.current()).orElseThrow();
    try {
      this.provider = Cipher.getInstance(ALGORITHM).getProvider();
    } catch (GeneralSecurityException e) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED, "layer 'encrypt': this Java has no " + ALGORITHM, e);
    }
  }

  KeyRing ring() {
    return ring;
  }

  NewEntry seal(String name, NewEntry entry) {
    byte[] type = entry.contentType().getBytes(StandardCharsets.UTF_8);
    if (type.length > MOST_TYPE) {
      throw StorageException.of(
              ErrorCode.INVALID_VALUE,
              "the media type of %s has %d bytes; layer 'encrypt' takes %d"
                  .formatted(StorageException.quote(name), type.length, MOST_TYPE))
          .with("key", name);
    }
    byte[] value = entry.value();
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = new byte[header.length + NONCE + 1 + type.length + value.length + TAG];
    System.arraycopy(header, 0, sealed, 0, header.length);
    System.arraycopy(nonce, 0, sealed, header.length, NONCE);
    try {
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce, header, name);
      byte[] front = ByteBuffer.allocate(1 + type.length).put((byte) type.length).put(type).array();
      int at = header.length + NONCE;
      at += cipher.update(front, 0, front.length, sealed, at);
      cipher.doFinal(value, 0, value.length, sealed, at);
    } catch (GeneralSecurityException e) {
      throw failed(name, "cannot be encrypted", e);
    }
    return new NewEntry(sealed, SEALED, entry.expires(), entry.metadata());
  }

  /**
   * Opens an entry.
   *
   * @throws StorageException SERIALIZATION_FAILED if it is not exactly what was sealed for this key
   */
  StoredEntry open(String name, StoredEntry entry) {
    if (!entry.meta().contentType().equals(SEALED)) {
      if (readsPlain) {
        return entry;
      }
      throw failed(
          name,
          "is not encrypted: it was written without layer 'encrypt'; set encrypt.read-plain=true until it is written again");
    }
    byte[] sealed = entry.value();
    int idLength = sealed.length < 2 ? 0 : sealed[1] & 0xFF;
    int start = 2 + idLength;
    if (sealed.length < start + NONCE + 1 + TAG || sealed[0] != FORMAT) {
      throw failed(name, "cannot be decrypted: it is cut, or of a format that is not known here");
    }
    String id = new String(sealed, 2, idLength, StandardCharsets.US_ASCII);
    SecretKey known =
        ring.find(id)
            .orElseThrow(
                () ->
                    failed(
                        name,
                        "was encrypted with key %s, and encrypt.keys has %s; add that key"
                            .formatted(StorageException.quote(id), ring)));
    byte[] front = new byte[start];
    System.arraycopy(sealed, 0, front, 0, start);
    byte[] nonce = new byte[NONCE];
    System.arraycopy(sealed, start, nonce, 0, NONCE);
    byte[] plain;
    try {
      int at = start + NONCE;
      plain =
          cipher(Cipher.DECRYPT_MODE, known, nonce, front, name)
              .doFinal(sealed, at, sealed.length - at);
    } catch (AEADBadTagException e) {
      throw failed(
          name,
          "cannot be decrypted: it was altered, belongs to another entry, or was encrypted with another key that was called %s"
              .formatted(StorageException.quote(id)),
          e);
    } catch (GeneralSecurityException e) {
      throw failed(name, "cannot be decrypted", e);
    }
    int typeLength = plain[0] & 0xFF;
    if (plain.length < 1 + typeLength) {
      throw failed(name, "cannot be decrypted: its media type is cut");
    }
    String type = new String(plain, 1, typeLength, StandardCharsets.UTF_8);
    byte[] value = new byte[plain.length - 1 - typeLength];
    System.arraycopy(plain, 1 + typeLength, value, 0, value.length);
    return new StoredEntry(value, typed(entry.meta(), type));
  }

  /** Returns the meta with the media type as it is above. */
  static EntryMeta typed(EntryMeta meta, String contentType) {
    return new EntryMeta(
        meta.version(),
        meta.created(),
        meta.updated(),
        meta.expires(),
        contentType,
        meta.metadata());
  }

  private Cipher cipher(int mode, SecretKey with, byte[] nonce, byte[] front, String name)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(ALGORITHM, provider);
    cipher.init(mode, with, new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(front);
    cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  private static StorageException failed(String name, String what) {
    return StorageException.of(ErrorCode.SERIALIZATION_FAILED, message(name, what))
        .with("key", name);
  }

  private static StorageException failed(String name, String what, Throwable cause) {
    return StorageException.of(ErrorCode.SERIALIZATION_FAILED, message(name, what), cause)
        .with("key", name);
  }

  private static String message(String name, String what) {
    return "the value of " + StorageException.quote(name) + " " + what;
  }

  Map<String, String> details() {
    return Map.of("key", ring.current(), "algorithm", ALGORITHM);
  }
}
