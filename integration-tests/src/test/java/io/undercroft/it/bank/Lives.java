package io.undercroft.it.bank;

import io.undercroft.it.durability.Inspection;
import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One bank on files through many lives: its process is killed at random moments, what it left is
 * looked at, and the next life goes on from there.
 *
 * @param books the bank's size
 * @param root the folder that holds everything, which is not there yet
 * @param path of the storage: the folder, or a document in it
 * @param log where the processes' words go
 * @param fault what is wrong with the transactions
 * @param seed of everything that is random but time
 */
record Lives(
    Books books, Path root, Path path, Path log, PlantedTransactions.Fault fault, long seed) {
  private static final int LONGEST_OPENING_MILLIS = 1_500;

  /**
   * What was seen.
   *
   * @param kills how often a process was killed
   * @param inWriting how many of them left something half done in the folder
   * @param whileOpening how many of them came while it opened the storage, or soon after
   * @param open how long money moved, in all lives together
   * @param tally what was reported
   */
  record Report(int kills, int inWriting, int whileOpening, Duration open, Tally tally) {
    @Override
    public String toString() {
      return kills
          + " kills ("
          + inWriting
          + " in the middle of writes, "
          + whileOpening
          + " around the opening), "
          + open.toMillis()
          + " ms open, "
          + tally;
    }
  }

  /**
   * Lives and dies this often, or until the first finding if one is all that is wanted; the last
   * life ends in good order.
   *
   * @param kills how often money moves until a kill; besides, every third time the process after it
   *     is killed while it opens what was left
   * @param open for how long money is to move altogether
   */
  Report run(int kills, Duration open, boolean stopAtFirst) throws Exception {
    Random random = new Random(seed);
    Tally tally = new Tally(books);
    try (Undercroft undercroft = BankMain.files(path)) {
      Bank.found(books, undercroft.storage(Account.class));
    }
    long share = open.toMillis() / (kills + 1);
    long lived = 0;
    int killed = 0;
    int inWriting = 0;
    int whileOpening = 0;
    for (int life = 1; life <= kills && !(stopAtFirst && isRed(tally)); life++) {
      lived += live(share / 2 + (long) (random.nextDouble() * share), random, tally);
      killed++;
      if (!Inspection.ofFiles(root).isEmpty()) {
        inWriting++;
      }
      int unseen = 1;
      if (life % 3 == 0) {
        killWhileOpening(random, tally);
        killed++;
        whileOpening++;
        unseen++;
      }
      look("after kill " + killed, unseen, tally);
    }
    if (!stopAtFirst) {
      lived += lastLife(Math.max(1, open.toMillis() - lived), random, tally);
      look("after the last life", 0, tally);
    }
    return new Report(killed, inWriting, whileOpening, Duration.ofMillis(lived), tally);
  }

  private static boolean isRed(Tally tally) {
    return !tally.findings().isEmpty();
  }

  private BankProcess start(Random random, Tally tally) throws IOException {
    return BankProcess.start(books, path, random.nextLong(), fault, log, tally);
  }

  private void killWhileOpening(Random random, Tally tally) throws Exception {
    try (BankProcess bank = start(random, tally)) {
      requireLife(bank.lives(random.nextInt(LONGEST_OPENING_MILLIS)), tally);
      bank.kill();
    }
  }

  private long live(long millis, Random random, Tally tally) throws Exception {
    try (BankProcess bank = start(random, tally)) {
      long lived = open(bank, millis, tally);
      bank.kill();
      return lived;
    }
  }

  private long lastLife(long millis, Random random, Tally tally) throws Exception {
    try (BankProcess bank = start(random, tally)) {
      long lived = open(bank, millis, tally);
      if (!bank.end()) {
        tally.wrong("the bank was not closed in good order; its words are in " + log);
      }
      return lived;
    }
  }

  private long open(BankProcess bank, long millis, Tally tally) throws InterruptedException {
    requireLife(bank.awaitOpen(), tally);
    long start = System.nanoTime();
    requireLife(bank.lives(millis), tally);
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  private void requireLife(boolean lives, Tally tally) {
    if (!lives) {
      tally.wrong("the bank ended by itself; its words are in " + log);
    }
  }

  /**
   * Looks at what is there now.
   *
   * @param unseen how many lives have passed since the last look: in each, one transfer of each
   *     teller may have been committed and not acknowledged
   */
  private void look(String when, int unseen, Tally tally) throws IOException {
    List<Long> least = tally.acknowledged();
    List<Long> most = least.stream().map(number -> number + unseen).toList();
    List<String> wrong = new ArrayList<>();
    try (Undercroft undercroft = BankMain.files(path)) {
      Storage<Account> storage = undercroft.storage(Account.class);
      wrong.addAll(Bank.inspect(books, storage, least, most));
      wrong.addAll(Inspection.ofFiles(root));
      Map<String, Account> seen = Auditor.scan(storage.entries());
      tally.found(books.counted(seen));
    }
    wrong.forEach(what -> tally.wrong(when + ", " + what));
  }
}
