package io.undercroft.it.bank;

import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import java.util.Random;

/**
 * Moves money from one account to another, again and again.
 *
 * <p><b>Threads:</b> for one thread.
 */
final class Teller {
  private static final TransactionOptions OPTIONS =
      TransactionOptions.defaults().withRetries(1_000);
  private static final String BEFORE = "before the slip";
  private static final String WITHIN = "within the slip";
  private static final int MOST = 50;

  private final Books books;
  private final int number;
  private final TransactionalStorage<Account> storage;
  private final Random random;

  Teller(Books books, int number, TransactionalStorage<Account> storage, Random random) {
    this.books = books;
    this.number = number;
    this.storage = storage;
    this.random = random;
  }

  /**
   * A transfer that was committed.
   *
   * @param number the teller's count of it
   * @param attempts how often it was begun
   */
  record Made(long number, int attempts) {}

  /** What goes wrong after the savepoint and is rolled back to it. */
  private enum Slip {
    NONE,
    MONEY_FROM_NOWHERE,
    WRONG_AMOUNT,
    ACCOUNT_CLOSED
  }

  private record Order(String from, String to, String other, long amount, long fee, Slip slip) {}

  /** Makes one transfer; conflicts are left to the storage's own retries. */
  Made transfer() {
    Order order = order();
    int[] attempts = {0};
    long made =
        storage.transaction(
            transaction -> {
              attempts[0]++;
              return carryOut(order, transaction);
            },
            OPTIONS);
    return new Made(made, attempts[0]);
  }

  private Order order() {
    int from = random.nextInt(books.accounts());
    int to = from + 1 + random.nextInt(books.accounts() - 2); // and the one after it is not from
    Slip[] slips = Slip.values();
    return new Order(
        Books.account(from),
        Books.account(to % books.accounts()),
        Books.account((to + 1) % books.accounts()),
        1 + random.nextInt(MOST),
        random.nextInt(3),
        slips[random.nextInt(slips.length)]);
  }

  private long carryOut(Order order, Transaction<Account> transaction) {
    String till = Books.till(number);
    Account from = there(transaction, order.from());
    Account to = there(transaction, order.to());
    long amount = Math.min(order.amount(), from.balance());
    long fee = Math.min(order.fee(), from.balance() - amount);
    transaction.set(order.from(), from.moved(-amount - fee));
    transaction.set(order.to(), to.moved(amount));
    slip(order, transaction);
    Account done = there(transaction, till).moved(fee);
    transaction.set(till, done);
    return done.transfers();
  }

  private void slip(Order order, Transaction<Account> transaction) {
    transaction.savepoint(BEFORE);
    switch (order.slip()) {
      case NONE -> {
        return; // a savepoint that nobody goes back to
      }
      case MONEY_FROM_NOWHERE ->
          transaction.set(order.other(), there(transaction, order.other()).moved(1 + order.fee()));
      case WRONG_AMOUNT -> {
        transaction.set(order.to(), there(transaction, order.to()).moved(order.amount()));
        transaction.savepoint(WITHIN);
        transaction.set(order.from(), there(transaction, order.from()).moved(order.amount()));
        transaction.rollbackTo(WITHIN);
      }
      case ACCOUNT_CLOSED -> {
        transaction.set(order.from() + "-moved", there(transaction, order.from()));
        transaction.delete(order.from());
      }
    }
    transaction.rollbackTo(BEFORE);
  }

  private static Account there(Transaction<Account> transaction, String key) {
    return transaction
        .get(key)
        .orElseThrow(() -> new IllegalStateException(key + " is not there for a transfer"));
  }
}
