package io.undercroft.plugin.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A directory kept open to be forced often.
 *
 * <p><b>Threads:</b> safe for concurrent use. The operating system tells a failure to one of those
 * who force at the same time; here, all of them hear it.
 */
final class OpenDirectory implements AutoCloseable {
  private final Path path;
  private final AtomicInteger failures = new AtomicInteger();
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
    int before = failures.get();
    while (true) {
      FileChannel open = open();
      try {
        open.force(true);
        break;
      } catch (ClosedByInterruptException e) {
        drop(open);
        throw e;
      } catch (ClosedChannelException e) {
        drop(open); // another thread was interrupted while it used the channel: once more
      } catch (IOException e) {
        failures.incrementAndGet();
        drop(open);
        throw e;
      }
    }
    if (failures.get() != before) {
      throw new FileSystemException(path.toString(), null, "forcing failed for another write");
    }
  }

  private synchronized FileChannel open() throws IOException {
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      if (closed) {
        throw new ClosedChannelException();
      }
      open = FileChannel.open(path, StandardOpenOption.READ);
      channel = open;
    }
    return open;
  }

  private synchronized void drop(FileChannel used) throws IOException {
    if (channel == used) {
      channel = null;
    }
    used.close();
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }
}
