package io.undercroft.runtime.query;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Locale;

/**
 * How much one query may hold in memory at a time.
 *
 * @param entries how many entries, documents or groups
 * @param bytes how many bytes they may have together, by their stored size
 */
record Bounds(long entries, long bytes) {
  /** 1,000,000 entries or 256 MiB. */
  static final Bounds DEFAULT = new Bounds(1_000_000, 256L << 20);

  /** Counts what one step of a query holds; refuses when it is too much. */
  final class Held {
    private final String what;
    private final String instead;
    private long entriesHeld;
    private long bytesHeld;

    /**
     * Begins with nothing.
     *
     * @param what the step, as it is named in the message
     * @param instead what to do about it
     */
    Held(String what, String instead) {
      this.what = what;
      this.instead = instead;
    }

    void add(long size) {
      entriesHeld++;
      addBytes(size);
    }

    void addBytes(long size) {
      bytesHeld += size;
      if (entriesHeld > entries || bytesHeld > bytes) {
        throw StorageException.of(
            ErrorCode.INVALID_QUERY,
            String.format(
                Locale.ROOT,
                "%s would hold more than %,d entries or %,d bytes in memory; %s",
                what,
                entries,
                bytes,
                instead));
      }
    }

    void remove(long size) {
      entriesHeld--;
      bytesHeld -= size;
    }
  }
}
