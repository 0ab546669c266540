package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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

  private RestartRounds.Report rounds(String durability, int restarts, boolean stopAtFirst)
      throws Exception {
    Programs.skipIf("RESTARTS OF POSTGRESQL", MortalPostgres.obstacle());
    try (MortalPostgres server =
            new MortalPostgres(temporary.resolve("data"), temporary.resolve("postgres.log"));
        RestartRounds rounds = new RestartRounds(server, durability, SEED)) {
      return rounds.run(restarts, stopAtFirst);
    }
  }

  private static void print(String durability, RestartRounds.Report report) {
    System.out.println("durability: PostgreSQL restarted, " + durability + ": " + report);
  }
}
