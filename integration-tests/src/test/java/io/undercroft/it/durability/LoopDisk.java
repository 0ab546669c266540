package io.undercroft.it.durability;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An ext4 file system in a file, whose power can be cut: {@code EXT4_IOC_SHUTDOWN} with {@code
 * NOLOGFLUSH} drops everything that has not reached the disk, the journal included (Linux,
 * fs/ext4/ioctl.c).
 *
 * <p>One thing differs from a real cut: an {@code fsync} that is under way may return success,
 * although its transaction was dropped (a program that does nothing but append to a file and call
 * {@code fdatasync} was told so in 8 of 150 cuts; Linux 6.18). So what is answered after the cut
 * began is no answer: a machine without power gives none.
 */
final class LoopDisk implements AutoCloseable {
  /** {@code _IOR('X', 125, __u32)}; the argument 2 is {@code EXT4_GOING_FLAGS_NOLOGFLUSH}. */
  private static final String CUT =
      "open(my $d, '<', $ARGV[0]) or die \"open: $!\"; my $flags = pack('L', 2);"
          + " $| = 1; print \"ready\\n\"; <STDIN>;"
          + " ioctl($d, 0x8004587D, $flags) or die \"ioctl: $!\";";

  private final Path folder;
  private final Mount mount;

  LoopDisk(Path place, int megabytes) throws Exception {
    Path image = place.resolve("disk.img");
    folder = Files.createDirectories(place.resolve("disk"));
    Programs.run("truncate", "-s", megabytes + "M", image.toString());
    Programs.run("mkfs.ext4", "-q", "-F", image.toString());
    mount = new Mount(folder, "-o", "loop", image.toString());
  }

  /** Returns why there can be no such disk here, or empty. */
  static Optional<String> obstacle() {
    return Programs.obstacle(
        "to mount and to cut", List.of("mkfs.ext4", "mount", "umount", "perl", "truncate"));
  }

  Path folder() {
    return folder;
  }

  /** Cuts the power while nothing is being written. */
  void cut() throws Exception {
    cut(() -> {});
  }

  /**
   * Cuts the power; what is running on the disk gets I/O errors from now on.
   *
   * @param lastMoment run directly before: from then on nobody may trust what is answered
   */
  void cut(Runnable lastMoment) throws Exception {
    Process perl =
        new ProcessBuilder("perl", "-e", CUT, folder.toString()).redirectErrorStream(true).start();
    try (BufferedReader said = perl.inputReader()) {
      String first = said.readLine();
      lastMoment.run();
      perl.getOutputStream().close(); // perl waits for the end of its input
      if (perl.waitFor() != 0) {
        throw new IOException(
            "cannot cut the power of '" + folder + "': " + first + said.readLine());
      }
    }
  }

  /** Brings the power back: the journal is replayed, as after a real cut. */
  void restore() throws Exception {
    mount.again();
  }

  @Override
  public void close() throws IOException {
    mount.close();
  }
}
