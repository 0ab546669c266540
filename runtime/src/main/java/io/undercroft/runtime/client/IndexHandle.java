package io.undercroft.runtime.client;

import io.undercroft.spi.Indexes;
import io.undercroft.storage.AsyncIndexedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.query.Explanation;
import io.undercroft.storage.query.IndexDefinition;
import io.undercroft.storage.query.IndexInfo;
import io.undercroft.storage.query.Query;
import java.util.List;

/** A handle with indexes. */
final class IndexHandle<T> extends QueryHandle<T> implements IndexedStorage<T> {
  IndexHandle(Operations<T> operations) {
    super(operations);
  }

  @Override
  public void createIndex(IndexDefinition index) {
    operations()
        .writing(
            "",
            current -> {
              indexes(current).create(index);
              return true;
            });
  }

  @Override
  public boolean dropIndex(String name) {
    return operations().writing("", current -> indexes(current).drop(name));
  }

  @Override
  public List<IndexInfo> listIndexes() {
    return operations().inside(current -> indexes(current).list());
  }

  @Override
  public Explanation explain(Query query) {
    return operations().inside(current -> queries(current).explain(query));
  }

  private Indexes indexes(Bound<T> current) {
    return operations().facet(current, Indexes.class, Capability.INDEX);
  }

  @Override
  public AsyncIndexedStorage<T> async() {
    return new AsyncIndexHandle<>(this);
  }
}
