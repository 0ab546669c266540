package io.undercroft.plugin.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.TransactionOptions;
import io.undercroft.testkit.Eventually;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Connections that cannot be had, and why not. */
class OutageTest {
  private static final int CALLERS = 8;
  private static final int CALLS = 4;

  private static Given.Store open(Given given, Door door) {
    return given.open(
        new JdbcPlugin(),
        "url",
        PostgresServer.url(door.port()),
        "user",
        "postgres",
        "table",
        "outage",
        "pool.size",
        "2",
        "pool.wait",
        "250ms");
  }

  private static List<ErrorCode> failures(Given.Store store) {
    List<ErrorCode> codes = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      try {
        store.get("a");
      } catch (StorageException e) {
        codes.add(e.code());
      }
    }
    return codes;
  }

  /** To the pool that looks as if all of its connections were in use. */
  @Test
  void whoWaitsForAServerThatDoesNotAnswerIsToldSo() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try (Given given = new Given();
        Door door = Door.to(PostgresServer.get().port())) {
      Given.Store store = open(given, door);
      store.put("a", "1");
      door.silence();
      List<Future<List<ErrorCode>>> running = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        running.add(callers.submit(() -> failures(store)));
      }
      List<ErrorCode> codes = new ArrayList<>();
      for (Future<List<ErrorCode>> one : running) {
        codes.addAll(one.get());
      }
      assertThat(codes).hasSize(CALLERS * CALLS).containsOnly(ErrorCode.CONNECTION_FAILED);
      door.open();
      Eventually.passes(() -> assertThat(store.get("a")).contains("1"));
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void whenAllConnectionsAreInUseThatIsWhatIsSaid() {
    try (Door door = Door.to(PostgresServer.get().port());
        Given given = new Given()) {
      Given.Store store = open(given, door);
      store.transactions().begin(TransactionOptions.defaults());
      store.transactions().begin(TransactionOptions.defaults());
      assertThatExceptionOfType(StorageException.class)
          .isThrownBy(() -> store.get("a"))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.TIMEOUT))
          .withMessageContaining("pool.size");
    }
  }
}
