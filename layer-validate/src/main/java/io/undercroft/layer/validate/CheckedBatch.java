package io.undercroft.layer.validate;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;

/** {@link Batch} whose values are all checked before one is written. */
record CheckedBatch(Batch below, Schema schema) implements Batch {
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
    entries.forEach(schema::check);
    return below.putMany(entries);
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return below.deleteMany(keys);
  }
}
