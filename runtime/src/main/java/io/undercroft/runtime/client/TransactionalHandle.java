package io.undercroft.runtime.client;

import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** A handle with transactions. */
final class TransactionalHandle<T> extends BatchHandle<T> implements TransactionalStorage<T> {
  TransactionalHandle(Operations<T> operations) {
    super(operations);
  }

  @Override
  public <R> R transaction(Function<Transaction<T>, R> work, TransactionOptions options) {
    Patience patience = new Patience(operations().point().surroundings().random());
    while (true) {
      try (Transaction<T> transaction = beginTransaction(options)) {
        R result = work.apply(transaction);
        transaction.commit();
        return result;
      } catch (StorageException e) {
        if (!isConflict(e)) {
          throw e;
        }
        if (patience.attempts() >= options.retries()) {
          throw operations()
              .failed(
                  "",
                  StorageException.of(
                      ErrorCode.TRANSACTION_ABORTED,
                      "the transaction did not come through in "
                          + (options.retries() + 1)
                          + " attempts; try again later or allow more retries",
                      e));
        }
      }
      try {
        patience.pause();
      } catch (StorageException e) {
        throw operations().failed("", e);
      }
    }
  }

  private static boolean isConflict(StorageException e) {
    return switch (e.code()) {
      case TRANSACTION_ABORTED, DEADLOCK_DETECTED, VERSION_CONFLICT -> true;
      default -> false;
    };
  }

  @Override
  public Transaction<T> beginTransaction(TransactionOptions options) {
    return operations()
        .inside(
            current -> {
              Transactions transactions =
                  operations().facet(current, Transactions.class, Capability.TRANSACTION);
              options
                  .isolation()
                  .ifPresent(level -> requireLevel(current, level, transactions.levels()));
              return new TransactionOperations<>(
                      operations().point(),
                      operations().valueType(),
                      current,
                      transactions.begin(options),
                      options.readOnly())
                  .transaction();
            });
  }

  private static void requireLevel(Bound<?> current, Isolation asked, Set<Isolation> offered) {
    if (!offered.contains(asked)) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "plugin "
              + current.mount.plugin()
              + " does not offer transactions at "
              + asked
              + "; it offers "
              + new TreeSet<>(offered)
              + ". Ask for one of these, or use a plugin that declares it");
    }
  }
}
