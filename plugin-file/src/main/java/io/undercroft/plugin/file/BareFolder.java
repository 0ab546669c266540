package io.undercroft.plugin.file;

import io.undercroft.spi.BareDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
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

  private final Path folder;
  private final boolean atomic;
  private final boolean force;
  private final boolean forceFolder;
  private final FileAttribute<?>[] ownerOnly;
  private final Runnable storageIsOpen;
  private final AtomicLong drafts = new AtomicLong();
  private volatile boolean closed;

  private BareFolder(
      Path folder, FileSettings settings, boolean forceFolder, Runnable storageIsOpen) {
    this.folder = folder;
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
    } catch (IOException e) {
      throw IoFailures.writing(folder, e);
    }
    return new BareFolder(folder, settings, files.forcesDirectories(), storageIsOpen);
  }

  private static void empty(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
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
    return "java.nio: a file for each key; " + how;
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

  /** The directory is forced once, for all of them. */
  @Override
  public void setMany(Map<String, byte[]> values) {
    checkOpen();
    try {
      boolean named = false;
      for (Map.Entry<String, byte[]> each : values.entrySet()) {
        named |= write(file(each.getKey()), each.getValue());
      }
      if (forceFolder && named) {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
          directory.force(true);
        }
      }
    } catch (IOException e) {
      throw IoFailures.writing(folder, e);
    }
  }

  /** Returns whether that has changed the directory. */
  private boolean write(Path file, byte[] value) throws IOException {
    if (!atomic) {
      boolean fresh = forceFolder && Files.notExists(file);
      write(file, IN_PLACE, value);
      return fresh;
    }
    Path draft = folder.resolve(".draft-" + drafts.incrementAndGet());
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
    return folder.resolve(FileNames.stem(key));
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
