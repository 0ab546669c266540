package io.undercroft.spi;

import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Many reads or writes in one call, quicker than one by one. Not atomic: a failure may leave some
 * of the writes done, each of them wholly. A key that is named twice counts once. The rest is as in
 * {@link KeyValue}.
 */
public interface Batch extends Facet {
  /** Returns the live entries under these keys. */
  Map<String, StoredEntry> getMany(Collection<String> keys);

  /**
   * As {@link #getMany}, but hands on each entry once it is there, in any order, so that a reader
   * works on the first while the server is still at the others. Worth writing where entries come
   * over a network; as it stands, it waits for all.
   *
   * @param found takes key and entry, in the thread that called; a key may be handed on again, as
   *     what was read later, when a lost connection made the backend begin anew. What it throws
   *     comes through unchanged, and leaves the backend as usable as before
   */
  default void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    getMany(keys).forEach(found);
  }

  /** Writes all entries; returns their new meta by key. */
  Map<String, EntryMeta> putMany(Map<String, NewEntry> entries);

  /** Removes the entries; returns how many live ones there were. */
  long deleteMany(Collection<String> keys);
}
