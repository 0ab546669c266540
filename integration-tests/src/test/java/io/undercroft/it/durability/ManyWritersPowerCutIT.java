package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.storage.Storage;
import io.undercroft.storage.Undercroft;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sixteen threads were told to be written, while they share trips to the disk, is there. */
@Tag("power-cut")
final class ManyWritersPowerCutIT {
  private static final int CUTS = Integer.getInteger("durability.cuts", 50);
  private static final int CUTS_TO_SEE_RED = 20;
  private static final int WRITERS = 16;
  private static final int DISK_MEGABYTES = 192;
  private static final long ROUND = 1_000_000;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  /** What was acknowledged: the highest number of each key. */
  private final Map<String, Long> acknowledged = new HashMap<>();

  private long count;

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void nothingIsLost(int subfolders) throws Exception {
    assertThat(cut("full", subfolders, CUTS)).as("seed %s", SEED).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 16})
  void aFolderThatDoesNotWaitForTheDiskIsSeen(int subfolders) throws Exception {
    assertThat(cut("relaxed", subfolders, CUTS_TO_SEE_RED)).as("seed %s", SEED).isNotEmpty();
  }

  private List<String> cut(String durability, int subfolders, int cuts) throws Exception {
    Programs.skipIf("POWER CUT", LoopDisk.obstacle());
    Random random = new Random(SEED);
    List<String> missing = new ArrayList<>();
    int done = 0;
    try (LoopDisk disk = new LoopDisk(temporary, DISK_MEGABYTES)) {
      Path folder = disk.folder().resolve("numbers");
      for (; done < cuts && missing.isEmpty(); done++) {
        strike(disk, folder, durability, subfolders, done * ROUND, 50 + random.nextInt(1_000));
        disk.restore();
        missing.addAll(missing(folder, subfolders));
      }
    }
    System.out.printf(
        "durability: power cut, %d threads, %d subfolders, %s: %d cuts, %d acknowledged writes, %d missing, seed"
            + " %d%n",
        WRITERS, subfolders, durability, done, count, missing.size(), SEED);
    return missing;
  }

  /** Lets them write until so many writes are acknowledged, and cuts the power in the middle. */
  private void strike(
      LoopDisk disk, Path folder, String durability, int subfolders, long first, int target)
      throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ManyWriters.class.getName(),
                folder.toString(),
                durability,
                String.valueOf(subfolders),
                String.valueOf(WRITERS),
                String.valueOf(first))
            .redirectError(temporary.resolve("writers.log").toFile())
            .start();
    try (BufferedReader lines = process.inputReader()) {
      for (int i = 0; i < target; i++) {
        note(lines.readLine());
      }
      AtomicBoolean silent = new AtomicBoolean();
      Thread reader =
          new Thread(
              () ->
                  lines
                      .lines()
                      .takeWhile(line -> !silent.get())
                      .forEach(ManyWritersPowerCutIT.this::note));
      reader.start();
      disk.cut(() -> silent.set(true));
      process.destroyForcibly().waitFor();
      reader.join();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private synchronized void note(@Nullable String line) {
    if (line == null) {
      throw new IllegalStateException("the writers have ended");
    }
    int blank = line.indexOf(' ');
    acknowledged.merge(
        line.substring(0, blank), Long.parseLong(line.substring(blank + 1)), Math::max);
    count++;
  }

  private synchronized List<String> missing(Path folder, int subfolders) {
    List<String> missing = new ArrayList<>();
    try (Undercroft undercroft =
        ManyWriters.open(folder.toString(), "full", String.valueOf(subfolders))) {
      Storage<Long> numbers = undercroft.storage(Long.class);
      acknowledged.forEach(
          (key, number) -> {
            Optional<Long> found = numbers.get(key);
            if (found.isEmpty() || found.get() < number) {
              missing.add(key + ": " + number + " was acknowledged, there is " + found);
            }
          });
    }
    return missing;
  }
}
