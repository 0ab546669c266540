package io.undercroft.it.durability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

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

  private static final int COMMAND_SECONDS = 60;

  private final Path image;
  private final Path mount;

  LoopDisk(Path folder, int megabytes) throws Exception {
    image = folder.resolve("disk.img");
    mount = Files.createDirectories(folder.resolve("disk"));
    run("truncate", "-s", megabytes + "M", image.toString());
    run("mkfs.ext4", "-q", "-F", image.toString());
    mount();
  }

  /** Returns why there can be no such disk here, or empty. */
  static Optional<String> obstacle() {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.of("it needs Linux");
    }
    try {
      if (!output("id", "-u").equals("0")) {
        return Optional.of("it needs root, to mount and to cut");
      }
      for (String tool : List.of("mkfs.ext4", "mount", "umount", "perl", "truncate")) {
        if (output("sh", "-c", "command -v " + tool + " || true").isEmpty()) {
          return Optional.of("it needs the program " + tool);
        }
      }
    } catch (Exception e) {
      return Optional.of("looking for what it needs failed: " + e);
    }
    return Optional.empty();
  }

  Path folder() {
    return mount;
  }

  /** Cuts the power; what is running on the disk gets I/O errors from now on. */
  void cut() throws Exception {
    run("perl", "-e", CUT, mount.toString());
  }

  /** Brings the power back: the journal is replayed, as after a real cut. */
  void restore() throws Exception {
    run("umount", mount.toString());
    mount();
  }

  private void mount() throws Exception {
    run("mount", "-o", "loop", image.toString(), mount.toString());
  }

  private static void run(String... command) throws IOException, InterruptedException {
    output(command);
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " failed: " + said);
    }
    return said;
  }

  @Override
  public void close() throws IOException {
    try {
      run("umount", "-l", mount.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
