package io.undercroft.runtime.cdi;

import io.undercroft.runtime.client.Capability;
import io.undercroft.storage.AsyncBatchStorage;
import io.undercroft.storage.AsyncIndexedStorage;
import io.undercroft.storage.AsyncQueryableStorage;
import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TransactionalStorage;
import java.util.Arrays;
import java.util.Optional;

/** The interfaces of ours that can be injected, and how each is made from a {@link Storage}. */
enum Handle {
  STORAGE(Storage.class, Capability.STORAGE),
  BATCH(BatchStorage.class, Capability.BATCH),
  QUERY(QueryableStorage.class, Capability.QUERY),
  INDEX(IndexedStorage.class, Capability.INDEX),
  TRANSACTION(TransactionalStorage.class, Capability.TRANSACTION),
  OBSERVE(ObservableStorage.class, Capability.OBSERVE),
  DISTRIBUTE(DistributedStorage.class, Capability.DISTRIBUTE),
  ASYNC(AsyncStorage.class, Capability.STORAGE),
  ASYNC_BATCH(AsyncBatchStorage.class, Capability.BATCH),
  ASYNC_QUERY(AsyncQueryableStorage.class, Capability.QUERY),
  ASYNC_INDEX(AsyncIndexedStorage.class, Capability.INDEX);

  private final Class<?> type;
  private final Capability needs;

  Handle(Class<?> type, Capability needs) {
    this.type = type;
    this.needs = needs;
  }

  /** Returns the interface. */
  Class<?> type() {
    return type;
  }

  /** Returns what the storage must offer. */
  Capability needs() {
    return needs;
  }

  /** Returns the storage under this interface. */
  Object of(Storage<Object> storage) {
    return switch (this) {
      case STORAGE -> storage;
      case BATCH -> storage.batched();
      case QUERY -> storage.queryable();
      case INDEX -> storage.indexed();
      case TRANSACTION -> storage.transactional();
      case OBSERVE -> storage.observable();
      case DISTRIBUTE -> storage.distributed();
      case ASYNC -> storage.async();
      case ASYNC_BATCH -> storage.batched().async();
      case ASYNC_QUERY -> storage.queryable().async();
      case ASYNC_INDEX -> storage.indexed().async();
    };
  }

  /** Returns the handle whose interface has this name, if there is one. */
  static Optional<Handle> named(String className) {
    return Arrays.stream(values())
        .filter(handle -> handle.type.getName().equals(className))
        .findFirst();
  }
}
