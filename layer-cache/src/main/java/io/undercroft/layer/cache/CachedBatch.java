package io.undercroft.layer.cache;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;

/** {@link Batch} that answers from what is near. */
record CachedBatch(NearEntries near, NoticedBatch below) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return near.getMany(keys, below::getMany);
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    return below.putMany(entries);
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return below.deleteMany(keys);
  }
}
