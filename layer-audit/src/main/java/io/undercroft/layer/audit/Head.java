package io.undercroft.layer.audit;

import java.util.Objects;

/**
 * The end of a chain.
 *
 * @param sequence the number of the last record; 0 if there is none
 * @param hash its hash, in hexadecimal
 */
record Head(long sequence, String hash) {
  static final int HASH_LENGTH = 64;

  /** Before the first record. */
  static final Head NONE = new Head(0, "0".repeat(HASH_LENGTH));

  Head {
    Objects.requireNonNull(hash, "hash");
  }
}
