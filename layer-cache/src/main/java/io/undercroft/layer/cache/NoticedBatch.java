package io.undercroft.layer.cache;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/** {@link Batch} whose writes are noticed; reads go straight through. */
record NoticedBatch(Batch below, Writes writes) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return below.getMany(keys);
  }

  @Override
  public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    below.getEach(keys, found);
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    return writes.many(entries.keySet(), () -> below.putMany(entries));
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return writes.many(keys, () -> below.deleteMany(keys));
  }
}
