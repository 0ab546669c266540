package io.undercroft.it.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.layers.RetryProof.Mark;
import io.undercroft.it.layers.RetryProof.Report;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Undercroft;
import io.undercroft.testkit.Eventually;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes through a network that loses answers and requests, keeps them back and breaks, to a real
 * PostgreSQL: nothing is done twice, no conflict is one with oneself, and what is not known is said
 * not to be known. How many: {@code -Dretry.writes} (the profile {@code layer-proofs} says 10,000);
 * which: {@code -Dretry.seed}.
 */
@Timeout(1_800)
final class RetryIT {
  private static final int WRITES = Integer.getInteger("retry.writes", 600);
  private static final int WRITES_TO_SEE_RED = 1_200;
  private static final long SEED = Long.getLong("retry.seed", System.nanoTime());
  private static final double SHARE_OF_FAULTS = 0.04;

  @TempDir Path temporary;

  @Test
  void nothingIsDoneTwiceAndWhatIsUnknownIsSaidToBe() throws Exception {
    Report report = run(true, WRITES);
    assertThat(report.isGood()).as("seed %s: %s", SEED, report).isTrue();
    assertThat(report.failures()).as("%s", report).containsKey(ErrorCode.UNKNOWN_OUTCOME);
    assertThat(report.unknownThatHappened()).as("%s", report).isPositive();
  }

  @Test
  void aRetryThatDoesNotThinkIsSeen() throws Exception {
    Report report = run(false, WRITES_TO_SEE_RED);
    assertThat(report.doubleApplies()).as("seed %s: %s", SEED, report).isNotEmpty();
    assertThat(report.falseConflicts()).as("seed %s: %s", SEED, report).isNotEmpty();
  }

  private Report run(boolean careful, int writes) throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(temporary.resolve("server").toFile())
                .setServerConfig("synchronous_commit", "off")
                .start();
        FaultProxy proxy = new FaultProxy(server.getPort(), SHARE_OF_FAULTS, SEED)) {
      Map<String, String> settings =
          new HashMap<>(
              Map.of(
                  "type",
                  "jdbc",
                  "url",
                  "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/postgres?sslmode=disable",
                  "user",
                  "postgres",
                  "timeout",
                  "1s",
                  "durability",
                  "relaxed"));
      Undercroft.Builder builder = Undercroft.builder().withoutAmbientConfig();
      if (careful) {
        settings.putAll(Map.of("layers", "retry", "retry.attempts", "4", "retry.delay", "5ms"));
      } else {
        builder.wrap("rooms", new CarelessRetry());
      }
      try (Undercroft undercroft = builder.storage("rooms", settings).open()) {
        RetryProof proof = new RetryProof(undercroft.storage("rooms", Mark.class));
        undercroft.storage("rooms", Mark.class).clear();
        try (WriteLog log = new WriteLog(server.getJdbcUrl("postgres", "postgres"), "rooms")) {
          proxy.faulty(true);
          proof.write(writes, SEED);
          proxy.faulty(false);
          proxy.end(); // what is still on its way arrives now or never
          Eventually.passes(() -> assertThat(log.underWay()).isZero());
          Report report = proof.report(log.writes());
          System.out.println(
              "retry%s: %s; faults %s, seed %s"
                  .formatted(careful ? "" : " without care", report, proxy.faults(), SEED));
          return report;
        }
      }
    }
  }
}
