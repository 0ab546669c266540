package io.undercroft.runtime.layers;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

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
  public void getEach(Collection<String> keys, BiConsumer<String, StoredEntry> found) {
    if (!chain.letsPass()) {
      Batch.super.getEach(keys, found);
      return;
    }
    Taker taker = new Taker(found);
    try {
      chain.run(
          Kind.GET_MANY,
          keys,
          () -> {
            below.getEach(keys, taker);
            return Map.of();
          });
    } catch (RuntimeException e) {
      throw taker.failure == null ? e : taker.failure;
    }
  }

  /** Tells the failures of who takes the entries from those of who reads them. */
  private static final class Taker implements BiConsumer<String, StoredEntry> {
    private final BiConsumer<String, StoredEntry> found;
    private @Nullable RuntimeException failure;

    Taker(BiConsumer<String, StoredEntry> found) {
      this.found = found;
    }

    @Override
    public void accept(String key, StoredEntry entry) {
      try {
        found.accept(key, entry);
      } catch (RuntimeException e) {
        failure = e;
        throw e;
      }
    }
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
