package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;

/** {@link Batch} through a chain. */
record AroundBatch(Chain chain, Batch below) implements Batch {
  static Batch over(Chain chain, Batch below) {
    return below instanceof AroundBatch inner
        ? new AroundBatch(chain.then(inner.chain), inner.below)
        : new AroundBatch(chain, below);
  }

  @Override
  public Map<String, StoredEntry> getMany(Collection<String> keys) {
    return chain.run(Kind.GET_MANY, keys, () -> below.getMany(keys));
  }

  @Override
  public Map<String, EntryMeta> putMany(Map<String, NewEntry> entries) {
    return chain.run(Kind.PUT_MANY, entries.keySet(), () -> below.putMany(entries));
  }

  @Override
  public long deleteMany(Collection<String> keys) {
    return chain.run(Kind.DELETE_MANY, keys, () -> below.deleteMany(keys));
  }
}
