package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Cursor;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.HeldEntries;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import java.util.Optional;

/** {@link KeyValue} through a chain. */
record AroundKeyValue(Chain chain, KeyValue below) implements KeyValue {
  static KeyValue over(Chain chain, KeyValue below) {
    return below instanceof AroundKeyValue inner
        ? new AroundKeyValue(chain.then(inner.chain), inner.below)
        : new AroundKeyValue(chain, below);
  }

  @Override
  public Optional<StoredEntry> get(String key) {
    return chain.run(Kind.GET, key, () -> below.get(key));
  }

  @Override
  public boolean has(String key) {
    return chain.run(Kind.HAS, key, () -> below.has(key));
  }

  @Override
  public Optional<HeldEntries> held() {
    return chain.letsPass() ? below.held() : Optional.empty();
  }

  @Override
  public PutResult put(String key, NewEntry entry, Precondition precondition) {
    return chain.run(Kind.PUT, key, () -> below.put(key, entry, precondition));
  }

  @Override
  public DeleteResult delete(String key, Precondition precondition) {
    return chain.run(Kind.DELETE, key, () -> below.delete(key, precondition));
  }

  @Override
  public void clear() {
    chain.doing(Kind.CLEAR, below::clear);
  }

  @Override
  public long size() {
    return chain.run(Kind.SIZE, below::size);
  }

  @Override
  public Cursor<String> keys(String prefix, int pageSize) {
    return new AroundCursor<>(chain, chain.run(Kind.KEYS, () -> below.keys(prefix, pageSize)));
  }

  @Override
  public Cursor<KeyedEntry> scan(String prefix, int pageSize) {
    return new AroundCursor<>(chain, chain.run(Kind.SCAN, () -> below.scan(prefix, pageSize)));
  }
}
