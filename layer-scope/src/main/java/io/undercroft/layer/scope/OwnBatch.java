package io.undercroft.layer.scope;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;

/** {@link Batch} on the keys of one tenant. */
record OwnBatch(Batch below, Prefix prefix) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return prefix.above(below.getMany(prefix.below(keys)));
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    return prefix.above(below.putMany(prefix.below(entries)));
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return below.deleteMany(prefix.below(keys));
  }
}
