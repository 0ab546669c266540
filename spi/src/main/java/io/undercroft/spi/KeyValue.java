package io.undercroft.spi;

import java.util.Optional;

/**
 * Single-key reads and writes: the facet that every backend has.
 *
 * <p><b>Keys</b> were checked by the runtime: 1 to 1,024 UTF-8 bytes of well-formed Unicode without
 * U+0000. Every such key is told apart from every other and comes back byte for byte. <b>Bytes</b>
 * come back as they were written; only where the content type is {@code application/json} may an
 * equal document come back in another layout (white space, order of members), with every number's
 * value and every text unchanged. <b>Expiry:</b> with the facet {@link Expiry}, an entry whose
 * deadline has passed by {@link PluginContext#clock()} is absent for every method, {@link #size}
 * included; without it, the deadline is only kept and handed out, and the runtime hides what has
 * expired.
 *
 * <p><b>Threads:</b> safe for concurrent use; every write is atomic, and a read sees every write
 * that had returned before it began. <b>Blocking:</b> may block on I/O; interruption surfaces as
 * {@code INTERRUPTED} with the flag set again. <b>Errors:</b> {@link
 * io.undercroft.storage.StorageException}; an outage is never reported as absence; a write whose
 * answer was lost is {@code UNKNOWN_OUTCOME}; a write that failed in any other way has changed
 * nothing. <b>After close:</b> every method throws {@code CLOSED}.
 */
public interface KeyValue extends Facet {
  /** Returns the live entry, or empty. */
  Optional<StoredEntry> get(String key);

  /** Returns whether there is a live entry. */
  default boolean has(String key) {
    return get(key).isPresent();
  }

  /**
   * Returns a look at what lies in memory, where every read is answered from there first and nobody
   * between wants to hear of reads: who wraps another and passes its reads on unchanged may pass
   * this on, too. Asked once, when a storage is opened.
   */
  default Optional<HeldEntries> held() {
    return Optional.empty();
  }

  /**
   * Writes the entry if the precondition holds; what the new entry does not carry is gone, but for
   * the creation time.
   */
  PutResult put(String key, NewEntry entry, Precondition precondition);

  /** Removes the entry if the precondition holds. */
  DeleteResult delete(String key, Precondition precondition);

  /** Removes every entry. Not atomic. */
  void clear();

  /** Returns the number of live entries. */
  long size();

  /**
   * Scans the keys that start with this prefix; the empty prefix means all. An entry that lives
   * through the whole scan is handed out exactly once; no order is promised.
   *
   * @param prefix what the keys start with, as text
   * @param pageSize the most keys in one page, 1 to 10,000; a backend may give fewer
   */
  Cursor<String> keys(String prefix, int pageSize);

  /** As {@link #keys}, with the entries; each is one that was there at some moment of the scan. */
  Cursor<KeyedEntry> scan(String prefix, int pageSize);
}
