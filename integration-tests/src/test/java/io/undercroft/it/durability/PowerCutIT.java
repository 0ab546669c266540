package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The power goes off in the middle of writes. Only in the profile {@code power-cut}: Linux and
 * root.
 */
@Tag("power-cut")
@Execution(ExecutionMode.CONCURRENT) // each test has processes and a place of its own
final class PowerCutIT {
  private static final int CUTS = Integer.getInteger("durability.cuts", 50);

  private static final int CUTS_TO_SEE_RED = 20;
  private static final int DISK_MEGABYTES = 96;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();
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
  void aFolderLosesNothing() throws Exception {
    Path root = disk().folder().resolve("folder");
    CrashRounds.Report report =
        cut(List.of("storage.type=file", "storage.path=" + root), root, true, CUTS, false);
    KillIT.print("power cut, file, folder", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aFolderWithSubfoldersLosesNothing() throws Exception {
    Path root = disk().folder().resolve("spread");
    CrashRounds.Report report =
        cut(
            List.of("storage.type=file", "storage.path=" + root, "storage.subfolders=16"),
            root,
            true,
            CUTS,
            false);
    KillIT.print("power cut, file, 16 subfolders", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aDocumentLosesNothing() throws Exception {
    Path root = disk().folder().resolve("document");
    CrashRounds.Report report =
        cut(
            List.of("storage.type=file", "storage.path=" + root.resolve("rooms.json")),
            root,
            true,
            CUTS,
            false);
    KillIT.print("power cut, file, document", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aTableOfSqliteLosesNothing() throws Exception {
    database("SQLite", Databases.SQLITE);
  }

  @Test
  void aTableOfH2LosesNothing() throws Exception {
    database("H2", Databases.H2);
  }

  private void database(String name, Databases database) throws Exception {
    Path root = disk().folder();
    CrashRounds.Report report = cut(database.properties(root), root, true, CUTS, false);
    KillIT.print("power cut, " + name, report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aRightStoreOfTheHarnessLosesNothing() throws Exception {
    CrashRounds.Report report = planted("none", false);
    KillIT.print("power cut, planted, no fault", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aStoreWithoutFsyncIsSeen() throws Exception {
    CrashRounds.Report report = planted("no-fsync", true);
    KillIT.print("power cut, planted, no fsync", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  @Test
  void aStoreWithoutTheDirectorysFsyncIsSeen() throws Exception {
    CrashRounds.Report report = planted("no-directory-fsync", true);
    KillIT.print("power cut, planted, no directory fsync", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  private CrashRounds.Report planted(String fault, boolean stopAtFirst) throws Exception {
    Path root = disk().folder().resolve(fault);
    Path plugins = distribution.pluginsWithPlanted(temporary.resolve("plugins"));
    return cut(
        List.of(
            "storage.plugins.path=" + plugins,
            "storage.plugins.trust=open",
            "storage.type=planted",
            "storage.fault=" + fault,
            "storage.path=" + root),
        root,
        false,
        CUTS_TO_SEE_RED,
        stopAtFirst);
  }

  private CrashRounds.Report cut(
      List<String> properties, Path root, boolean commits, int cuts, boolean stopAtFirst)
      throws Exception {
    return new CrashRounds(
            distribution.shell(properties), root, temporary.resolve("shell.log"), SEED, commits)
        .run(
            cuts,
            stopAtFirst,
            (shell, silence) -> {
              disk().cut(silence);
              shell.kill();
              disk().restore();
            });
  }
}
