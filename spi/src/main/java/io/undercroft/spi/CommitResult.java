package io.undercroft.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What became of a commit. */
public sealed interface CommitResult {
  /**
   * Everything was written.
   *
   * @param results one for each mutation, in order
   */
  record Committed(List<Applied> results) implements CommitResult {
    /** Copies the list. */
    public Committed {
      results = List.copyOf(results);
    }
  }

  /**
   * A check does not hold; nothing was changed.
   *
   * @param key the first key whose check does not hold
   * @param foundVersion the version that is there; empty if there is no live entry
   */
  record Conflict(String key, Optional<String> foundVersion) implements CommitResult {
    /** Checks that nothing is {@code null}. */
    public Conflict {
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(foundVersion, "foundVersion");
    }
  }

  /**
   * What one mutation did.
   *
   * @param meta the new meta; empty for a removal
   * @param existed whether there was a live entry before
   */
  record Applied(Optional<EntryMeta> meta, boolean existed) {
    /** Checks that nothing is {@code null}. */
    public Applied {
      Objects.requireNonNull(meta, "meta");
    }
  }
}
