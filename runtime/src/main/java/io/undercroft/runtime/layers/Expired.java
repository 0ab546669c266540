package io.undercroft.runtime.layers;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;

/** What becomes of an entry that is past its deadline but still stored. */
interface Expired {
  /**
   * Inside a transaction: a read leaves it alone, a write removes it as part of the transaction.
   */
  Expired IN_TRANSACTION =
      new Expired() {
        @Override
        public void noticed(KeyValue raw, String key, StoredEntry entry) {}

        @Override
        public void remove(KeyValue raw, String key, StoredEntry entry) {
          raw.delete(key, Precondition.version(entry.meta().version()));
        }
      };

  /** A read met it; it may be removed at leisure. Does not block. */
  void noticed(KeyValue raw, String key, StoredEntry entry);

  /** A write is about to take its place: removes it now, unless it is another one already. */
  void remove(KeyValue raw, String key, StoredEntry entry);
}
