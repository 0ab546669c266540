package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes files so that after a crash or a power cut there is the old content or the new one: into a
 * temporary file beside the target, forced to the disk, renamed over the target, and the directory
 * forced.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class DurableFiles implements AutoCloseable {
  private static final String TEMP_START = ".undercroft-";
  private static final String TEMP_END = ".tmp";
  private static final int PIECE = 256 << 10;
  private static final Set<OpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> EXISTING =
      Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> IN_PLACE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  private static final FileAttribute<?>[] NO_ATTRIBUTES = {};

  private final boolean force;
  private final boolean posix;
  private final boolean directories;
  private final FileAttribute<?>[] privateFile;
  private final String run;

  /** Those that are kept open, because they are forced often. */
  private final Map<Path, OpenDirectory> homes = new ConcurrentHashMap<>();

  private final AtomicLong count = new AtomicLong();

  private DurableFiles(Path home, boolean force, boolean posix, boolean directories, String run) {
    this.force = force;
    this.posix = posix;
    this.directories = directories;
    this.privateFile = posix ? permissions("rw-------") : NO_ATTRIBUTES;
    this.run = run;
    keepOpen(home);
  }

  /** Keeps a directory open from its first forcing on. */
  void keepOpen(Path directory) {
    homes.computeIfAbsent(directory, OpenDirectory::new);
  }

  /**
   * Looks at what the file system of a directory can do.
   *
   * @param directory one that exists
   * @param force whether writes wait for the disk
   * @param run tells the temporary files of this opening from those of any other
   */
  static DurableFiles in(Path directory, boolean force, long run) throws IOException {
    Set<String> views = directory.getFileSystem().supportedFileAttributeViews();
    return new DurableFiles(
        directory,
        force,
        views.contains("posix"),
        canOpen(directory),
        Long.toString(run >>> 1, 36));
  }

  /** Windows and some others do not let a directory be opened, and need no forcing of it. */
  private static boolean canOpen(Path directory) throws IOException {
    try (FileChannel open = FileChannel.open(directory, StandardOpenOption.READ)) {
      return open.isOpen();
    } catch (ClosedByInterruptException e) {
      throw e;
    } catch (AccessDeniedException e) {
      return false;
    } catch (FileSystemException e) {
      if (Files.isReadable(directory)) {
        return false; // there, and not to be opened as a file
      }
      throw e;
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  /** Returns whether a name is that of a temporary file of ours. */
  static boolean isTemporary(String fileName) {
    return fileName.startsWith(TEMP_START) && fileName.endsWith(TEMP_END);
  }

  /** Returns whether the directory's entries are forced too. */
  boolean forcesDirectories() {
    return force && directories;
  }

  /** Returns the attributes that make a new directory its owner's alone, where there is such. */
  private FileAttribute<?>[] privateDirectory() {
    return posix ? permissions("rwx------") : NO_ATTRIBUTES;
  }

  private static FileAttribute<?>[] permissions(String text) {
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text))
    };
  }

  /** A temporary file that is written, but not yet forced. */
  static final class Draft implements AutoCloseable {
    private final Path path;
    private final boolean force;
    private @Nullable FileChannel channel;

    private Draft(Path path, boolean force, @Nullable FileChannel channel) {
      this.path = path;
      this.force = force;
      this.channel = channel;
    }

    Path path() {
      return path;
    }

    /** Forces the content and closes the file. If that fails, the draft is of no use any more. */
    void seal() throws IOException {
      try (FileChannel open = channel) {
        channel = null;
        if (open != null && force) {
          open.force(true);
        }
      }
    }

    /** Removes the file, as far as that is possible: what stays is removed at the next start. */
    void discard(Throwable because) {
      try {
        close();
      } catch (IOException e) {
        because.addSuppressed(e);
      }
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        because.addSuppressed(e);
      }
    }

    @Override
    public void close() throws IOException {
      FileChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    }
  }

  /**
   * Writes a temporary file.
   *
   * @param directory where the target will be
   * @param modified the time of modification that it gets, in nanoseconds since 1970
   */
  Draft draft(Path directory, byte[] content, long modified) throws IOException {
    Path path = unused(directory, TEMP_END);
    FileChannel channel = FileChannel.open(path, NEW, privateFile);
    Draft draft = new Draft(path, force, channel);
    try {
      write(channel, content);
      if (posix) {
        setModified(path, modified);
        return draft;
      }
      // Elsewhere, closing a file that was written may set its time: so close it first.
      draft.close();
      setModified(path, modified);
      return new Draft(path, force, force ? FileChannel.open(path, EXISTING) : null);
    } catch (IOException | RuntimeException e) {
      draft.discard(e);
      throw e;
    }
  }

  /** Returns a path in a directory that nobody has used. */
  Path unused(Path directory, String end) {
    return directory.resolve(
        TEMP_START + run + "-" + Long.toString(count.incrementAndGet(), 36) + end);
  }

  /** Creates a file with this content; durable once the directory is forced. */
  void createDurably(Path file, byte[] content) throws IOException {
    try (FileChannel channel = FileChannel.open(file, NEW, privateFile)) {
      write(channel, content);
      if (force) {
        channel.force(true);
      }
    }
  }

  /**
   * Gives a file a size, with bytes of no meaning; nothing is forced. Returns the size that it has
   * now, which is less where there is no room for more.
   */
  long resize(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, IN_PLACE, privateFile)) {
      channel.truncate(size);
      byte[] piece = new byte[(int) Math.min(size, PIECE)];
      new Random().nextBytes(piece); // zeros would take no room where the file system compresses
      long at = channel.size();
      channel.position(at);
      try {
        for (; at < size; at = channel.position()) {
          channel.write(ByteBuffer.wrap(piece, 0, (int) Math.min(piece.length, size - at)));
        }
        return at;
      } catch (IOException full) {
        return channel.size();
      }
    }
  }

  private static void write(FileChannel channel, byte[] content) throws IOException {
    // In pieces: the JDK keeps a native buffer of the largest piece for every thread.
    for (int at = 0; at < content.length; ) {
      int length = Math.min(PIECE, content.length - at);
      ByteBuffer piece = ByteBuffer.wrap(content, at, length);
      while (piece.hasRemaining()) {
        channel.write(piece);
      }
      at += length;
    }
  }

  /** Sets the times of a file that we have just created or opened; both, which is quickest. */
  private static void setModified(Path path, long modified, LinkOption... options)
      throws IOException {
    FileTime time = FileTime.from(modified, TimeUnit.NANOSECONDS);
    Files.getFileAttributeView(path, BasicFileAttributeView.class, options)
        .setTimes(time, time, null);
  }

  /** Renames a sealed draft over its target; atomic, and durable once the directory is forced. */
  static void publish(Path draft, Path target) throws IOException {
    Files.move(draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Writes over a file where it is: a crash in the middle leaves a part of it, and a reader may see
   * one.
   */
  void overwrite(Path target, byte[] content, long modified) throws IOException {
    try (FileChannel channel = FileChannel.open(target, IN_PLACE, privateFile)) {
      write(channel, content);
      channel.truncate(content.length);
      if (posix) {
        setModified(target, modified, LinkOption.NOFOLLOW_LINKS);
        if (force) {
          channel.force(true);
        }
        return;
      }
    }
    setModified(target, modified, LinkOption.NOFOLLOW_LINKS);
    if (force) {
      try (FileChannel channel = FileChannel.open(target, EXISTING)) {
        channel.force(true);
      }
    }
  }

  /** Writes a whole small file durably: draft, seal, publish, force. */
  void replace(Path target, byte[] content, long modified) throws IOException {
    Path directory = parent(target);
    Draft draft = draft(directory, content, modified);
    try {
      draft.seal();
      publish(draft.path(), target);
    } catch (IOException | RuntimeException e) {
      draft.discard(e);
      throw e;
    }
    forceDirectory(directory);
  }

  /** Makes what was created, renamed and removed in a directory durable. */
  void forceDirectory(Path directory) throws IOException {
    if (!force || !directories) {
      return;
    }
    OpenDirectory home = homes.get(directory);
    if (home != null) {
      home.force();
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * As {@link #forceDirectory}, after a point of no return: an interruption does not end it, and is
   * there again afterwards.
   */
  void forceDirectoryWhateverComes(Path directory) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      while (true) {
        try {
          forceDirectory(directory);
          return;
        } catch (ClosedByInterruptException e) {
          Thread.interrupted();
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Creates a directory and those above it that are missing, durably; returns it. */
  Path createDirectories(Path directory) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path at = directory; at != null && Files.notExists(at); at = at.getParent()) {
      missing.add(at);
    }
    for (int i = missing.size() - 1; i >= 0; i--) {
      Files.createDirectories(missing.get(i), privateDirectory());
      forceDirectory(parent(missing.get(i)));
    }
    return directory;
  }

  /**
   * Creates one directory, unless there is something of its name. Durable once the one above it is
   * forced.
   */
  void createDirectory(Path directory) throws IOException {
    try {
      Files.createDirectory(directory, privateDirectory());
    } catch (FileAlreadyExistsException e) {
      return; // all that counts is that it is there
    }
  }

  /** Creates an empty file, unless there is one. Durable once the directory is forced. */
  void createEmpty(Path file) throws IOException {
    try {
      Files.createFile(file, privateFile);
    } catch (FileAlreadyExistsException e) {
      return; // all that counts is that it is there
    }
  }

  /**
   * Removes a file, if it is there; returns whether it was. Durable once the directory is forced.
   */
  static boolean remove(Path file) throws IOException {
    try {
      Files.delete(file);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Gives back the directories that were kept open. Idempotent. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (OpenDirectory home : homes.values()) {
      try {
        home.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("'" + file + "' has no parent");
    }
    return parent;
  }
}
