package io.undercroft.it.bank;

import io.undercroft.storage.Entry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Transaction;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.TransactionalStorage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Sees the whole bank at one moment, in one transaction that only reads: by scan and by keys in
 * turn.
 *
 * <p><b>Threads:</b> for one thread.
 */
final class Auditor {
  private static final TransactionOptions OPTIONS = TransactionOptions.defaults().asReadOnly();

  private final Books books;
  private final TransactionalStorage<Account> storage;
  private final Supplier<List<Long>> acknowledged;
  private final Reports reports;
  private boolean byKeys;

  /**
   * Comes to look.
   *
   * @param acknowledged how many transfers of each teller are acknowledged now
   */
  Auditor(
      Books books,
      TransactionalStorage<Account> storage,
      Supplier<List<Long>> acknowledged,
      Reports reports) {
    this.books = books;
    this.storage = storage;
    this.acknowledged = acknowledged;
    this.reports = reports;
  }

  /** Looks once, and reports what is wrong. */
  void audit() {
    byKeys = !byKeys;
    List<Long> before = acknowledged.get();
    long start = System.nanoTime();
    try (Transaction<Account> snapshot = storage.beginTransaction(OPTIONS)) {
      long begun = System.nanoTime();
      List<Long> most = acknowledged.get().stream().map(number -> number + 1).toList();
      Map<String, Account> seen =
          byKeys ? snapshot.getMany(books.opening().keySet()) : scan(snapshot.entries());
      snapshot.commit();
      reports.snapshot(begun - start, System.nanoTime() - start);
      String how = byKeys ? "in a snapshot by keys, " : "in a snapshot by scan, ";
      books.wrong(seen, before, most).forEach(what -> reports.wrong(how + what));
    } catch (StorageException e) {
      if (e.code() != ErrorCode.TRANSACTION_ABORTED) {
        throw e;
      }
      reports.abandoned(e.getMessage());
    }
  }

  /** Reads entries to their end. */
  static Map<String, Account> scan(Stream<Entry<Account>> entries) {
    Map<String, Account> seen = new LinkedHashMap<>();
    try (entries) {
      entries.forEach(
          entry -> {
            if (seen.put(entry.key(), entry.value()) != null) {
              throw new IllegalStateException(entry.key() + " came twice in one scan");
            }
          });
    }
    return seen;
  }
}
