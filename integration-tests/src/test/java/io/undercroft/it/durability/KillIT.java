package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * {@code kill -9} in the middle of writes. How often: {@code -Ddurability.kills} (the profile
 * {@code kill-9} says 200); which run: {@code -Ddurability.seed}.
 */
@Execution(ExecutionMode.CONCURRENT) // each test has processes and a place of its own
final class KillIT {
  private static final int KILLS = Integer.getInteger("durability.kills", 8);
  private static final int KILLS_TO_SEE_RED = 60;

  /** The machine goes on: every answer counts, also one that is read after the kill. */
  private static final CrashRounds.Strike KILL = (shell, silence) -> shell.kill();

  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();

  @Test
  void aFolderLosesNothing() throws Exception {
    Path root = temporary.resolve("folder");
    CrashRounds.Report report =
        rounds(List.of("storage.type=file", "storage.path=" + root), root, true)
            .run(KILLS, false, KILL);
    print("file, folder", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aFolderWithSubfoldersLosesNothing() throws Exception {
    Path root = temporary.resolve("spread");
    CrashRounds.Report report =
        rounds(
                List.of("storage.type=file", "storage.path=" + root, "storage.subfolders=16"),
                root,
                true)
            .run(KILLS, false, KILL);
    print("file, 16 subfolders", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aDocumentLosesNothing() throws Exception {
    Path root = temporary.resolve("document");
    CrashRounds.Report report =
        rounds(
                List.of("storage.type=file", "storage.path=" + root.resolve("rooms.json")),
                root,
                true)
            .run(KILLS, false, KILL);
    print("file, document", report);
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

  /** The server is killed, with all its processes, and then its client. */
  @Test
  void aTableOfPostgresLosesNothingThoughTheServerIsKilledToo() throws Exception {
    CrashRounds.Report report = postgres(KILLS, false);
    print("PostgreSQL, server and client", report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aServerThatDoesNotWaitForTheDiskIsSeen() throws Exception {
    CrashRounds.Report report = postgres(KILLS_TO_SEE_RED, true, "storage.durability=relaxed");
    print("PostgreSQL, relaxed", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  private CrashRounds.Report postgres(int kills, boolean stopAtFirst, String... more)
      throws Exception {
    Programs.skipIf("POSTGRESQL", MortalPostgres.obstacle());
    try (MortalPostgres server =
        new MortalPostgres(temporary.resolve("data"), temporary.resolve("postgres.log"))) {
      List<String> properties = new ArrayList<>(server.properties());
      properties.addAll(List.of(more));
      return rounds(properties, temporary.resolve("no folder of ours"), true)
          .run(
              kills,
              stopAtFirst,
              (shell, silence) -> {
                server.kill();
                shell.kill();
                server.start();
              });
    }
  }

  private void database(String name, Databases database) throws Exception {
    Path root = Files.createDirectory(temporary.resolve(name));
    CrashRounds.Report report =
        rounds(database.properties(root), root, true).run(KILLS, false, KILL);
    print(name, report);
    assertThat(report.findings()).as("seed %s", SEED).isEmpty();
  }

  @Test
  void aStoreThatOverwritesInPlaceIsSeen() throws Exception {
    CrashRounds.Report report = planted("no-rename", KILLS_TO_SEE_RED);
    print("planted, no rename", report);
    assertThat(report.findings()).as("seed %s", SEED).isNotEmpty();
  }

  private CrashRounds.Report planted(String fault, int kills) throws Exception {
    Path root = temporary.resolve(fault);
    Path plugins = distribution.pluginsWithPlanted(temporary.resolve("plugins"));
    return rounds(
            List.of(
                "storage.plugins.path=" + plugins,
                "storage.plugins.trust=open",
                "storage.type=planted",
                "storage.fault=" + fault,
                "storage.path=" + root),
            root,
            false)
        .run(kills, true, KILL);
  }

  private CrashRounds rounds(List<String> properties, Path root, boolean commits) {
    return new CrashRounds(
        distribution.shell(properties), root, temporary.resolve("shell.log"), SEED, commits);
  }

  static void print(String subject, CrashRounds.Report report) {
    System.out.println("durability: " + subject + ": " + report);
  }
}
