package io.undercroft.runtime.client;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionState;
import io.undercroft.storage.event.EventType;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * The operations inside one transaction: on the facets that the engine gave for it, on the mount on
 * which it began, and no other.
 *
 * <p>{@code before} handlers are asked as ever; {@code after} handlers are not told, because what a
 * transaction did may yet be undone. CHANGE tells them.
 */
final class TransactionOperations<T> extends Operations<T> {
  private final Bound<T> inside;
  private final Transactions.Handle engine;
  private final boolean readOnly;
  private final TransactionHandle<T> transaction;
  private volatile TransactionState state = TransactionState.ACTIVE;

  TransactionOperations(
      MountPoint point,
      Type valueType,
      Bound<T> outside,
      Transactions.Handle engine,
      boolean readOnly) {
    super(point, valueType);
    this.inside = new Bound<>(outside.mounted, engine.facets(), outside.codec, outside.shared);
    this.engine = engine;
    this.readOnly = readOnly;
    this.transaction = new TransactionHandle<>(this);
  }

  TransactionHandle<T> transaction() {
    return transaction;
  }

  @Override
  StorageHandle<T> storage() {
    return transaction;
  }

  @Override
  BatchHandle<T> batched() {
    require(Capability.BATCH);
    return transaction;
  }

  @Override
  Bound<T> enter() {
    requireActive();
    if (inside.gate.enter()) {
      return inside;
    }
    throw failed("", point().closedNow());
  }

  @Override
  Bound<T> enterToWrite() {
    if (readOnly) {
      throw failed(
          "",
          StorageException.of(
              ErrorCode.UNSUPPORTED,
              "the transaction was begun for reading only; begin one without readOnly to write"));
    }
    return enter();
  }

  @Override
  void after(Hooks.Snapshot hooks, EventType type, String key, @Nullable T value) {}

  String id() {
    return engine.id();
  }

  TransactionState state() {
    return state;
  }

  void commit() {
    Bound<T> current = enter();
    try (engine) {
      state = TransactionState.ABORTED; // whatever is thrown below, it has not been committed
      engine.commit();
      state = TransactionState.COMMITTED;
    } catch (RuntimeException e) {
      throw failed("", e);
    } finally {
      current.gate.exit();
    }
  }

  void rollback() {
    if (state != TransactionState.ACTIVE) {
      return;
    }
    state = TransactionState.ABORTED;
    try (engine) {
      engine.rollback();
    } catch (RuntimeException e) {
      throw failed("", e);
    }
  }

  void savepoint(String name) {
    inside(
        current -> {
          engine.savepoint(name);
          return true;
        });
  }

  void rollbackTo(String name) {
    inside(
        current -> {
          engine.rollbackTo(name);
          return true;
        });
  }

  private void requireActive() {
    if (state != TransactionState.ACTIVE) {
      throw failed(
          "",
          StorageException.of(
              ErrorCode.TRANSACTION_ABORTED,
              "transaction "
                  + engine.id()
                  + " is over: "
                  + (state == TransactionState.COMMITTED ? "committed" : "rolled back")
                  + "; begin another one"));
    }
  }
}
