package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power goes off while a trail is written: the chain verifies after each start, and no
 * acknowledged operation is missing. Only in the profile {@code power-cut}: Linux and root.
 */
@Tag("power-cut")
final class AuditPowerCutIT {
  private static final int CUTS = Integer.getInteger("durability.cuts", 50);
  private static final int CUTS_TO_SEE_RED = 20;
  private static final int DISK_MEGABYTES = 96;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private @Nullable LoopDisk disk;

  @BeforeEach
  void mount() throws Exception {
    Programs.skipIf("POWER CUT", LoopDisk.obstacle());
    disk = new LoopDisk(temporary, DISK_MEGABYTES);
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  private LoopDisk disk() {
    return Objects.requireNonNull(disk, "mounted before each test");
  }

  @Test
  void aTrailLosesNothing() throws Exception {
    TrailRounds rounds = rounds();
    Set<String> missing = cut(rounds, CUTS);
    System.out.println(
        "durability: trail: %s power cuts, %s acknowledged writes, %s missing, seed %s"
            .formatted(CUTS, rounds.acknowledged().size(), missing.size(), SEED));
    assertThat(rounds.acknowledged()).isNotEmpty();
    assertThat(missing).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aTrailThatIsNotForcedIsSeen() throws Exception {
    assertThat(cut(rounds("storage.audit.fsync=none"), CUTS_TO_SEE_RED))
        .as("seed %s", SEED)
        .isNotEmpty();
  }

  /** In memory, so that nothing but the trail is waited for. */
  private TrailRounds rounds(String... more) {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "storage.type=memory",
                "storage.layers=audit",
                "storage.audit.path=" + disk().folder().resolve("trail/audit.jsonl"),
                "storage.audit.max-size=128KiB"));
    properties.addAll(List.of(more));
    return new TrailRounds(new Distribution(), properties, temporary, SEED);
  }

  /** Cuts so many times, or until something is missing; returns that. */
  private Set<String> cut(TrailRounds rounds, int cuts) throws Exception {
    Set<String> missing = Set.of();
    for (int cut = 0; cut < cuts && missing.isEmpty(); cut++) {
      rounds.round(
          (shell, silence) -> {
            disk().cut(silence);
            shell.kill();
            disk().restore();
          });
      rounds.recover();
      Distribution.Ended verified = rounds.audit("verify");
      assertThat(verified.status()).as("seed %s: %s", SEED, verified).isZero();
      missing = rounds.missing();
    }
    return missing;
  }
}
