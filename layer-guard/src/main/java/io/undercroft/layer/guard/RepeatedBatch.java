package io.undercroft.layer.guard;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;

/** {@link Batch} whose reads are repeated; its writes may have been done in part. */
record RepeatedBatch(Batch below, Repeating repeating) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return repeating.passing(() -> below.getMany(keys));
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
