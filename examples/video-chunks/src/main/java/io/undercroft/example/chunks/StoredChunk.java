package io.undercroft.example.chunks;

import java.util.List;

/**
 * What became of one chunk of many.
 *
 * @param id the chunk's id
 * @param problems why it was not stored; empty if it was
 */
public record StoredChunk(String id, List<String> problems) {
  /** Copies the list. */
  public StoredChunk {
    problems = List.copyOf(problems);
  }

  /** Returns whether it is in the store now. */
  public boolean isStored() {
    return problems.isEmpty();
  }
}
