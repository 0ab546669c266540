package io.undercroft.runtime.client;

import io.undercroft.storage.AsyncStorage;
import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.DistributedStorage;
import io.undercroft.storage.Entry;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.ObservableStorage;
import io.undercroft.storage.QueryableStorage;
import io.undercroft.storage.SetOptions;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageInfo;
import io.undercroft.storage.TransactionalStorage;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** What an application holds: it passes every call on, and stays when what is mounted changes. */
sealed class StorageHandle<T> implements Storage<T>
    permits BatchHandle, ObservableHandle, DistributedHandle {
  private final Operations<T> operations;

  StorageHandle(Operations<T> operations) {
    this.operations = operations;
  }

  final Operations<T> operations() {
    return operations;
  }

  @Override
  public final String name() {
    return operations.name();
  }

  @Override
  public final Optional<T> get(String key) {
    return operations.get(key);
  }

  @Override
  public final void set(String key, T value) {
    operations.set(key, value);
  }

  @Override
  public final boolean delete(String key) {
    return operations.delete(key);
  }

  @Override
  public final boolean has(String key) {
    return operations.has(key);
  }

  @Override
  public final void clear() {
    operations.clear();
  }

  @Override
  public final long size() {
    return operations.size();
  }

  @Override
  public final Stream<String> keys() {
    return operations.keys("");
  }

  @Override
  public final Stream<String> keys(String prefix) {
    return operations.keys(prefix);
  }

  @Override
  public final Stream<T> values() {
    return operations.values();
  }

  @Override
  public final Stream<Entry<T>> entries() {
    return operations.entries();
  }

  @Override
  public final Optional<Entry<T>> entry(String key) {
    return operations.entry(key);
  }

  @Override
  public final Entry<T> set(String key, T value, SetOptions how) {
    return operations.set(key, value, how);
  }

  @Override
  public final boolean delete(String key, String expectedVersion) {
    return operations.delete(key, expectedVersion);
  }

  @Override
  public final Optional<T> update(String key, UnaryOperator<Optional<T>> change) {
    return operations.update(key, change);
  }

  @Override
  public final BatchStorage<T> batched() {
    return operations.batched();
  }

  @Override
  public final QueryableStorage<T> queryable() {
    return operations.queryable();
  }

  @Override
  public final IndexedStorage<T> indexed() {
    return operations.indexed();
  }

  @Override
  public final TransactionalStorage<T> transactional() {
    return operations.transactional();
  }

  @Override
  public final ObservableStorage<T> observable() {
    return operations.observable();
  }

  @Override
  public final DistributedStorage<T> distributed() {
    return operations.distributed();
  }

  @Override
  public final <C> C as(Class<C> own) {
    return operations.as(own);
  }

  @Override
  public final boolean supports(Class<?> capability) {
    return operations.supports(capability);
  }

  @Override
  public final StorageInfo info() {
    return operations.point().info();
  }

  @Override
  public AsyncStorage<T> async() {
    return new AsyncHandle<>(this);
  }

  @Override
  public String toString() {
    return "Storage[" + name() + " of " + operations.valueType().getTypeName() + "]";
  }
}
