package io.undercroft.it.durability;

import static org.assertj.core.api.Assertions.assertThat;

import io.undercroft.it.Distribution;
import io.undercroft.it.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * System calls that fail under a running storage: every write says what became of it, and that is
 * so, at once, after a restart and after a power cut. Only in the profile {@code power-cut}: Linux,
 * root and {@code strace}.
 */
@Tag("power-cut")
final class FailingCallsIT {
  private static final String RENAME = "?rename,?renameat,?renameat2";
  private static final String UNLINK = "?unlink,?unlinkat";
  private static final String FAILED = "CONNECTION_FAILED";
  private static final String FULL = "STORAGE_FULL";
  private static final String QUOTA = "QUOTA_EXCEEDED";
  private static final String UNKNOWN = "UNKNOWN_OUTCOME";
  private static final int SMALL = 500;
  private static final int LARGE = 9_000;
  private static final int DISK_MEGABYTES = 96;
  private static final int WRITES_BEFORE_THE_CUT = 60;
  private static final List<List<String>> PAIR = List.of(List.of("pair a", "pair b"));
  private static final long SEED = Long.getLong("durability.seed", System.nanoTime());

  @TempDir Path temporary;

  private final Distribution distribution = new Distribution();
  private final Ledger ledger = new Ledger(SEED);

  /** Which paths' calls fail. */
  private enum Where {
    ANY,
    /** The temporary files of values, documents, sidecars and the clock. */
    DRAFTS,
    /** The directories that name the values or the document. */
    DIRECTORY
  }

  /** A fault, and how an overwriting set and a delete may answer to it. */
  private enum Fault {
    FSYNC("fsync,fdatasync", "EIO", Where.ANY, FAILED, UNKNOWN),
    FSYNC_FROM_THE_SECOND_ON("fsync,fdatasync", "EIO:when=2+", Where.ANY, FAILED, UNKNOWN),
    FSYNC_OF_DRAFTS("fsync,fdatasync", "EIO", Where.DRAFTS, FAILED),
    FSYNC_OF_THE_DIRECTORY("fsync,fdatasync", "EIO", Where.DIRECTORY, FAILED, UNKNOWN),
    FSYNC_FINDS_NO_ROOM("fsync,fdatasync", "ENOSPC", Where.DRAFTS, FULL),
    FSYNC_FINDS_NO_QUOTA("fsync,fdatasync", "EDQUOT", Where.DRAFTS, QUOTA),
    RENAME_FAILS(RENAME, "EIO", Where.ANY, FAILED, UNKNOWN),
    RENAME_FAILS_SOMETIMES(RENAME, "EIO:when=2..3", Where.ANY, FAILED, UNKNOWN),
    RENAME_ON_A_READ_ONLY_DISK(RENAME, "EROFS", Where.ANY, FAILED, UNKNOWN),
    RENAME_FINDS_NO_ROOM(RENAME, "ENOSPC", Where.ANY, FULL, FAILED, UNKNOWN),
    WRITE_FAILS("write,pwrite64", "EIO", Where.DRAFTS, FAILED),
    WRITE_FINDS_NO_ROOM("write,pwrite64", "ENOSPC", Where.DRAFTS, FULL),
    WRITE_FINDS_NO_ROOM_AT_FIRST("write,pwrite64", "ENOSPC:when=1..2", Where.DRAFTS, FULL),
    WRITE_FINDS_NO_QUOTA("write,pwrite64", "EDQUOT", Where.DRAFTS, QUOTA),
    CREATE_IS_DENIED("openat", "EACCES", Where.DRAFTS, FAILED),
    CREATE_ON_A_READ_ONLY_DISK("openat", "EROFS", Where.DRAFTS, FAILED),
    CREATE_FINDS_NO_ROOM("openat", "ENOSPC", Where.DRAFTS, FULL),
    UNLINK_FAILS(UNLINK, "EIO", Where.ANY, FAILED),
    UNLINK_ON_A_READ_ONLY_DISK(UNLINK, "EROFS", Where.ANY, FAILED);

    private final String calls;
    private final String error;
    private final Where where;

    @SuppressWarnings("ImmutableEnumChecker") // it is one that cannot be changed
    private final Set<String> codes;

    Fault(String calls, String error, Where where, String... codes) {
      this.calls = calls;
      this.error = error;
      this.where = where;
      this.codes = Set.of(codes);
    }
  }

  @BeforeEach
  void skip() {
    Programs.skipIf("FAILING CALLS", FailingCalls.obstacle(temporary));
  }

  private Shell start(Layout layout, Path parent) throws IOException {
    Path log = temporary.resolve("shell.log");
    Shell shell = Shell.start(distribution.shell(layout.properties(parent)), log);
    assertRight(shell, "after a start");
    assertThat(Inspection.ofFiles(layout.root(parent))).as("after a start").isEmpty();
    return shell;
  }

