package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Indexes;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import java.util.List;

/** {@link Indexes} through a chain. */
record AroundIndexes(Chain chain, Indexes below) implements Indexes {
  static Indexes over(Chain chain, Indexes below) {
    return below instanceof AroundIndexes inner
        ? new AroundIndexes(chain.then(inner.chain), inner.below)
        : new AroundIndexes(chain, below);
  }

  @Override
  public void create(IndexDefinition index) {
    chain.doing(Kind.CREATE_INDEX, () -> below.create(index));
  }

  @Override
  public boolean drop(String name) {
    return chain.run(Kind.DROP_INDEX, () -> below.drop(name));
  }

  @Override
  public List<IndexInfo> list() {
    return chain.run(Kind.LIST_INDEXES, below::list);
  }
}
