package io.undercroft.it.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.bank.PlantedTransactions.Fault;
import io.undercroft.storage.Storage;
import io.undercroft.storage.TransactionalStorage;
import io.undercroft.storage.Undercroft;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge of the bank finds what is planted, always. */
final class BankTest {
  private static final Books BOOKS = new Books(12, 2);
  private static final int TRANSFERS = 40;
  private static final List<Long> NONE_YET = List.of(0L, 0L);

  private final Undercroft undercroft = Undercroft.builder().withoutAmbientConfig().open();
  private final Storage<Account> storage = undercroft.storage(Account.class);
  private final Tally tally = new Tally(BOOKS);

  @BeforeEach
  void found() {
    Bank.found(BOOKS, storage);
  }

  @AfterEach
  void close() {
    undercroft.close();
  }

  private Teller teller(int number, TransactionalStorage<Account> transactions) {
    return new Teller(BOOKS, number, transactions, new Random(7 + number));
  }

  private void transfers(TransactionalStorage<Account> transactions) {
    Teller teller = teller(0, transactions);
    for (int i = 0; i < TRANSFERS; i++) {
      tally.transfer(0, teller.transfer().number(), 1, 1);
    }
  }

  private void audit(TransactionalStorage<Account> transactions, int times) {
    Auditor auditor = new Auditor(BOOKS, transactions, tally::acknowledged, tally);
    for (int i = 0; i < times; i++) {
      auditor.audit();
    }
  }

  private List<String> inspect() {
    return Bank.inspect(BOOKS, storage, tally.acknowledged(), tally.acknowledged());
  }

  @Test
  void ofABankAsItShouldBeItSaysNothing() {
    transfers(storage.transactional());
    audit(storage.transactional(), 2);
    assertThat(tally.findings()).isEmpty();
    assertThat(inspect()).isEmpty();
    assertThat(tally.transfers()).isEqualTo(TRANSFERS);
  }

  @Test
  void ofTransactionsUnderOneLockItSaysNothingEither() {
    TransactionalStorage<Account> planted = PlantedTransactions.over(storage, Fault.NONE, () -> {});
    transfers(planted);
    audit(planted, 2);
    assertThat(tally.findings()).isEmpty();
    assertThat(inspect()).isEmpty();
  }

  /** Whatever it was that should have been rolled back. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aSavepointThatIsNeverRolledBackIsFound(long seed) {
    Teller teller =
        new Teller(
            BOOKS,
            0,
            PlantedTransactions.over(storage, Fault.NO_WAY_BACK, () -> {}),
            new Random(seed));
    for (int i = 0; i < TRANSFERS && inspect().isEmpty(); i++) {
      tally.transfer(0, teller.transfer().number(), 1, 1);
    }
    audit(storage.transactional(), 2);
    assertThat(tally.findings())
        .anyMatch(finding -> finding.startsWith("in a snapshot by keys, "))
        .anyMatch(finding -> finding.startsWith("in a snapshot by scan, "));
  }

  @Test
  void aTransferAsSetsOneByOneIsFoundByASnapshotInBetween() {
    transfers(
        PlantedTransactions.over(
            storage, Fault.SETS_ONE_BY_ONE, () -> audit(storage.transactional(), 1)));
    assertThat(tally.findings()).anyMatch(finding -> finding.contains("the sum is"));
    assertThat(inspect()).as("when they are all done").isEmpty();
  }

  @Test
  void aTransferThatWasCutInTheMiddleIsFound() {
    class Killed extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    try {
      transfers(
          PlantedTransactions.over(
              storage,
              Fault.SETS_ONE_BY_ONE,
              () -> {
                throw new Killed();
              }));
    } catch (Killed e) {
      assertThat(inspect()).anyMatch(finding -> finding.startsWith("the sum is"));
      return;
    }
    throw new AssertionError("nothing was killed");
  }

  @Test
  void aSnapshotWhoseReadsAreOfDifferentMomentsIsFound() {
    Teller other = teller(0, storage.transactional());
    Runnable between = () -> tally.transfer(0, other.transfer().number(), 1, 1);
    audit(PlantedTransactions.over(storage, Fault.READS_AS_THEY_COME, between), 1);
    assertThat(tally.findings()).anyMatch(finding -> finding.contains("by keys, the sum is"));
    assertThat(inspect()).as("when nothing moves").isEmpty();
  }

  @Test
  void anUpdateThatOverwritesAnotherOneIsFound() {
    Teller other = teller(1, storage.transactional());
    Runnable between = () -> tally.transfer(1, other.transfer().number(), 1, 1);
    transfers(PlantedTransactions.over(storage, Fault.READS_AS_THEY_COME, between));
    assertThat(inspect()).anyMatch(finding -> finding.startsWith("the sum is"));
  }

  @Test
  void anAcknowledgedTransferThatIsNotThereIsFound() {
    Map<String, Account> before = BOOKS.opening();
    transfers(storage.transactional());
    storage.batched().setMany(before); // as if none had ever been made: the sum is right
    assertThat(inspect())
        .containsExactly(
            "till-00 has made 0 transfers; "
                + TRANSFERS
                + " were acknowledged, "
                + TRANSFERS
                + " begun");
  }

  @Test
  void aTransferThatNobodyBeganIsFound() {
    transfers(storage.transactional());
    assertThat(Bank.inspect(BOOKS, storage, NONE_YET, NONE_YET))
        .containsExactly(
            "till-00 has made " + TRANSFERS + " transfers; 0 were acknowledged, 0 begun");
  }

  @Test
  void anAccountThatIsGoneOrStrangeIsFound() {
    storage.get(Books.account(3)).ifPresent(it -> storage.set("account-0003-moved", it));
    storage.delete(Books.account(3));
    assertThat(inspect()).contains("account-0003 is gone", "account-0003-moved is not of the bank");
  }

  @Test
  void anIndexThatAnswersSomethingElseThanTheScanIsFound() {
    transfers(storage.transactional());
    Map<String, Account> scanned = new HashMap<>(Auditor.scan(storage.entries()));
    assertThat(IndexAudit.of(storage.indexed(), scanned)).isEmpty();
    scanned.computeIfPresent(Books.account(5), (key, account) -> account.moved(1));
    assertThat(IndexAudit.of(storage.indexed(), scanned))
        .anyMatch(finding -> finding.contains("by index only"));
    scanned.remove(Books.account(5));
    assertThat(IndexAudit.of(storage.indexed(), scanned))
        .anyMatch(finding -> finding.contains("counts"));
    assertThat(IndexAudit.ofBranch(storage.indexed(), "branch-1", 3)).hasSize(2);
  }

  @Test
  void anIndexThatIsNotThereIsFound() {
    storage.indexed().dropIndex("by-branch");
    assertThat(inspect()).anyMatch(finding -> finding.startsWith("the indexes are"));
  }
}
