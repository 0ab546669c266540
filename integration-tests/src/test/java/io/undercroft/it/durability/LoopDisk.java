package io.undercroft.it.durability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An ext4 file system in a file, whose power can be cut: {@code EXT4_IOC_SHUTDOWN} with {@code
 * NOLOGFLUSH} drops everything that has not reached the disk, the journal included (Linux,
 * fs/ext4/ioctl.c).
 */
final class LoopDisk implements AutoCloseable {
  /** {@code _IOR('X', 125, __u32)}; the argument 2 is {@code EXT4_GOING_FLAGS_NOLOGFLUSH}. */
  private static final String CUT =
      "open(my $d, '<', $ARGV[0]) or die \"open: $!\"; my $flags = pack('L', 2);"
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

  /** Cuts the power; what is running on the disk gets I/O errors from now on. */
  void cut() throws Exception {
    Programs.run("perl", "-e", CUT, folder.toString());
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
