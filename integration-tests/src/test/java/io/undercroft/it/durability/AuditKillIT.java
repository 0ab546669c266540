package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code kill -9} of a process that writes a trail: the chain verifies after each start, and no
 * acknowledged operation is missing. How often: {@code -Daudit.kills} (the profile {@code kill-9}
 * says 100).
 */
@Execution(ExecutionMode.CONCURRENT) // it has processes and a place of its own
final class AuditKillIT {
  private static final int KILLS = Integer.getInteger("audit.kills", 5);
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private List<String> properties() {
    return List.of(
        "storage.type=file",
        "storage.path=" + temporary.resolve("rooms"),
        "storage.layers=audit",
        "storage.audit.path=" + temporary.resolve("trail/audit.jsonl"),
        "storage.audit.anchor=" + temporary.resolve("elsewhere/anchor.json"),
        "storage.audit.anchor-interval=20ms",
        "storage.audit.max-size=16KiB");
  }

  @Test
  void theChainVerifiesAndNothingAcknowledgedIsMissing() throws Exception {
    TrailRounds rounds = new TrailRounds(new Distribution(), properties(), temporary, SEED);
    for (int kill = 0; kill < KILLS; kill++) {
      rounds.round((shell, silence) -> shell.kill());
    }
    // The next start drops what was cut off, and says so in the trail.
    rounds.recover();
    Distribution.Ended verified = rounds.audit("verify");
    assertThat(verified.status()).as("seed %s: %s", SEED, verified).isZero();
    Set<String> missing = rounds.missing();
    System.out.println(
        "durability: trail: %s kills, %s acknowledged writes, %s missing, %s, seed %s"
            .formatted(
                KILLS, rounds.acknowledged().size(), missing.size(), verified.out().strip(), SEED));
    assertThat(rounds.acknowledged()).isNotEmpty();
    assertThat(missing).as("seed %s", SEED).isEmpty();
  }
}
