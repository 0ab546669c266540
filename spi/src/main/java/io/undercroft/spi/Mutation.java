package io.undercroft.spi;

import java.util.Objects;

/** One write of a commit. */
public sealed interface Mutation {
  /** Returns the key that it writes. */
  String key();

  /** Writes an entry, whatever was there. */
  record Put(String key, NewEntry entry) implements Mutation {
    /** Checks that nothing is {@code null}. */
    public Put {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(entry, "entry");
    }
  }

  /** Removes an entry, if there is one. */
  record Remove(String key) implements Mutation {
    /** Checks that nothing is {@code null}. */
    public Remove {
      Objects.requireNonNull(key, "key");
    }
  }
}
