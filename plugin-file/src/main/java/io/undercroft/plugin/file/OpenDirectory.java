package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A directory kept open to be forced often. One trip to the disk is under way at a time; those who
 * come meanwhile share the next one, which takes along what all of them did before it began.
 *
 * <p><b>Threads:</b> safe for concurrent use. The operating system tells a failure only once; here,
 * all who were waiting while a trip failed hear it.
 */
final class OpenDirectory implements AutoCloseable {
  private final Path path;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition back = lock.newCondition();

  /** How many trips have begun; guarded by the lock, as all below. */
  private long begun;

  private boolean underWay;

  /** The last trip that reached the disk. */
  private long arrived;

  /** The last trip that failed. */
  private long failed;

  private @Nullable FileChannel channel;
  private boolean closed;

  OpenDirectory(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  /** Makes what was created, renamed and removed in the directory durable. */
  void force() throws IOException {
    long trip = begin();
    if (trip == 0) {
      return;
    }
    boolean interrupted = false;
    boolean forced = false;
    try {
      go();
      forced = true;
    } catch (ClosedByInterruptException e) {
      interrupted = true;
      throw e;
    } finally {
      comeBack(trip, forced, interrupted);
    }
  }

  /** Waits for a trip of somebody else, and returns 0; or else returns the one to be made now. */
  private long begin() throws IOException {
    lock.lock();
    try {
      long next = begun + 1; // the one under way may have passed what we did
      long heard = underWay ? begun : next;
      while (underWay && arrived < next && failed < heard) {
        back.awaitUninterruptibly();
      }
      if (failed >= heard) {
        throw new FileSystemException(path.toString(), null, "forcing failed for another write");
      }
      if (arrived >= next) {
        return 0;
      }
      underWay = true;
      return ++begun;
    } finally {
      lock.unlock();
    }
  }

  private void go() throws IOException {
    FileChannel open = open();
    try {
      open.force(true);
    } catch (IOException e) {
      drop(open);
      throw e;
    }
  }

  /** After an interruption the trip is neither: one of those who wait makes the next. */
  private void comeBack(long trip, boolean forced, boolean interrupted) {
    lock.lock();
    try {
      underWay = false;
      if (forced) {
        arrived = trip;
      } else if (!interrupted) {
        failed = trip;
      }
      back.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private FileChannel open() throws IOException {
    lock.lock();
    try {
      FileChannel open = channel;
      if (open == null || !open.isOpen()) {
        if (closed) {
          throw new ClosedChannelException();
        }
        open = FileChannel.open(path, StandardOpenOption.READ);
        channel = open;
      }
      return open;
    } finally {
      lock.unlock();
    }
  }

  private void drop(FileChannel used) throws IOException {
    lock.lock();
    try {
      if (channel == used) {
        channel = null;
      }
      used.close();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closed = true;
      if (channel != null) {
        channel.close();
        channel = null;
      }
    } finally {
      lock.unlock();
    }
  }
}
