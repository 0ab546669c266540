package io.undercroft.layer.tier;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Batch} over the tiers. */
record TieredBatch(Batch hot, TieredKeyValue single) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> found = new LinkedHashMap<>();
    hot.getMany(keys)
        .forEach(
            (key, entry) -> {
              single.usage().read(key);
              if (Stub.isMoved(entry.meta())) {
                single
                    .whole(key, entry, single.promote())
                    .ifPresent(whole -> found.put(key, whole));
              } else {
                found.put(key, entry);
              }
            });
    return found;
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    entries.values().forEach(Stub::requireForeign);
    return hot.putMany(entries);
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    Map<String, StoredEntry> before = hot.getMany(keys);
    long deleted = hot.deleteMany(keys);
    if (single.drops()) {
      before.forEach(
          (key, entry) -> Stub.of(entry.meta()).ifPresent(stub -> single.colder().drop(key, stub)));
    }
    return deleted;
  }
}
