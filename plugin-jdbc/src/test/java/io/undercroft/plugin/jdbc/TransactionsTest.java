package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.spi.KeyValue;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.PutResult;
import io.undercroft.spi.StoredEntry;
import io.undercroft.spi.Transactions;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Isolation;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engines' own transactions: their levels, their limits and their end. */
class TransactionsTest {
  @TempDir Path temp;

  private static void fails(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(call)
        .extracting(StorageException::code)
        .isEqualTo(code);
  }

  private static void write(Transactions.Handle transaction, String key, String json) {
    transaction.facets().require(KeyValue.class).put(key, Given.entry(json), Precondition.NONE);
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.plugin.jdbc.SchemaTest#engines")
  void aTransactionEndsInTimeEvenIfNobodyGoesOnWithIt(SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      store.put("a", "1");
      Transactions.Handle abandoned =
          store
              .transactions()
              .begin(TransactionOptions.defaults().withTimeout(Duration.ofMillis(200)));
      write(abandoned, "a", "2");
      // It waits for the lock that the abandoned one has, and gets it.
      store.put("a", "3");
      assertThat(store.get("a")).contains("3");
      fails(ErrorCode.TIMEOUT, abandoned::commit);
      abandoned.close();
    }
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.plugin.jdbc.SchemaTest#engines")
  void aWriterWhoWaitsTooLongGivesUp(SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp, "timeout", "300ms"));
      store.put("a", "1");
      try (Transactions.Handle holder = store.transactions().begin(TransactionOptions.defaults())) {
        write(holder, "a", "2");
        fails(ErrorCode.TIMEOUT, () -> store.put("a", "3"));
        holder.commit();
      }
      assertThat(store.get("a")).contains("2");
    }
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.plugin.jdbc.SchemaTest#engines")
  void connectionsComeBackHoweverATransactionEnds(SchemaTest.Engine engine) {
    try (Given given = new Given()) {
      Given.Store store =
          given.open(
              new JdbcPlugin(),
              engine.settings(temp, "pool.size", "2", "pool.wait", "500ms", "timeout", "500ms"));
      for (int i = 0; i < 20; i++) {
        Transactions.Handle transaction = store.transactions().begin(TransactionOptions.defaults());
        write(transaction, "a", String.valueOf(i));
        switch (i % 4) {
          case 0 -> transaction.commit();
          case 1 -> transaction.rollback();
          case 2 -> fails(ErrorCode.TIMEOUT, () -> store.put("a", "0"));
          default -> transaction.savepoint("here");
        }
        transaction.close();
        transaction.close();
      }
      assertThat(store.get("a")).contains("16");
    }
  }

  @ParameterizedTest
  @MethodSource("io.undercroft.plugin.jdbc.SchemaTest#engines")
  void noIncrementOfManyWritersIsLost(SchemaTest.Engine engine) throws Exception {
    int each = 250;
    ExecutorService writers = Executors.newFixedThreadPool(8);
    try (Given given = new Given()) {
      Given.Store store = given.open(new JdbcPlugin(), engine.settings(temp));
      store.put("a", "0");
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        running.add(writers.submit(() -> increment(store, each)));
      }
      for (Future<?> one : running) {
        one.get();
      }
      assertThat(store.get("a")).contains(String.valueOf(8 * each));
    } finally {
      writers.shutdownNow();
    }
  }

  private static void increment(Given.Store store, int times) {
    for (int done = 0; done < times; ) {
      StoredEntry there = store.keyValue().get("a").orElseThrow();
      int next = Integer.parseInt(new String(there.value(), StandardCharsets.UTF_8)) + 1;
      PutResult result =
          store
              .keyValue()
              .put(
                  "a",
                  Given.entry(String.valueOf(next)),
                  new Precondition.HasVersion(there.meta().version()));
      done += result instanceof PutResult.Written ? 1 : 0;
    }
  }

  @Test
  void h2DeclaresNoSerializableTransactions() {
    try (Given given = new Given()) {
      Given.Store store =
          given.open(new JdbcPlugin(), "url", "jdbc:h2:mem:levels;DB_CLOSE_DELAY=-1");
      assertThat(store.transactions().levels()).doesNotContain(Isolation.SERIALIZABLE);
      fails(
          ErrorCode.UNSUPPORTED,
          () ->
              store
                  .transactions()
                  .begin(TransactionOptions.defaults().withIsolation(Isolation.SERIALIZABLE)));
    }
  }
}
