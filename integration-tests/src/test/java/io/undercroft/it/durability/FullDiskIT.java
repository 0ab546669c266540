package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A disk without room: writes say STORAGE_FULL and change nothing, and what gives room back still
 * works. Only in the profile {@code power-cut}: Linux and root.
 */
@Tag("power-cut")
final class FullDiskIT {
  private static final String FULL = "STORAGE_FULL";
  private static final int KILOBYTES = 2_048;
  private static final int FILES = 400;
  private static final int SMALL = 1_000;
  private static final int LARGE = 24_000;
  private static final int LARGER = 2 * LARGE;
  private static final int MORE_THAN_FIT = 1 + KILOBYTES * 1_024 / LARGE;
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();
  private final Ledger ledger = new Ledger(SEED);
  private @Nullable SmallDisk disk;

  @BeforeEach
  void mount() throws Exception {
    Programs.skipIf("FULL DISK", SmallDisk.obstacle());
    disk = new SmallDisk(temporary, KILOBYTES, FILES);
  }

  @AfterEach
  void unmount() throws Exception {
    if (disk != null) {
      disk.close();
    }
  }

  private SmallDisk disk() {
    return Objects.requireNonNull(disk, "mounted before each test");
  }

  /**
   * Starts a shell on what the one before left, and sees to it that it is what was acknowledged.
   */
  private Shell start(Layout layout) throws IOException {
    Path log = temporary.resolve("shell.log");
    Shell shell = Shell.start(distribution.shell(layout.properties(disk().folder())), log);
    assertRight(shell);
    assertThat(Inspection.ofFiles(layout.root(disk().folder()))).as("after a start").isEmpty();
    return shell;
  }

  private void assertRight(Shell shell) {
    assertThat(Inspection.of(shell, ledger, List.of())).as("seed %s", SEED).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void aSetThatFindsNoRoomSaysSoAndChangesNothing(Layout layout) throws Exception {
    int filled = 0;
    try (Shell shell = start(layout)) {
      Writes writes = new Writes(shell, ledger);
      assertThat(writes.set("kept", LARGE)).isEqualTo(Writes.OK);
      String last = Writes.OK;
      while (last.equals(Writes.OK) && filled < MORE_THAN_FIT) {
        last = writes.set("Filling " + filled, LARGE);
        filled += last.equals(Writes.OK) ? 1 : 0;
      }
      assertThat(last).as("after %d", filled).isEqualTo(FULL);
      assertThat(filled).isGreaterThan(10);
      assertThat(writes.set("kept", LARGER)).isEqualTo(FULL);
      for (int again = 0; again < 20; again++) { // what fails must not eat up room either
        assertThat(writes.set("Again " + again, LARGER)).isEqualTo(FULL);
      }
      assertRight(shell);
      shell.kill();
    }
    try (Shell shell = start(layout)) {
      Writes writes = new Writes(shell, ledger);
      assertThat(writes.set("kept", LARGER)).isEqualTo(FULL);
      for (int i = 0; i < 3; i++) {
        assertThat(writes.delete("Filling " + i)).isEqualTo(Writes.OK);
      }
      assertRight(shell);
      assertThat(writes.set("kept", LARGE)).isEqualTo(Writes.OK);
      assertThat(writes.set("new", LARGE)).isEqualTo(Writes.OK);
      assertRight(shell);
    }
    start(layout).close();
  }

  @ParameterizedTest
  @EnumSource
  void onADiskThatOthersFillDeleteGoesOnWorking(Layout layout) throws Exception {
    try (Shell shell = start(layout)) {
      writeSome(shell);
      disk().fill();
      assertOnlyDeleteWorks(shell);
      assertSetsWorkAgain(shell);
      shell.kill();
    }
    start(layout).close();
  }

  @ParameterizedTest
  @EnumSource
  void onADiskThatIsFullAtTheStartReadAndDeleteWork(Layout layout) throws Exception {
    try (Shell shell = start(layout)) {
      writeSome(shell);
    }
    disk().fill();
    try (Shell shell = start(layout)) {
      assertOnlyDeleteWorks(shell);
      assertSetsWorkAgain(shell);
      shell.kill();
    }
    start(layout).close();
  }

  @ParameterizedTest
  @EnumSource
  void onADiskWithoutAFreeFileDeleteGoesOnWorking(Layout layout) throws Exception {
    try (Shell shell = start(layout)) {
      writeSome(shell);
    }
    disk().fillWithFiles();
    try (Shell shell = start(layout)) {
      assertOnlyDeleteWorks(shell);
      if (layout == Layout.DOCUMENT) {
        disk().free(); // a document that gets smaller gives room back, but no file
      }
      assertSetsWorkAgain(shell);
    }
    start(layout).close();
  }

  private void writeSome(Shell shell) {
    Writes writes = new Writes(shell, ledger);
    for (int i = 0; i < 10; i++) {
      assertThat(writes.set("Key " + i, LARGE)).isEqualTo(Writes.OK);
    }
  }

  private void assertOnlyDeleteWorks(Shell shell) {
    Writes writes = new Writes(shell, ledger);
    assertThat(writes.set("new", LARGER)).isEqualTo(FULL);
    assertThat(writes.set("Key 9", LARGER)).isEqualTo(FULL);
    assertThat(writes.batch(List.of("Key 8", "other"), LARGER)).isEqualTo(FULL);
    assertRight(shell);
    for (int i = 0; i < 8; i++) {
      assertThat(writes.delete("Key " + i)).as("delete %d", i).isEqualTo(Writes.OK);
    }
    assertThat(writes.delete("Key 0")).as("nothing to delete").isEqualTo(Writes.OK);
    assertRight(shell);
  }

  private void assertSetsWorkAgain(Shell shell) {
    Writes writes = new Writes(shell, ledger);
    assertThat(writes.set("back", SMALL)).isEqualTo(Writes.OK);
    assertThat(writes.set("Key 9", SMALL)).isEqualTo(Writes.OK);
    assertRight(shell);
  }

  @ParameterizedTest
  @EnumSource
  void aBatchThatDoesNotFitIsNotSeenAtAll(Layout layout) throws Exception {
    List<String> pair = List.of("Key 1", "new");
    List<String> tooMany = IntStream.range(0, 40).mapToObj(i -> "Key " + i).toList();
    try (Shell shell = start(layout)) {
      writeSome(shell);
      Writes writes = new Writes(shell, ledger);
      assertThat(writes.batch(tooMany, LARGER)).isEqualTo(FULL);
      assertRight(shell);
      assertThat(writes.batch(pair, LARGE)).as("one that fits").isEqualTo(Writes.OK);
      assertThat(writes.batch(tooMany, LARGER)).isEqualTo(FULL);
      assertRight(shell);
      shell.kill();
    }
    try (Shell shell = start(layout)) {
      assertThat(new Writes(shell, ledger).batch(pair, SMALL)).isEqualTo(Writes.OK);
    }
    start(layout).close();
  }

  @ParameterizedTest
  @EnumSource(names = "SUBFOLDERS", mode = EnumSource.Mode.EXCLUDE) // which could not be made
  void aStorageThatBeginsOnAFullDiskWorksWhenThereIsRoom(Layout layout) throws Exception {
    disk().fill();
    try (Shell shell = start(layout)) {
      Writes writes = new Writes(shell, ledger);
      assertThat(writes.set("new", SMALL)).isEqualTo(FULL);
      assertRight(shell);
      disk().free();
      assertThat(writes.set("new", SMALL)).isEqualTo(Writes.OK);
      assertRight(shell);
    }
    start(layout).close();
  }
}
