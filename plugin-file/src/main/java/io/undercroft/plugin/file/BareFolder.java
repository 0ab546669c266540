package io.undercroft.plugin.file;

import io.undercroft.spi.BareDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * By hand: a file for each key by {@code java.nio} alone, replaced or written over, and forced, as
 * the storage is configured to do it. They lie in a folder among what the storage keeps for itself.
 */
final class BareFolder implements BareDriver {
  private static final String NAME = "bare";
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  private static final Set<StandardOpenOption> IN_PLACE =
      Set.of(
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private final Subfolders subfolders;
  private final Path folder;
  private final boolean atomic;
  private final boolean force;
  private final boolean forceFolder;
  private final FileAttribute<?>[] ownerOnly;
  private final Runnable storageIsOpen;
  private final AtomicLong drafts = new AtomicLong();
  private volatile boolean closed;

  private BareFolder(
      Subfolders subfolders, FileSettings settings, boolean forceFolder, Runnable storageIsOpen) {
    this.subfolders = subfolders;
    this.folder = subfolders.root();
    this.atomic = settings.atomic();
    this.force = settings.isDurable();
    this.forceFolder = forceFolder;
    this.ownerOnly =
        folder.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : NO_ATTRIBUTES;
    this.storageIsOpen = storageIsOpen;
  }

  /**
   * Makes the folder, and empties it if it is there.
   *
   * @param own the folder of what the storage keeps for itself
   * @param files what writes there
   * @param storageIsOpen throws CLOSED if it is not
   */
  static BareFolder open(
      Path own, FileSettings settings, DurableFiles files, Runnable storageIsOpen) {
    storageIsOpen.run();
    Path folder = own.resolve(NAME);
    Places.refuseLink(folder);
    try {
      files.createDirectories(folder);
      empty(folder);
      Subfolders subfolders = Subfolders.of(folder, settings.subfolders());
      for (Path subfolder : subfolders.all()) {
        files.createDirectory(subfolder);
      }
      return new BareFolder(subfolders, settings, files.forcesDirectories(), storageIsOpen);
    } catch (IOException e) {
      throw IoFailures.writing(folder, e);
    }
  }

  private static void empty(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          empty(file); // a subfolder
        }
        Files.deleteIfExists(file);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  @Override
  public String description() {
    String how =
        atomic
            ? "temporary file, "
                + (force ? "force, " : "")
                + "rename"
                + (forceFolder ? ", force the directory" : "")
            : "written over in place"
                + (force ? ", force" : "")
                + (forceFolder ? ", force the directory of a new one" : "");
    String where =
        subfolders.areNone() ? "" : ", spread over " + subfolders.count() + " subfolders";
    return "java.nio: a file for each key" + where + "; " + how;
  }

  @Override
  public Optional<byte[]> get(String key) {
    checkOpen();
    Path file = file(key);
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw IoFailures.reading(file, e);
    }
  }

  @Override
  public void set(String key, byte[] value) {
    setMany(Map.of(key, value));
  }

  @Override
  public Map<String, byte[]> getMany(Collection<String> keys) {
    Map<String, byte[]> found = new LinkedHashMap<>();
    for (String key : keys) {
      get(key).ifPresent(value -> found.put(key, value));
    }
    return found;
  }

  /** The directory, or each that has to do with it, is forced once, for all of them. */
  @Override
  public void setMany(Map<String, byte[]> values) {
    checkOpen();
    try {
      Set<Path> changed = new HashSet<>();
      for (Map.Entry<String, byte[]> each : values.entrySet()) {
        Path directory = subfolders.of(FileNames.stem(each.getKey()));
        if (write(directory, file(each.getKey()), each.getValue())) {
          changed.add(directory);
        }
      }
      for (Path directory : forceFolder ? changed : Set.<Path>of()) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } catch (IOException e) {
      throw IoFailures.writing(folder, e);
    }
  }

  /** Returns whether that has changed the directory. */
  private boolean write(Path directory, Path file, byte[] value) throws IOException {
    if (!atomic) {
      boolean fresh = forceFolder && Files.notExists(file);
      write(file, IN_PLACE, value);
      return fresh;
    }
    Path draft = directory.resolve(".draft-" + drafts.incrementAndGet());
    write(draft, NEW, value);
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    return true;
  }

  private void write(Path file, Set<StandardOpenOption> how, byte[] value) throws IOException {
    try (FileChannel channel = FileChannel.open(file, how, ownerOnly)) {
      ByteBuffer content = ByteBuffer.wrap(value);
      while (content.hasRemaining()) {
        channel.write(content);
      }
      if (force) {
        channel.force(true);
      }
    }
  }

  /** The name of a key begins with no dot, so that it is never that of a draft. */
  private Path file(String key) {
    String stem = FileNames.stem(key);
    return subfolders.of(stem).resolve(stem);
  }

  private void checkOpen() {
    storageIsOpen.run();
    if (closed) {
      throw ChangeFeed.closed();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (Files.exists(folder)) {
        empty(folder);
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      throw IoFailures.writing(folder, e);
    }
  }
}