  private void assertRight(Shell shell, String when) {
    assertThat(Inspection.of(shell, ledger, PAIR)).as("%s, seed %s", when, SEED).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void everyFailureIsSaidAndWhatIsSaidIsSo(Layout layout) throws Exception {
    Shell shell = start(layout, temporary);
    try {
      for (Fault fault : Fault.values()) {
        Writes writes = new Writes(shell, ledger);
        assertAllWorks(writes, "before " + fault);
        List<String> answers = new ArrayList<>();
        long failed;
        try (FailingCalls calls = attach(shell, layout, fault, writes)) {
          answers.add(writes.set("kept", LARGE));
          answers.add(writes.set("kept", SMALL));
          answers.add(writes.set("new " + fault, SMALL));
          answers.add(writes.delete("gone"));
          answers.add(writes.batch(PAIR.get(0), SMALL));
          answers.add(writes.set("kept", LARGE));
          answers.add(writes.delete("gone too"));
          failed = calls.end();
        }
        System.out.println(
            "durability: failing calls, " + layout + ", " + fault + ": " + failed + ", " + answers);
        assertThat(failed).as("%s was injected", fault).isPositive();
        assertThat(answers).as("%s", fault).allMatch(answer -> isRight(fault, answer));
        if (layout != Layout.DOCUMENT
            || !fault.calls.equals(UNLINK)) { // a document removes nothing
          assertThat(answers).as("%s", fault).anyMatch(fault.codes::contains);
        }
        assertRight(shell, "after " + fault);
        assertAllWorks(writes, "after " + fault);
        assertRight(shell, "healthy after " + fault);
        shell.kill();
        shell = start(layout, temporary);
      }
    } finally {
      shell.kill();
    }
  }

  private static boolean isRight(Fault fault, String answer) {
    return answer.equals(Writes.OK) || fault.codes.contains(answer);
  }

  private static void assertAllWorks(Writes writes, String when) {
    assertThat(
            List.of(
                writes.set("kept", SMALL),
                writes.set("kept", LARGE),
                writes.batch(PAIR.get(0), SMALL),
                writes.set("gone", SMALL),
                writes.set("gone too", SMALL),
                writes.set("short-lived", SMALL),
                writes.delete("short-lived")))
        .as(when)
        .containsOnly(Writes.OK);
  }

  private FailingCalls attach(Shell shell, Layout layout, Fault fault, Writes writes)
      throws IOException {
    Path root = layout.root(temporary).toRealPath();
    List<Path> paths =
        switch (fault.where) {
          case ANY -> List.of();
          case DIRECTORY -> layout.naming(temporary);
          case DRAFTS ->
              FailingCalls.nextDrafts(
                  shell.pid(), temporary, directories(root), () -> writes.set("kept", LARGE));
        };
    return FailingCalls.attach(shell.pid(), temporary, fault.calls, fault.error, paths);
  }

  private static List<Path> directories(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAcknowledgedAmongFailingCallsSurvivesAPowerCut(Layout layout) throws Exception {
    Programs.skipIf("FAILING CALLS AND A POWER CUT", LoopDisk.obstacle());
    Random random = new Random(SEED);
    try (LoopDisk disk = new LoopDisk(temporary, DISK_MEGABYTES)) {
      for (String fault : List.of("EIO:when=3+5", "EIO:when=2+7", "ENOSPC:when=4+6")) {
        int acknowledged = 0;
        long failed;
        Shell shell = start(layout, disk.folder());
        try {
          Writes writes = new Writes(shell, ledger);
          assertAllWorks(writes, "before " + fault);
          try (FailingCalls calls =
              FailingCalls.attach(shell.pid(), temporary, "fsync,fdatasync", fault, List.of())) {
            for (int i = 0; i < WRITES_BEFORE_THE_CUT; i++) {
              acknowledged += write(writes, random).equals(Writes.OK) ? 1 : 0;
            }
            disk.cut();
            failed = calls.end();
          }
        } finally {
          shell.kill();
        }
        disk.restore();
        System.out.println(
            "durability: failing calls and a power cut, "
                + layout
                + ", "
                + fault
                + ": "
                + failed
                + " failed, "
                + acknowledged
                + " writes acknowledged");
        assertThat(failed).isPositive();
        assertThat(acknowledged).isPositive();
      }
      start(layout, disk.folder()).close();
    }
  }

  private static String write(Writes writes, Random random) {
    int what = random.nextInt(8);
    String key = "Key " + random.nextInt(6);
    return what == 0
        ? writes.delete(key)
        : what == 1 ? writes.batch(PAIR.get(0), SMALL) : writes.set(key, what < 4 ? LARGE : SMALL);
  }
}
