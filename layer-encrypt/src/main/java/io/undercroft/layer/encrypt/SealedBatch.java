package io.undercroft.layer.encrypt;

import io.undercroft.spi.Batch;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@link Batch} whose values are sealed below. */
record SealedBatch(Batch below, Seal seal) implements Batch {
  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    Map<String, StoredEntry> opened = new LinkedHashMap<>();
    below.getMany(keys).forEach((key, entry) -> opened.put(key, seal.open(key, entry)));
    return opened;
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    Map<String, NewEntry> sealed = new LinkedHashMap<>();
    entries.forEach((key, entry) -> sealed.put(key, seal.seal(key, entry)));
    Map<String, EntryMeta> typed = new LinkedHashMap<>();
    below
        .putMany(sealed)
        .forEach(
            (key, meta) -> {
              NewEntry entry = entries.get(key);
              typed.put(key, entry == null ? meta : Seal.typed(meta, entry.contentType()));
            });
    return typed;
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return below.deleteMany(keys);
  }
}
