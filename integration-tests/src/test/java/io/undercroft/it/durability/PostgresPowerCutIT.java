package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The power of a PostgreSQL server goes off, and that of its client with it. Only in the profile
 * {@code power-cut}: Linux and root.
 */
@Tag("power-cut")
final class PostgresPowerCutIT {
  private static final int CUTS = Integer.getInteger("durability.cuts", 50);
  private static final int CUTS_TO_SEE_RED = 20;
  private static final int DISK_MEGABYTES = 512;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();

  @Test
  void aTableLosesNothing() throws Exception {
    CrashRounds.Report report = cut(CUTS, false);
    KillIT.print("power cut, PostgreSQL", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aServerThatDoesNotWaitForTheDiskIsSeen() throws Exception {
    CrashRounds.Report report = cut(CUTS_TO_SEE_RED, true, "storage.durability=relaxed");
    KillIT.print("power cut, PostgreSQL, relaxed", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  private CrashRounds.Report cut(int cuts, boolean stopAtFirst, String... more) throws Exception {
    Optional<String> obstacle = LoopDisk.obstacle().or(MortalPostgres::obstacle);
    Programs.skipIf("POWER CUT OF POSTGRESQL", obstacle);
    try (LoopDisk disk = new LoopDisk(temporary, DISK_MEGABYTES);
        MortalPostgres server =
            new MortalPostgres(disk.folder().resolve("data"), temporary.resolve("postgres.log"))) {
      List<String> properties = new ArrayList<>(server.properties());
      properties.addAll(List.of(more));
      return new CrashRounds(
              distribution.shell(properties),
              temporary.resolve("no folder of ours"),
              temporary.resolve("shell.log"),
              SEED,
              true)
          .run(
              cuts,
              stopAtFirst,
              (shell, silence) -> {
                disk.cut(silence);
                shell.kill();
                server.kill();
                disk.restore();
                server.start();
              });
    }
  }
}
