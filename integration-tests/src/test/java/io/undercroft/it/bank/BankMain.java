package io.undercroft.it.bank;

import io.undercroft.it.bank.PlantedTransactions.Fault;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.Undercroft;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process of a {@link BankProcess}. */
final class BankMain {
  private BankMain() {}

  /** Opens the storage at a path and the bank on it, until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    Books books = new Books(Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2]));
    long seed = Long.parseLong(arguments[3]);
    Fault fault = Fault.valueOf(arguments[4]);
    BankProcess.Pipe pipe =
        new BankProcess.Pipe(
            new PrintStream(
                new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8));
    try (Undercroft undercroft = files(Path.of(arguments[0]))) {
      Storage<Account> storage = undercroft.storage(Account.class);
      TransactionalStorage<Account> transactions =
          fault == Fault.NONE
              ? storage.transactional()
              : PlantedTransactions.over(storage, fault, () -> {});
      try (Bank bank = Bank.on(books, storage, transactions, seed, pipe)) {
        bank.open();
        pipe.open();
        while (System.in.read() >= 0) {
          // until the end
        }
      }
    }
    pipe.closed();
  }

  /** Returns an Undercroft whose default storage is files at this path. */
  static Undercroft files(Path path) {
    return Undercroft.builder()
        .withoutAmbientConfig()
        .set("storage.type", "file")
        .set("storage.path", path.toString())
        .open();
  }
}
