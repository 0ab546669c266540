package io.undercroft.it.bank;

import io.undercroft.storage.Operation;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionalStorage;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that run one after the other under one lock, with one planted fault: what a judge
 * must find. Only what tellers and auditors call is there.
 */
final class PlantedTransactions {
  /** What is wrong. */
  enum Fault {
    /** Nothing: the control. */
    NONE,
    /** A commit sets one key after the other. */
    SETS_ONE_BY_ONE,
    /** Going back to a savepoint does nothing. */
    NO_WAY_BACK,
    /** Others write between the reads. */
    READS_AS_THEY_COME
  }

  private final Storage<Account> storage;
  private final Fault fault;
  private final Runnable between;
  private final ReentrantLock lock = new ReentrantLock();

  private PlantedTransactions(Storage<Account> storage, Fault fault, Runnable between) {
    this.storage = storage;
    this.fault = fault;
    this.between = between;
  }

  /**
   * Returns transactions over a storage.
   *
   * @param between what happens between two steps that should be one, on the same thread
   */
  @SuppressWarnings("unchecked") // the interface is generic, its class is not
  static TransactionalStorage<Account> over(
      Storage<Account> storage, Fault fault, Runnable between) {
    PlantedTransactions planted = new PlantedTransactions(storage, fault, between);
    return proxy(
        TransactionalStorage.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "transaction" -> planted.run(arguments[0]);
              case "beginTransaction" -> planted.begin();
              default -> throw new UnsupportedOperationException(method.toString());
            });
  }

  private static <S> S proxy(Class<S> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @SuppressWarnings("unchecked") // as the interface says
  private Object run(Object work) {
    try (Transaction<Account> transaction = begin()) {
      Object result = ((Function<Transaction<Account>, Object>) work).apply(transaction);
      transaction.commit();
      return result;
    }
  }

  @SuppressWarnings("unchecked") // the interface is generic, its class is not
  private Transaction<Account> begin() {
    lock.lock();
    return proxy(Transaction.class, new Work());
  }

  /** One transaction. */
  private final class Work implements InvocationHandler {
    private final Map<String, Map<String, Optional<Account>>> savepoints = new LinkedHashMap<>();
    private Map<String, Optional<Account>> written = new LinkedHashMap<>();

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] given) {
      Object first = given == null ? "" : given[0];
      Object last = given == null ? "" : given[given.length - 1];
      switch (method.getName()) {
        case "get" -> {
          return get((String) first);
        }
        case "set" -> written.put((String) first, Optional.of((Account) last));
        case "delete" -> {
          written.put((String) first, Optional.empty());
          return true;
        }
        case "getMany" -> {
          return getMany((Collection<?>) first);
        }
        case "entries" -> {
          return storage.entries();
        }
        case "savepoint" -> savepoints.put((String) first, new LinkedHashMap<>(written));
        case "rollbackTo" -> rollbackTo((String) first);
        case "commit" -> commit();
        case "close" -> lock.unlock();
        default -> throw new UnsupportedOperationException(method.toString());
      }
      return null;
    }

    private Optional<Account> get(String key) {
      Optional<Account> own = written.get(key);
      if (own != null) {
        return own;
      }
      Optional<Account> found = storage.get(key);
      if (fault == Fault.READS_AS_THEY_COME) {
        between.run();
      }
      return found;
    }

    private Map<String, Account> getMany(Collection<?> keys) {
      Map<String, Account> found = new LinkedHashMap<>();
      keys.forEach(key -> get((String) key).ifPresent(account -> found.put((String) key, account)));
      return found;
    }

    private void rollbackTo(String name) {
      Map<String, Optional<Account>> then = savepoints.get(name);
      if (fault != Fault.NO_WAY_BACK && then != null) {
        written = new LinkedHashMap<>(then);
      }
    }

    private void commit() {
      if (fault != Fault.SETS_ONE_BY_ONE) {
        storage.batched().batch(written.entrySet().stream().map(this::operation).toList());
        return;
      }
      written.forEach(
          (key, account) -> {
            account.ifPresentOrElse(now -> storage.set(key, now), () -> storage.delete(key));
            between.run();
          });
    }

    private Operation<Account> operation(Map.Entry<String, Optional<Account>> write) {
      return write
          .getValue()
          .map(account -> Operation.set(write.getKey(), account))
          .orElseGet(() -> Operation.delete(write.getKey()));
    }
  }
}
