package io.undercroft.storage.query;

import java.util.Objects;

/**
 * An index with its figures.
 *
 * @param definition what it covers
 * @param building whether it is still being built
 * @param entries how many entries it holds
 * @param bytes how large it is, or -1 where that is not known
 * @param hits how many queries used it since the storage was opened
 * @param misses how many queries looked at it and chose otherwise
 */
public record IndexInfo(
    IndexDefinition definition,
    boolean building,
    long entries,
    long bytes,
    long hits,
    long misses) {
  /** Checks that nothing is {@code null}. */
  public IndexInfo {
    Objects.requireNonNull(definition, "definition");
  }
}
