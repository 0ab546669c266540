package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.spi.Changes;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Changes of a table of MariaDB, whoever makes them. */
class MariaDbChangeFeedTest extends ChangeFeedTest {
  /** Where who inserts does not lock what lies between keys. */
  private static final TransactionOptions OPTIONS =
      TransactionOptions.defaults().withIsolation(Isolation.READ_COMMITTED);

  static Stream<SchemaTest.Engine> engines() {
    return Stream.of(
        new SchemaTest.Engine("MariaDB", temp -> MariaDbServer.get().freshDatabase(temp)));
  }

  @Override
  @Test
  void aServerThatGoesAwayTwentyTimesIsFollowedWithoutLossOrRepetition() {
    aServerThatGoesAway(MariaDbServer.get().port(), MariaDbServer.get().freshDatabase(temp));
  }

  private Given.Store open(Given given) {
    return given.open(new JdbcPlugin(), "url", MariaDbServer.get().freshDatabase(temp));
  }

  private static String inserting(String key) {
    return "INSERT INTO rooms (entry_key, document, content_type, version, revision,"
        + " created_micros, updated_micros) VALUES ('"
        + key
        + "', '1', 'application/json', 'by-hand', 1, 0, 0)";
  }

  @Test
  void whoCommitsLateIsToldAndNobodyIsToldBeforeACommit() throws SQLException {
    String url = MariaDbServer.get().freshDatabase(temp);
    try (Given given = new Given();
        Connection early = DriverManager.getConnection(url);
        Connection never = DriverManager.getConnection(url);
        Connection late = DriverManager.getConnection(url)) {
      Given.Store store = open(given);
      Queue<Changes.StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        early.setAutoCommit(false);
        never.setAutoCommit(false);
        early.createStatement().execute(inserting("early"));
        never.createStatement().execute(inserting("never"));
        late.createStatement().execute(inserting("late"));
        never.rollback();
        assertThat(seen).isEmpty();
        early.commit();
        Eventually.holds("both are told", () -> seen.size() >= 2);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen)).containsExactly("SET early 1", "SET late 1");
    }
  }

  /** The lower number is not there yet, and comes after the subscription. */
  @Test
  void whoSubscribesWaitsForThoseWhoAreWriting() throws Exception {
    String url = MariaDbServer.get().freshDatabase(temp);
    try (Given given = new Given();
        Connection early = DriverManager.getConnection(url);
        Connection late = DriverManager.getConnection(url)) {
      Given.Store store = open(given);
      changes(store).subscribe(Optional.empty(), change -> {}).close();
      early.setAutoCommit(false);
      early.createStatement().execute(inserting("early"));
      late.createStatement().execute(inserting("late"));
      Queue<Changes.StoredChange> seen = new ConcurrentLinkedQueue<>();
      CompletableFuture<Subscription> subscribing =
          CompletableFuture.supplyAsync(
              () -> changes(store).subscribe(Optional.empty(), seen::add));
      assertThatThrownBy(() -> subscribing.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      early.commit();
      try (Subscription subscription = subscribing.get(30, TimeUnit.SECONDS)) {
        store.put("after", "2");
        Eventually.holds("what comes after is told", () -> !seen.isEmpty());
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen)).containsExactly("SET after 2");
    }
  }

  @Test
  void aTransactionTellsTheLastOfEachKey() {
    try (Given given = new Given()) {
      Given.Store store = open(given);
      Queue<Changes.StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        try (Transactions.Handle one = store.transactions().begin(OPTIONS)) {
          put(one, "a", "1");
          put(one, "b", "1");
          put(one, "a", "2");
          one.commit();
        }
        store.put("a", "3");
        store.put("a", "4");
        Eventually.holds("all are told", () -> told(seen).contains("SET a 4"));
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen)).containsExactly("SET b 1", "SET a 2", "SET a 3", "SET a 4");
    }
  }

  @Test
  void ofManyWhoWriteAtOnceNothingIsLostAndNothingRepeated() throws InterruptedException {
    int writers = 6;
    int each = 200;
    try (Given given = new Given()) {
      Given.Store store = open(given);
      Queue<Changes.StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        Thread[] threads =
            IntStream.range(0, writers)
                .mapToObj(
                    writer -> new Thread(() -> IntStream.range(0, each).forEach(i -> write(store, writer, i))))
                .toArray(Thread[]::new);
        for (Thread thread : threads) {
          thread.start();
        }
        for (Thread thread : threads) {
          thread.join();
        }
        store.put("end", "0");
        Eventually.holds(
            "the last is told", () -> seen.stream().anyMatch(one -> one.key().equals("end")));
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen).hasSize(writers * each * 3 / 4 + 1);
      assertThat(seen).extracting(Changes.StoredChange::key).doesNotHaveDuplicates();
    }
  }

  /** Three of four are committed, the fourth is rolled back. */
  private static void write(Given.Store store, int writer, int i) {
    String key = "k" + writer + "-" + i;
    if (i % 4 == 0) {
      store.put(key, "1");
      return;
    }
    try (Transactions.Handle one = store.transactions().begin(OPTIONS)) {
      put(one, key, "1");
      if (i % 4 != 1) {
        one.commit();
      }
    }
  }
}
