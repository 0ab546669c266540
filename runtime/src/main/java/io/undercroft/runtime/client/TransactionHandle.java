package io.undercroft.runtime.client;

import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionState;

/** A transaction as the application uses it. */
final class TransactionHandle<T> extends BatchHandle<T> implements Transaction<T> {
  private final TransactionOperations<T> operations;

  TransactionHandle(TransactionOperations<T> operations) {
    super(operations);
    this.operations = operations;
  }

  @Override
  public String id() {
    return operations.id();
  }

  @Override
  public TransactionState state() {
    return operations.state();
  }

  @Override
  public void commit() {
    operations.commit();
  }

  @Override
  public void rollback() {
    operations.rollback();
  }

  @Override
  public void savepoint(String name) {
    operations.savepoint(name);
  }

  @Override
  public void rollbackTo(String name) {
    operations.rollbackTo(name);
  }

  @Override
  public void close() {
    operations.rollback();
  }

  @Override
  public String toString() {
    return "Transaction[" + id() + " on " + name() + ", " + state() + "]";
  }
}
