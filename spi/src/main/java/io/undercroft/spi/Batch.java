package io.undercroft.spi;

import java.util.Collection;
import java.util.Map;

/**
 * Many reads or writes in one call, quicker than one by one. Not atomic: a failure may leave some
 * of the writes done, each of them wholly. The rest is as in {@link KeyValue}.
 */
public interface Batch extends Facet {
  /** Returns the live entries under these keys. */
  Map<String, StoredEntry> getMany(Collection<String> keys);

  /** Writes all entries; returns their new meta by key. */
  Map<String, EntryMeta> putMany(Map<String, NewEntry> entries);

  /** Removes the entries; returns how many live ones there were. */
  long deleteMany(Collection<String> keys);
}
