package io.undercroft.spi;

import java.util.Objects;
import java.util.Optional;

/** What became of a write. */
public sealed interface PutResult {
  /**
   * It was written.
   *
   * @param meta the entry's new meta
   * @param created whether there was no live entry before
   */
  record Written(EntryMeta meta, boolean created) implements PutResult {
    /** Checks that nothing is {@code null}. */
    public Written {
      Objects.requireNonNull(meta, "meta");
    }
  }

  /**
   * The precondition does not hold; nothing was changed.
   *
   * @param foundVersion the version that is there; empty if there is no live entry
   */
  record Conflict(Optional<String> foundVersion) implements PutResult {
    /** Checks that nothing is {@code null}. */
    public Conflict {
      Objects.requireNonNull(foundVersion, "foundVersion");
    }
  }
}
