package io.undercroft.spi;

import java.util.Objects;

/** A stored entry with its key. */
public record KeyedEntry(String key, StoredEntry entry) {
  /** Checks that nothing is {@code null}. */
  public KeyedEntry {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(entry, "entry");
  }
}
