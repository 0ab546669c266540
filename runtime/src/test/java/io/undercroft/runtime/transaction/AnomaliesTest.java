package io.undercroft.runtime.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.runtime.memory.Given;
import io.undercroft.runtime.memory.MemoryPlugin;
import io.undercroft.runtime.memory.TestContext;
import io.undercroft.runtime.transaction.Texts.Tx;
import io.undercroft.spi.Facets;
import io.undercroft.spi.Limits;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The schedules of Hermitage (github.com/ept/hermitage), by their names there: keys {@code 1} and
 * {@code 2} hold {@code 10} and {@code 20}. Nobody ever waits here, so one thread can play all
 * parts. Every level that is offered is served by the strongest, so each schedule has one outcome.
 */
class AnomaliesTest {
  private final TestContext context = new TestContext(Clock.systemUTC());
  private final Facets backend = new MemoryPlugin().open(Given.NOTHING, context).facets();
  private final Texts rooms = new Texts(new Timeline(context, Limits.DEFAULT).over(backend));

  private Tx begin(Isolation level) {
    return rooms.begin(TransactionOptions.defaults().withIsolation(level));
  }

  private void tenAndTwenty() {
    rooms.put("1", "10");
    rooms.put("2", "20");
  }

  private void assertStored(String one, String two) {
    assertThat(rooms.all("")).isEqualTo(Map.of("1", one, "2", two));
  }

  @Test
  void allLevelsAreOffered() {
    assertThat(rooms.facets().require(Transactions.class).levels())
        .isEqualTo(Set.of(Isolation.values()));
  }

  @ParameterizedTest
  @EnumSource
  void g0WritesOfTwoTransactionsAreNotMixed(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.put("1", "11");
    t2.put("1", "12");
    t1.put("2", "21");
    assertThat(t1.commit()).isTrue();
    assertStored("11", "21");
    t2.put("2", "22");
    assertThat(t2.commit()).as("a blind write depends on nothing").isTrue();
    assertStored("12", "22");
  }

  @ParameterizedTest
  @EnumSource
  void g1aWhatIsRolledBackIsNeverSeen(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.put("1", "101");
    assertThat(t2.all("")).containsEntry("1", "10");
    assertThat(rooms.get("1")).contains("10");
    t1.rollback();
    assertThat(t2.all("")).containsEntry("1", "10");
    assertThat(t2.commit()).isTrue();
    assertStored("10", "20");
  }

