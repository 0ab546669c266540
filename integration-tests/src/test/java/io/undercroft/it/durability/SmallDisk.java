package io.undercroft.it.durability;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file system of a few pages of memory, which is soon full: tmpfs. */
final class SmallDisk implements AutoCloseable {
  private static final int PAGE = 4_096;

  private final Path folder;
  private final Mount mount;
  private final List<Path> foreign = new ArrayList<>();

  /**
   * Mounts one.
   *
   * @param place an empty directory
   * @param kilobytes how much it holds
   * @param files how many files and directories it holds
   */
  SmallDisk(Path place, int kilobytes, int files) throws Exception {
    folder = Files.createDirectories(place.resolve("disk"));
    String size = "size=" + kilobytes + "k,nr_inodes=" + files + ",mode=0755";
    mount = new Mount(folder, "-t", "tmpfs", "-o", size, "undercroft-test");
  }

  /** Returns why there can be no such disk here, or empty. */
  static Optional<String> obstacle() {
    return Programs.obstacle("to mount a tmpfs", List.of("mount", "umount"));
  }

  Path folder() {
    return folder;
  }

  /** Somebody else takes all the room that is left. */
  void fill() throws IOException {
    Path file = folder.resolve("of somebody else");
    foreign.add(file);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      while (true) {
        channel.write(ByteBuffer.allocate(PAGE));
      }
    } catch (IOException full) {
      return; // that is the purpose
    }
  }

  /** Somebody else creates as many files as there can be. */
  void fillWithFiles() {
    while (true) {
      try {
        foreign.add(Files.createFile(folder.resolve("of somebody else " + foreign.size())));
      } catch (FileSystemException full) {
        return; // that is the purpose
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Somebody else gives the room back. */
  void free() throws IOException {
    for (Path file : foreign) {
      Files.delete(file);
    }
    foreign.clear();
  }

  @Override
  public void close() throws IOException {
    mount.close();
  }
}
