package io.undercroft.spi;

import org.jspecify.annotations.Nullable;

/**
 * The entries of one storage that lie in memory, for a look without a step between.
 *
 * <p><b>Threads:</b> safe for concurrent use; never blocks, and nobody who closes the storage waits
 * for who is looking. <b>After close:</b> nothing is found.
 */
public interface HeldEntries {
  /**
   * Returns the live entry, as {@link KeyValue#get} would at this moment; or nothing, which says
   * nothing: {@code get} has to be asked.
   *
   * @param key any text; what is no valid key is not found
   */
  @Nullable StoredEntry find(String key);
}
