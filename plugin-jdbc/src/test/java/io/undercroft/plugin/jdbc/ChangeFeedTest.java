package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.NewEntry;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Changes, whoever makes them. */
class ChangeFeedTest {
  @TempDir Path temp;

  static Stream<SchemaTest.Engine> engines() {
    return SchemaTest.engines().filter(engine -> !engine.name().equals("H2"));
  }

  static Changes changes(Given.Store store) {
    return store.backend().facets().require(Changes.class);
  }

  private static Optional<String> value(StoredChange change) {
    return change.after().map(entry -> new String(entry.value(), StandardCharsets.UTF_8));
  }

  static List<String> told(Queue<StoredChange> seen) {
    return seen.stream()
        .map(
            change ->
                change.type()
                    + " "
                    + change.key()
                    + value(change).map(text -> " " + text).orElse(""))
        .toList();
  }

  void run(SchemaTest.Engine engine, String... statements) throws SQLException {
    try (Connection connection = engine.connect(temp);
        Statement statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anotherProcessAndAPersonInSqlAreHeard(SchemaTest.Engine engine) throws SQLException {
    try (Given here = new Given();
        Given there = new Given()) {
      Given.Store watched = here.open(new JdbcPlugin(), engine.settings(temp));
      Given.Store other = there.open(new JdbcPlugin(), engine.settings(temp));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(watched).subscribe(Optional.empty(), seen::add)) {
        other.put("a", "1");
        Eventually.holds("the other's write is told", () -> seen.size() == 1);
        run(
            engine,
            "UPDATE rooms SET document = '2', version = 'by-hand' WHERE entry_key = 'a'",
            "UPDATE rooms SET revision = revision WHERE entry_key = 'a'",
            "UPDATE rooms SET entry_key = 'b', version = 'by-hand-2' WHERE entry_key = 'a'",
            "DELETE FROM rooms WHERE entry_key = 'b'");
        Eventually.holds("what was done by hand is told", () -> seen.size() >= 5);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen).get(0)).isEqualTo("SET a 1");
      assertThat(seen)
          .extracting(change -> change.type() + " " + change.key())
          .containsExactly("SET a", "SET a", "DELETE a", "SET b", "DELETE b");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsRolledBackIsNotToldAndWhatIsCommittedIsToldInTheOrderOfCommits(
      SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        try (Transactions.Handle first =
            store.transactions().begin(TransactionOptions.defaults())) {
          put(first, "rolled-back", "1");
        }
        if (engine.name().equals("PostgreSQL")) {
          Transactions.Handle early = store.transactions().begin(TransactionOptions.defaults());
          put(early, "early", "1");
          Transactions.Handle late = store.transactions().begin(TransactionOptions.defaults());
          put(late, "late", "2");
          late.commit();
          Eventually.holds("what was committed is told", () -> seen.size() == 1);
          early.commit();
        } else {
          store.put("late", "2");
          store.put("early", "1");
        }
        Eventually.holds("both are told", () -> seen.size() == 2);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen)).containsExactly("SET late 2", "SET early 1");
    }
  }

  static void put(Transactions.Handle transaction, String key, String json) {
    transaction.facets().require(KeyValue.class).put(key, Given.entry(json), Precondition.NONE);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anOrderThatIsCutTwentyTimesLosesAndRepeatsNothing(SchemaTest.Engine engine)
      throws InterruptedException {
    int rounds = 20;
    int each = 50;
    List<String> keys = new ArrayList<>();
    try (Given writing = new Given()) {
      Given.Store writer = writing.open(new JdbcPlugin(), engine.settings(temp));
      List<StoredChange> all = new ArrayList<>();
      Optional<String> position = Optional.empty();
      try (Given first = new Given()) {
        Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
        Given.Store reader = first.open(new JdbcPlugin(), engine.settings(temp));
        try (Subscription subscription = changes(reader).subscribe(position, seen::add)) {
          writer.put("first", "0");
          Eventually.holds("the first is told", () -> !seen.isEmpty());
          assertThat(subscription.isActive()).isTrue();
        }
        position = seen.element().position();
      }
      for (int round = 0; round < rounds; round++) {
        String prefix = "k" + (char) ('a' + round);
        Thread thread =
            new Thread(
                () -> IntStream.range(0, each).forEach(i -> writer.put(prefix + (100 + i), "1")));
        IntStream.range(0, each).forEach(i -> keys.add(prefix + (100 + i)));
        thread.start();
        int wanted = round * each;
        try (Given reading = new Given()) {
          Given.Store reader = reading.open(new JdbcPlugin(), engine.settings(temp));
          Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
          try (Subscription subscription = changes(reader).subscribe(position, seen::add)) {
            Eventually.holds(
                "what was written before is told", () -> all.size() + seen.size() >= wanted);
            assertThat(subscription.isActive()).isTrue();
          }
          all.addAll(seen);
          if (!all.isEmpty()) {
            position = all.get(all.size() - 1).position();
          }
        }
        thread.join();
      }
      try (Given reading = new Given()) {
        Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
        Given.Store reader = reading.open(new JdbcPlugin(), engine.settings(temp));
        try (Subscription subscription = changes(reader).subscribe(position, seen::add)) {
          Eventually.holds("the rest is told", () -> all.size() + seen.size() >= rounds * each);
          assertThat(subscription.isActive()).isTrue();
        }
        all.addAll(seen);
      }
      assertThat(all).extracting(StoredChange::key).containsExactlyElementsOf(keys);
    }
  }

  @Test
  void aServerThatGoesAwayTwentyTimesIsFollowedWithoutLossOrRepetition() {
    aServerThatGoesAway(PostgresServer.get().port(), PostgresServer.get().freshDatabase(temp));
  }

  static void aServerThatGoesAway(int port, String url) {
    try (Given given = new Given();
        Door door = Door.to(port)) {
      Given.Store writer = given.open(new JdbcPlugin(), SchemaTest.Engine.pairs(url));
      String through = url.replace(":" + port, ":" + door.port());
      Given.Store reader = given.open(new JdbcPlugin(), SchemaTest.Engine.pairs(through));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      List<String> keys = new ArrayList<>();
      try (Subscription subscription = changes(reader).subscribe(Optional.empty(), seen::add)) {
        for (int round = 0; round < 20; round++) {
          for (int i = 0; i < 50; i++) {
            String key = "k" + (1000 * round + i);
            keys.add(key);
            writer.put(key, "1");
            if (i == 20) {
              door.shut();
            }
          }
          door.open();
          Eventually.holds("everything is told", () -> seen.size() >= keys.size());
        }
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen).extracting(StoredChange::key).containsExactlyElementsOf(keys);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsNotKeptAnyMoreIsOneResync(SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      String[] settings = engine.settings(temp, "changes.kept", "10");
      Given.Store store = given.open(new JdbcPlugin(), settings);
      Queue<StoredChange> first = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), first::add)) {
        store.put("a", "1");
        Eventually.holds("the first is told", () -> first.size() == 1);
        assertThat(subscription.isActive()).isTrue();
      }
      for (int i = 0; i < 50; i++) {
        store.put("b" + i, "1");
      }
      store.close(); // so that whoever watches next removes what is too much
      Given.Store again = given.open(new JdbcPlugin(), settings);
      Queue<StoredChange> trimmed = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(again).subscribe(Optional.empty(), trimmed::add)) {
        again.put("c", "1");
        Eventually.holds("it is told", () -> !trimmed.isEmpty());
        assertThat(subscription.isActive()).isTrue();
      }
      Queue<StoredChange> second = new ConcurrentLinkedQueue<>();
      Optional<String> lost = first.element().position();
      try (Subscription subscription = changes(again).subscribe(lost, second::add)) {
        Eventually.holds("a RESYNC is told", () -> second.size() == 1);
        again.put("d", "1");
        Eventually.holds("the last is told", () -> told(second).contains("SET d 1"));
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(second)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.RESYNC, ChangeType.SET);
      Queue<StoredChange> third = new ConcurrentLinkedQueue<>();
      Optional<String> foreign = Optional.of("never/1");
      try (Subscription subscription = changes(again).subscribe(foreign, third::add)) {
        Eventually.holds("a RESYNC is told", () -> third.size() == 1);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(third.element().type()).isEqualTo(ChangeType.RESYNC);
      assertThat(third.element().position()).isPresent();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aStorageThatNobodyWatchesPaysNothing(SchemaTest.Engine engine) throws SQLException {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      store.put("a", "1");
      assertThat(hasTriggers(engine)).isFalse();
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        assertThat(hasTriggers(engine)).isTrue();
        store.put("b", "1");
        Eventually.holds("it is told", () -> seen.size() == 1);
        assertThat(subscription.isActive()).isTrue();
      }
      store.close();
      Given.Store soon = given.open(new JdbcPlugin(), engine.settings(temp));
      assertThat(hasTriggers(engine)).isTrue();
      soon.close();
      run(engine, "UPDATE undercroft_feeds SET until_millis = 1");
      Given.Store late = given.open(new JdbcPlugin(), engine.settings(temp));
      assertThat(hasTriggers(engine)).isFalse();
      Queue<StoredChange> again = new ConcurrentLinkedQueue<>();
      try (Subscription subscription =
          changes(late).subscribe(seen.element().position(), again::add)) {
        late.put("c", "1");
        Eventually.holds("it is told", () -> told(again).contains("SET c 1"));
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(again)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.RESYNC, ChangeType.SET);
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whoWatchesIsToldWhenOthersHaveEndedIt(SchemaTest.Engine engine) throws SQLException {
    try (Given given = new Given();
        Given others = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        store.put("a", "1");
        Eventually.holds("the first is told", () -> seen.size() == 1);
        run(engine, "UPDATE undercroft_feeds SET until_millis = 1");
        others.open(new JdbcPlugin(), engine.settings(temp)); // as if this one had been away
        Eventually.holds("a RESYNC is told", () -> seen.size() >= 2);
        store.put("b", "2");
        Eventually.holds("and what comes after it", () -> told(seen).contains("SET b 2"));
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(told(seen)).containsExactly("SET a 1", "RESYNC ", "SET b 2");
    }
  }

  private boolean hasTriggers(SchemaTest.Engine engine) throws SQLException {
    String ask =
        switch (engine.name()) {
          case "PostgreSQL" -> "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'rooms%'";
          case "MariaDB" ->
              "SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = database()";
          default ->
              "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rooms%'";
        };
    try (Connection connection = engine.connect(temp);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(ask)) {
      return row.next() && row.getInt(1) > 0;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatHasExpiredIsToldOnce(SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      Queue<StoredChange> seen = new ConcurrentLinkedQueue<>();
      try (Subscription subscription = changes(store).subscribe(Optional.empty(), seen::add)) {
        NewEntry ending =
            new NewEntry(
                "1".getBytes(StandardCharsets.UTF_8),
                Given.JSON,
                Optional.of(given.clock().instant().plusMillis(1)),
                Map.of());
        store.keyValue().put("a", ending, Precondition.NONE);
        given.clock().advance(Duration.ofSeconds(1));
        store.put("a", "2");
        Eventually.holds("all are told", () -> seen.size() >= 3);
        assertThat(subscription.isActive()).isTrue();
      }
      assertThat(seen)
          .extracting(StoredChange::type)
          .containsExactly(ChangeType.SET, ChangeType.EXPIRE, ChangeType.SET);
    }
  }
}
