package io.undercroft.it.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.bank.PlantedTransactions.Fault;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bank, with a file plugin whose process is killed again and again, and in memory. How large:
 * {@code -Dbank.accounts}, {@code .tellers}, {@code .seconds}, {@code .kills} (the profile {@code
 * bank} says 1,000, 16, 60 and 12); which run: {@code -Dbank.seed}.
 */
final class BankIT {
  private static final Books BOOKS =
      new Books(Integer.getInteger("bank.accounts", 100), Integer.getInteger("bank.tellers", 8));
  private static final Duration OPEN = Duration.ofSeconds(Integer.getInteger("bank.seconds", 4));
  private static final int KILLS = Integer.getInteger("bank.kills", 3);
  private static final long SEED = Long.getLong("bank.seed", System.nanoTime());
  private static final Books SMALL = new Books(20, 4);
  private static final int KILLS_TO_SEE_RED = 20;

  @TempDir Path temporary;

  @Test
  void onFilesTheSumIsExactAtEverySnapshotAndAfterEveryKill() throws Exception {
    requireRight("file, folder", lives(BOOKS, "", Fault.NONE).run(KILLS, OPEN, false));
  }

  @Test
  @EnabledIfSystemProperty(
      named = "bank.document",
      matches = "true",
      disabledReason = "only with the profile bank: it takes as long as the folder")
  void inOneDocumentTheSumIsExactAtEverySnapshotAndAfterEveryKill() throws Exception {
    requireRight("file, document", lives(BOOKS, "bank.json", Fault.NONE).run(KILLS, OPEN, false));
  }

  private static void requireRight(String subject, Lives.Report report) {
    print(subject, report);
    assertThat(report.tally().findings()).as("seed %s", SEED).isEmpty();
    assertThat(report.kills()).isGreaterThanOrEqualTo(KILLS);
    requireWork(report.tally());
  }

  private static void requireWork(Tally tally) {
    assertThat(tally.transfers()).isGreaterThanOrEqualTo(BOOKS.tellers());
    assertThat(tally.snapshots()).isPositive();
  }

  @Test
  void inMemoryTheSumIsExactAtEverySnapshot() throws Exception {
    Tally tally = new Tally(BOOKS);
    try (Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open()) {
      Storage<Account> storage = undercroft.storage(Account.class);
      Bank.found(BOOKS, storage);
      CountDownLatch never = new CountDownLatch(1);
      try (Bank bank = Bank.on(BOOKS, storage, storage.transactional(), SEED, tally)) {
        bank.open();
        assertThat(never.await(OPEN.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
      }
    }
    print("memory", tally);
    assertThat(tally.findings()).as("seed %s", SEED).isEmpty();
    requireWork(tally);
  }

  /**
   * Its locks keep everything together while it lives; only a kill shows what is wrong: to the look
   * after it, or, if a kill comes between the two, to the snapshots of the next life.
   */
  @Test
  void aBankThatSetsOneAccountAfterTheOtherIsSeenByItsKills() throws Exception {
    Lives.Report report =
        lives(SMALL, "", Fault.SETS_ONE_BY_ONE)
            .run(KILLS_TO_SEE_RED, Duration.ofMillis(300L * KILLS_TO_SEE_RED), true);
    print("planted, sets one by one", report);
    assertThat(report.tally().findings()).as("seed %s", SEED).isNotEmpty();
  }

  private Lives lives(Books books, String file, Fault fault) {
    Path root = temporary.resolve("bank");
    return new Lives(books, root, root.resolve(file), temporary.resolve("bank.log"), fault, SEED);
  }

  private static void print(String subject, Object report) {
    System.out.println("bank: " + subject + ", seed " + SEED + ": " + report);
  }
}
