package io.undercroft.example.rooms;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.KeySpec;
import java.util.Base64;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * A password that cannot be read back: PBKDF2 with HMAC-SHA-256 and a salt of its own.
 *
 * @param salt 16 random bytes in Base64
 * @param iterations how often the function was applied
 * @param hash 32 bytes in Base64
 */
public record HashedPassword(String salt, int iterations, String hash) {
  /** What OWASP recommends for PBKDF2-HMAC-SHA256 (Password Storage Cheat Sheet, 2023). */
  private static final int ITERATIONS = 600_000;

  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;

  static HashedPassword of(String password, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder();
    return new HashedPassword(
        base64.encodeToString(salt),
        ITERATIONS,
        base64.encodeToString(derive(password, salt, ITERATIONS)));
  }

  boolean matches(String password) {
    Base64.Decoder base64 = Base64.getDecoder();
    return MessageDigest.isEqual(
        base64.decode(hash), derive(password, base64.decode(salt), iterations));
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    KeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
    }
  }
}
