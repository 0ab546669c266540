package io.undercroft.it.bank;

import io.undercroft.storage.BatchStorage;
import io.undercroft.storage.IndexedStorage;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TransactionalStorage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.LongStream;

/**
 * An open bank: tellers who transfer without a pause, and two auditors who look at everything,
 * until it is closed.
 */
final class Bank implements AutoCloseable {
  private static final int AUDITORS = 2;
  private static final Duration END = Duration.ofMinutes(2);

  private final Books books;
  private final Storage<Account> storage;
  private final TransactionalStorage<Account> transactions;
  private final Reports reports;
  private final AtomicLongArray acknowledged;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  private Bank(
      Books books,
      Storage<Account> storage,
      TransactionalStorage<Account> transactions,
      Reports reports) {
    this.books = books;
    this.storage = storage;
    this.transactions = transactions;
    this.reports = reports;
    List<Long> counted = books.counted(Auditor.scan(storage.entries()));
    this.acknowledged = new AtomicLongArray(counted.stream().mapToLong(Long::longValue).toArray());
  }

  /** Puts the money of the first day into a storage that is empty, and creates the indexes. */
  static void found(Books books, Storage<Account> storage) {
    BatchStorage<Account> batched = storage.batched();
    batched.setMany(books.opening());
    IndexAudit.createIndexes(storage.indexed());
  }

  /**
   * Prepares the bank on what is there.
   *
   * @param transactions those of the storage, or planted ones
   */
  static Bank on(
      Books books,
      Storage<Account> storage,
      TransactionalStorage<Account> transactions,
      long seed,
      Reports reports) {
    Bank bank = new Bank(books, storage, transactions, reports);
    Random random = new Random(seed);
    for (int i = 0; i < books.tellers(); i++) {
      int teller = i;
      Random own = new Random(random.nextLong());
      bank.add("teller-" + teller, () -> bank.serve(teller, own));
    }
    for (int i = 0; i < AUDITORS; i++) {
      Random own = new Random(random.nextLong());
      bank.add("auditor-" + i, () -> bank.audit(own));
    }
    return bank;
  }

  /** Lets everybody begin. */
  void open() {
    threads.forEach(Thread::start);
  }

  private void add(String name, Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (RuntimeException | Error e) {
                reports.wrong(name + " failed: " + e);
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
  }

  private void serve(int number, Random random) {
    Teller teller = new Teller(books, number, transactions, random);
    while (!closed) {
      long start = System.nanoTime();
      Teller.Made made = teller.transfer();
      reports.transfer(number, made.number(), made.attempts(), System.nanoTime() - start);
      acknowledged.set(number, made.number());
    }
  }

  private void audit(Random random) {
    Auditor auditor = new Auditor(books, transactions, this::acknowledged, reports);
    IndexedStorage<Account> indexed = storage.indexed();
    List<Map.Entry<String, Long>> branches = List.copyOf(books.branches().entrySet());
    while (!closed) {
      auditor.audit();
      Map.Entry<String, Long> branch = branches.get(random.nextInt(branches.size()));
      IndexAudit.ofBranch(indexed, branch.getKey(), branch.getValue()).forEach(reports::wrong);
    }
  }

  private List<Long> acknowledged() {
    return LongStream.range(0, books.tellers())
        .mapToObj(teller -> acknowledged.get((int) teller))
        .toList();
  }

  /** Sends everybody home, and compares what is there then with the books and the indexes. */
  @Override
  public void close() {
    closed = true;
    try {
      for (Thread thread : threads) {
        thread.join(END.toMillis());
        if (thread.isAlive()) {
          reports.wrong(thread.getName() + " does not end within " + END);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reports.wrong("interrupted while closing");
    }
    inspect(books, storage, acknowledged(), acknowledged())
        .forEach(what -> reports.wrong("when the bank had closed, " + what));
  }

  /** Returns what is wrong in a storage that nobody writes to now. */
  static List<String> inspect(
      Books books, Storage<Account> storage, List<Long> least, List<Long> most) {
    Map<String, Account> seen = Auditor.scan(storage.entries());
    List<String> wrong = new ArrayList<>(books.wrong(seen, least, most));
    Map<String, Account> byKeys = storage.batched().getMany(books.opening().keySet());
    if (!byKeys.equals(seen)) {
      wrong.add("a scan sees " + seen + ", by keys it is " + byKeys);
    }
    if (storage.size() != seen.size()) {
      wrong.add("size says " + storage.size() + ", a scan sees " + seen.size());
    }
    wrong.addAll(IndexAudit.of(storage.indexed(), seen));
    return wrong;
  }
}
