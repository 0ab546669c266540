package io.undercroft.runtime.discovery;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of private copies of jars: what is checked there is what runs, whatever happens to the
 * plugins folder meanwhile. Only the process's own user may enter it. It is removed at close; what
 * a killed process left behind, the next start removes: a staging whose owner lock nobody holds.
 *
 * <p><b>Threads:</b> for one at a time.
 */
final class Staging implements AutoCloseable {
  static final String PREFIX = "undercroft-plugins-";
  static final String LOCK_NAME = "owner.lock";

  /** How long a staging without owner lock may be one that is just being made. */
  private static final Duration BEING_MADE = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Staging.class);
  private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9._+-]{1,120}");
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final FileChannel ownerLock;
  private int entries;

  private Staging(Path folder, FileChannel ownerLock) {
    this.folder = folder;
    this.ownerLock = ownerLock;
  }

  /** Makes a new one under this folder, and removes those of processes that are gone. */
  static Staging create(Path parent) {
    try {
      Staging staging = make(parent);
      try {
        removeStale(parent, staging.folder);
      } catch (IOException e) {
        LOG.warn("Old private copies of plugin jars in {} could not be looked for", parent, e);
      }
      return staging;
    } catch (IOException e) {
      throw unusable(parent, e);
    }
  }

  private static Staging make(Path parent) throws IOException {
    while (true) {
      Path folder =
          Files.createTempDirectory(parent, PREFIX + processToken() + "-", folderRights(parent));
      FileChannel channel = lock(folder.resolve(LOCK_NAME), fileRights(parent));
      if (channel != null) {
        return new Staging(folder, channel);
      }
    }
  }

  /** Makes and locks; null if another process, which took this for a dead one's, was quicker. */
  private static @Nullable FileChannel lock(Path file, FileAttribute<?>[] rights)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), rights);
    boolean locked = false;
    try {
      locked = channel.tryLock() != null && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      return locked ? channel : null;
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  /**
   * The same for every copy of this class in one process. A process must never even open the lock
   * file of a staging of its own: closing it again would give up the lock.
   */
  private static String processToken() {
    Object mine = UUID.randomUUID().toString();
    Object first = System.getProperties().putIfAbsent("io.undercroft.process", mine);
    return String.valueOf(first == null ? mine : first);
  }

  Path folder() {
    return folder;
  }

  /** Makes the folder of one entry's jars. */
  Path newEntry() {
    entries++;
    try {
      return Files.createDirectory(
          folder.resolve(String.format("%04d", entries)), folderRights(folder));
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /**
   * Copies a jar.
   *
   * @param source a regular file; a link in its place is refused
   * @param entryFolder where to
   * @param index what tells it apart from the others there
   * @param mostBytes beyond which it is refused
   * @param tooLarge what to say then
   * @throws BrokenEntryException if the jar cannot be read or is too large
   * @throws StorageException INVALID_CONFIG if the copy cannot be written
   */
  StagedJar copy(
      Path source, String relative, Path entryFolder, int index, long mostBytes, String tooLarge)
      throws BrokenEntryException {
    String name = String.valueOf(source.getFileName());
    Path target =
        entryFolder.resolve(
            index + "-" + (PLAIN_NAME.matcher(name).matches() ? name : "plugin.jar"));
    MessageDigest sha256 = sha256();
    long total = 0;
    try (InputStream in =
            Files.newInputStream(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        OutputStream out = newFile(target)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
        if (total > mostBytes) {
          throw new BrokenEntryException(tooLarge);
        }
        sha256.update(buffer, 0, n);
        write(out, buffer, n);
      }
    } catch (IOException e) {
      throw new BrokenEntryException(
          source
              + " cannot be read ("
              + Shown.of(e)
              + "): give the process the right to read it, or remove it.",
          e);
    }
    return new StagedJar(
        source, relative, target, HexFormat.of().formatHex(sha256.digest()), total);
  }

  private OutputStream newFile(Path target) {
    try {
      Files.createFile(target, fileRights(target));
      return Files.newOutputStream(target, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private void write(OutputStream out, byte[] buffer, int length) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Removes the copies of one entry, whose loader is closed. */
  void remove(Path entryFolder) {
    removeTree(entryFolder);
  }

  private static StorageException unusable(Path where, IOException e) {
    return StorageException.of(
        ErrorCode.INVALID_CONFIG,
        "private copies of plugin jars cannot be made in "
            + where
            + " ("
            + Shown.of(e)
            + "); make room and give the process the right to write there, or point the system"
            + " property java.io.tmpdir to another folder",
        e);
  }

  private static FileAttribute<?>[] folderRights(Path where) {
    return rights(where, "rwx------");
  }

  private static FileAttribute<?>[] fileRights(Path where) {
    return rights(where, "rw-------");
  }

  private static FileAttribute<?>[] rights(Path where, String rights) {
    return isPosix(where)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(rights))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  private static void removeStale(Path parent, Path mine) throws IOException {
    for (Path other : siblings(parent)) {
      if (!String.valueOf(other.getFileName()).startsWith(PREFIX + processToken())) {
        try {
          removeIfStale(other, mine);
        } catch (IOException e) {
          // Another user's, or another process is removing it at this moment: none of our business.
          LOG.debug("Staging {} is left as it is", other, e);
        }
      }
    }
  }

  private static List<Path> siblings(Path parent) throws IOException {
    List<Path> siblings = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(parent, PREFIX + "*")) {
      stream.forEach(siblings::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return siblings;
  }

  private static void removeIfStale(Path other, Path mine) throws IOException {
    BasicFileAttributes kind =
        Files.readAttributes(other, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!kind.isDirectory() || (isPosix(mine) && !sameOwner(other, mine))) {
      return;
    }
    try (FileChannel lock =
        FileChannel.open(
            other.resolve(LOCK_NAME), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (lock.tryLock() == null) {
        return;
      }
      removeContent(other);
    } catch (OverlappingFileLockException e) {
      return;
    } catch (NoSuchFileException e) {
      Duration age =
          Duration.between(
              kind.lastModifiedTime().toInstant(), Files.getLastModifiedTime(mine).toInstant());
      if (age.compareTo(BEING_MADE) < 0) {
        return;
      }
    }
    removeTree(other);
    LOG.info("Removed private copies of plugin jars that a process left behind: {}", other);
  }

  private static boolean sameOwner(Path one, Path two) throws IOException {
    return Files.getOwner(one, LinkOption.NOFOLLOW_LINKS)
        .equals(Files.getOwner(two, LinkOption.NOFOLLOW_LINKS));
  }

  /** Removes everything but the lock file, which holds others off until the end. */
  private static void removeContent(Path staging) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(staging)) {
      for (Path child : children) {
        if (!child.endsWith(LOCK_NAME)) {
          removeTree(child);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void removeTree(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.deleteIfExists(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone already", tree, e);
    } catch (IOException e) {
      LOG.warn(
          "Private copies of plugin jars in {} could not be removed; the next start tries again",
          tree,
          e);
    }
  }

  /** Removes everything. The loaders that read from here are closed before. Idempotent. */
  @Override
  public void close() {
    if (!ownerLock.isOpen()) {
      return;
    }
    try {
      removeContent(folder);
    } catch (NoSuchFileException e) {
      LOG.debug("Staging {} is gone already", folder, e);
    } catch (IOException e) {
      LOG.warn("Staging {} could not be emptied; the next start tries again", folder, e);
    }
    try {
      ownerLock.close();
    } catch (IOException e) {
      LOG.warn("The owner lock of staging {} could not be released", folder, e);
    }
    removeTree(folder);
  }
}