  @ParameterizedTest
  @EnumSource
  void g1bWhatIsOverwrittenInTheSameTransactionIsNeverSeen(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.put("1", "101");
    assertThat(t2.get("1")).contains("10");
    t1.put("1", "11");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.get("1")).contains("10");
    assertThat(rooms.get("1")).contains("11");
    assertThat(t2.commit()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void g1cNoTwoTransactionsSeeEachOther(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.put("1", "11");
    t2.put("2", "22");
    assertThat(t1.get("2")).contains("20");
    assertThat(t2.get("1")).contains("10");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isFalse();
    assertStored("11", "20");
  }

  @ParameterizedTest
  @EnumSource
  void otvAnObservedTransactionDoesNotVanish(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    Tx early = begin(level);
    t1.put("1", "11");
    t1.put("2", "19");
    t2.put("1", "12");
    assertThat(t1.commit()).isTrue();
    Tx late = begin(level);
    assertThat(late.get("1")).contains("11");
    t2.put("2", "18");
    assertThat(late.get("2")).contains("19");
    assertThat(t2.commit()).isTrue();
    assertThat(late.get("2")).contains("19");
    assertThat(late.get("1")).contains("11");
    assertThat(early.all("")).isEqualTo(Map.of("1", "10", "2", "20"));
    assertThat(late.commit()).isTrue();
    assertThat(early.commit()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void pmpWhatPrecededIsTheSameForEveryPredicate(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.all("3")).isEmpty();
    t2.put("3", "30");
    assertThat(t2.commit()).isTrue();
    assertThat(t1.all("")).isEqualTo(Map.of("1", "10", "2", "20"));
    assertThat(t1.all("3")).isEmpty();
    assertThat(t1.texts().keys("3")).isEmpty();
    assertThat(t1.texts().kv().size()).isEqualTo(2);
    assertThat(t1.commit()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void pmpAWriteByPredicateDoesNotMissWhatCameMeanwhile(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.all("").forEach((key, value) -> t1.put(key, value + "0"));
    t2.texts().kv().clear();
    t2.put("3", "30");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).as("it cleared something else").isFalse();
    assertStored("100", "200");
  }

  @ParameterizedTest
  @EnumSource
  void p4NoUpdateIsLost(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.get("1")).contains("10");
    assertThat(t2.get("1")).contains("10");
    t1.put("1", "11");
    t2.put("1", "11");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void p4NoUpdateByAPlainWriterIsLost(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    assertThat(t1.get("1")).contains("10");
    rooms.put("1", "11");
    t1.put("1", "12");
    assertThat(t1.commit()).isFalse();
    assertStored("11", "20");
  }

  @ParameterizedTest
  @EnumSource
  void gSingleNoReadIsSkewed(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.get("1")).contains("10");
    assertThat(t2.get("1")).contains("10");
    assertThat(t2.get("2")).contains("20");
    t2.put("1", "12");
    t2.put("2", "18");
    assertThat(t2.commit()).isTrue();
    assertThat(t1.get("2")).contains("20");
    assertThat(t1.commit()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void gSingleNoReadIsSkewedByPredicates(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.all("")).containsValue("10");
    t2.put("2", "12");
    t2.delete("1");
    assertThat(t2.commit()).isTrue();
    assertThat(t1.all("")).isEqualTo(Map.of("1", "10", "2", "20"));
    assertThat(t1.get("2")).contains("20");
    assertThat(t1.commit()).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void gSingleAWriteAfterASkewedReadDoesNotComeThrough(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.get("1")).contains("10");
    t2.put("1", "12");
    t2.put("2", "18");
    assertThat(t2.commit()).isTrue();
    assertThat(t1.delete("2")).isTrue();
    assertThat(t1.commit()).isFalse();
    assertStored("12", "18");
  }

  @ParameterizedTest
  @EnumSource
  void g2ItemNoWriteIsSkewed(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    for (Tx each : new Tx[] {t1, t2}) {
      assertThat(each.get("1")).contains("10");
      assertThat(each.get("2")).contains("20");
    }
    t1.put("1", "11");
    t2.put("2", "21");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isFalse();
    assertStored("11", "20");
  }

  @ParameterizedTest
  @EnumSource
  void g2NoWriteIsSkewedByPredicates(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    assertThat(t1.texts().keys("3")).isEmpty();
    assertThat(t2.texts().keys("3")).isEmpty();
    t1.put("3", "30");
    t2.put("31", "42");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isFalse();
    assertThat(rooms.keys("3")).containsExactly("3");
  }

  @ParameterizedTest
  @EnumSource
  void g2NoCountIsSkewed(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    Tx t2 = begin(level);
    t1.put("3", "" + t1.texts().kv().size());
    t2.put("4", "" + t2.texts().kv().size());
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isFalse();
    assertThat(rooms.get("3")).contains("2");
  }

  @ParameterizedTest
  @EnumSource
  void g2FeketeTheReaderSeesNoOrderThatTheWritersDoNotHave(Isolation level) {
    tenAndTwenty();
    Tx t1 = begin(level);
    assertThat(t1.all("")).isEqualTo(Map.of("1", "10", "2", "20"));
    Tx t2 = begin(level);
    t2.put("2", t2.get("2").orElseThrow() + "5");
    assertThat(t2.commit()).isTrue();
    Tx t3 = begin(level);
    assertThat(t3.all("")).isEqualTo(Map.of("1", "10", "2", "205"));
    assertThat(t3.commit()).isTrue();
    t1.put("1", "0");
    assertThat(t1.commit()).isFalse();
  }

  @Test
  void writesOfDifferentThingsDoNotDisturbEachOther() {
    tenAndTwenty();
    Stream.of("a", "b").forEach(key -> rooms.put(key, "0"));
    Tx t1 = rooms.begin();
    Tx t2 = rooms.begin();
    t1.put("1", t1.get("2").orElseThrow());
    t2.put("a", t2.get("b").orElseThrow());
    assertThat(t2.all("x")).isEmpty();
    rooms.put("y", "1");
    assertThat(t1.commit()).isTrue();
    assertThat(t2.commit()).isTrue();
  }
}
