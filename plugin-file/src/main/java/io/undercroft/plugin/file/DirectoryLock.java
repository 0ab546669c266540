package io.undercroft.plugin.file;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Set;

/**
 * The right of one process to write, as long as it lives: a lock of the operating system on a file,
 * which says who holds it. The file stays when the lock goes.
 *
 * <p>Within one JVM the lock would not help: POSIX gives all locks of a process on a file back as
 * soon as any part of the process closes that file. So the holders of this JVM are entered in its
 * system properties, which all copies of this class, in whatever class loader, share; nobody opens
 * a file that is entered there.
 */
final class DirectoryLock implements AutoCloseable {
  private static final String PROPERTY = "io.undercroft.file.locked:";
  private static final int LONGEST_HOLDER = 1_024;

  private final String property;
  private final FileChannel channel;
  private final FileLock lock;
  private boolean closed;

  private DirectoryLock(String property, FileChannel channel, FileLock lock) {
    this.property = property;
    this.channel = channel;
    this.lock = lock;
  }

  /**
   * Takes the lock.
   *
   * @param file the lock file, with an absolute path without links
   * @param what is locked, for messages: {@code "folder '/srv/rooms'"}
   * @param storage the name of the storage that takes it
   * @throws StorageException CONNECTION_FAILED if somebody else has it
   */
  static DirectoryLock take(Path file, String what, String storage, Clock clock)
      throws IOException {
    String property = PROPERTY + file.toUri();
    String holder =
        "process "
            + ProcessHandle.current().pid()
            + host()
            + " for storage '"
            + storage
            + "' since "
            + clock.instant();
    Object other = System.getProperties().putIfAbsent(property, holder);
    if (other != null) {
      throw refused(what, other + ", which is this very process");
    }
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              file,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS));
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw refused(what, holderIn(channel));
      }
      try {
        write(channel, holder);
      } catch (IOException e) {
        // The name is only for messages: a full disk is no reason to refuse reads and deletes.
        channel.truncate(0);
      }
      return new DirectoryLock(property, channel, lock);
    } catch (IOException | RuntimeException e) {
      System.getProperties().remove(property);
      if (channel != null) {
        channel.close();
      }
      if (e instanceof OverlappingFileLockException) {
        throw refused(what, "this very process");
      }
      throw e;
    }
  }

  private static void write(FileChannel channel, String holder) throws IOException {
    ByteBuffer text = ByteBuffer.wrap((holder + "\n").getBytes(StandardCharsets.UTF_8));
    int length = text.remaining();
    while (text.hasRemaining()) {
      channel.write(text, text.position());
    }
    channel.truncate(length);
  }

  private static String holderIn(FileChannel channel) {
    ByteBuffer text = ByteBuffer.allocate(LONGEST_HOLDER);
    try {
      while (text.hasRemaining() && channel.read(text, text.position()) > 0) {
        // on to the end
      }
    } catch (IOException e) {
      return "another process"; // Windows does not let anybody read what is locked
    }
    String holder =
        new String(text.array(), 0, text.position(), StandardCharsets.UTF_8)
            .replaceAll("\\p{Cntrl}", " ")
            .strip();
    return holder.isEmpty() ? "another process" : holder;
  }

  private static StorageException refused(String what, String holder) {
    return StorageException.of(
        ErrorCode.CONNECTION_FAILED,
        what
            + " is already open for writing by "
            + holder
            + "; only one may write: close that one, or open this with access=read-only");
  }

  /** The host, where the environment tells it: asking the resolver may take seconds. */
  private static String host() {
    for (String name : new String[] {"HOSTNAME", "COMPUTERNAME"}) {
      String value = System.getenv(name);
      if (value != null && !value.isBlank()) {
        return " on " + value;
      }
    }
    return "";
  }

  /** Gives the lock back because something else failed. */
  void closeAfter(Exception failure) {
    try {
      close();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Gives the lock back. Idempotent. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (channel) {
      lock.release();
    } finally {
      System.getProperties().remove(property);
    }
  }
}
