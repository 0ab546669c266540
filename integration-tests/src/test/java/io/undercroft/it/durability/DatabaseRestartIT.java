package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.query.IndexDefinition;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A PostgreSQL server that is killed and started again under a storage that stays open. How often:
 * {@code -Ddurability.restarts} (the profile {@code kill-9} says 50); which run: {@code
 * -Ddurability.seed}.
 */
final class DatabaseRestartIT {
  private static final int RESTARTS = Integer.getInteger("durability.restarts", 4);
  private static final int RESTARTS_TO_SEE_RED = 10;
  private static final int THREADS_THAT_COME_AND_GO = 3;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  @Test
  void anOpenStorageLosesNothingAndGoesOnByItself() throws Exception {
    RestartRounds.Report report = rounds("full", RESTARTS, false);
    print("full", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
    assertThat(report.failures()).as("nobody was hit").isNotEmpty();
    assertThat(report.threads().get(1))
        .isLessThanOrEqualTo(report.threads().get(0) + THREADS_THAT_COME_AND_GO);
  }

  @Test
  void aServerThatForgetsWhatItAcknowledgedIsSeen() throws Exception {
    RestartRounds.Report report = rounds("relaxed", RESTARTS_TO_SEE_RED, true);
    print("relaxed", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  /** Relaxed is what is written, not where it is written. */
  @Test
  void whatWasMadeToHoldEntriesIsThereAfterACrashInEveryMode() throws Exception {
    Programs.skipIf("RESTARTS OF POSTGRESQL", MortalPostgres.obstacle());
    try (MortalPostgres server = server();
        Undercroft undercroft = RestartRounds.opened(server, "relaxed", 2)) {
      Storage<JsonObject> rooms = undercroft.storage("rooms", JsonObject.class);
      BlockingQueue<Change<JsonObject>> seen = new LinkedBlockingQueue<>();
      rooms.indexed().createIndex(IndexDefinition.hash("by-name", "name").asUnique());
      rooms.observable().watch("*", seen::add);
      server.kill();
      server.start();
      JsonObject room = Json.createObjectBuilder().add("name", "blue").build();
      untilServed(() -> rooms.get("a"));
      rooms.set("a", room);
      assertThatThrownBy(() -> rooms.set("b", room))
          .hasMessageContaining(ErrorCode.DUPLICATE_KEY.name());
      assertThat(seen.poll(30, TimeUnit.SECONDS)).isNotNull();
    }
  }

  private static void untilServed(Runnable operation) throws InterruptedException {
    long end = System.nanoTime() + RestartRounds.RECOVERY.toNanos();
    while (true) {
      try {
        operation.run();
        return;
      } catch (StorageException e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        Thread.sleep(10);
      }
    }
  }

  private MortalPostgres server() throws Exception {
    return new MortalPostgres(temporary.resolve("data"), temporary.resolve("postgres.log"));
  }

  private RestartRounds.Report rounds(String durability, int restarts, boolean stopAtFirst)
      throws Exception {
    Programs.skipIf("RESTARTS OF POSTGRESQL", MortalPostgres.obstacle());
    try (MortalPostgres server = server();
        RestartRounds rounds = new RestartRounds(server, durability, SEED)) {
      return rounds.run(restarts, stopAtFirst);
    }
  }

  private static void print(String durability, RestartRounds.Report report) {
    System.out.println("durability: PostgreSQL restarted, " + durability + ": " + report);
  }
}
