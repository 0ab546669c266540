package io.undercroft.plugin.file;

import io.undercroft.spi.PluginContext;
import io.undercroft.storage.StorageException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says where something may have changed in some directories: by the operating system's own messages
 * where it sends them for every change, or else by saying "anywhere" at regular times.
 *
 * <p><b>Threads:</b> calls its eyes from one thread at a time.
 */
final class DirectoryWatch implements ChangeFeed.Watch {
  private static final Logger LOG = System.getLogger(DirectoryWatch.class.getPackageName());

  /** File systems whose changes may be made on another machine, which tells nobody here. */
  private static final Set<String> REMOTE =
      Set.of("nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "9p", "fuse", "fuseblk", "virtiofs");

  /** What looks at the files. */
  interface Eyes {
    /**
     * Looks at everything for the first time: what is there now is no change.
     *
     * @param told whether messages will come; if not, {@link #lookAtAll} has to find out everything
     */
    void begin(boolean told) throws IOException;

    /** Looks at one file. */
    void lookAt(Path file) throws IOException;

    /** Looks at every file, because messages were lost or never come. */
    void lookAtAll() throws IOException;

    /** Hears that changes cannot be found out. */
    void lost();

    /** Ends. */
    void end();
  }

  private final List<Path> directories;
  private final Duration interval;
  private final PluginContext context;
  private final Eyes eyes;
  private final Object looking = new Object();
  private @Nullable WatchService messages;
  private @Nullable ScheduledFuture<?> looks;
  private volatile boolean closed;

  /**
   * Takes what to watch.
   *
   * @param directories all of one file system; one that is missing sends no messages
   */
  DirectoryWatch(List<Path> directories, Duration interval, PluginContext context, Eyes eyes) {
    this.directories = directories;
    this.interval = interval;
    this.context = context;
    this.eyes = eyes;
  }

  /** Returns whether the operating system tells of every change in the directories. */
  private boolean isTold() throws IOException {
    Path directory = directories.get(0);
    if (!directories.stream().allMatch(Files::isDirectory)) {
      return false;
    }
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String type = Files.getFileStore(directory).type();
    return directory.getFileSystem() == FileSystems.getDefault()
        && (system.contains("linux") || system.contains("windows"))
        && !REMOTE.contains(type)
        && !type.startsWith("fuse.");
  }

  @Override
  public void start() {
    try {
      if (isTold()) {
        WatchService service = directories.get(0).getFileSystem().newWatchService();
        messages = service;
        for (Path directory : directories) {
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_MODIFY,
              StandardWatchEventKinds.ENTRY_DELETE);
        }
        eyes.begin(true); // after the messages have begun: nothing falls between
        context.threads().newThread(() -> listen(service)).start();
      } else {
        eyes.begin(false);
        looks =
            context
                .scheduler()
                .scheduleWithFixedDelay(
                    this::lookLater,
                    interval.toMillis(),
                    interval.toMillis(),
                    TimeUnit.MILLISECONDS);
      }
    } catch (IOException e) {
      throw IoFailures.reading(directories.get(0), e);
    }
  }

  private void listen(WatchService service) {
    try {
      int watched = directories.size();
      while (!closed && watched > 0) {
        WatchKey key = service.take();
        Path directory = (Path) key.watchable();
        for (WatchEvent<?> event : key.pollEvents()) {
          if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
            look(eyes::lookAtAll);
          } else {
            Path file = directory.resolve(String.valueOf(event.context()));
            look(() -> eyes.lookAt(file));
          }
        }
        if (!key.reset()) {
          eyes.lost(); // the directory itself is gone
          watched--;
        }
      }
    } catch (ClosedWatchServiceException e) {
      return; // that is how it ends
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lookLater() {
    try {
      context.executor().execute(() -> look(eyes::lookAtAll));
    } catch (RejectedExecutionException e) {
      closed = true; // the runtime is ending
    }
  }

  @FunctionalInterface
  private interface Look {
    void look() throws IOException;
  }

  private void look(Look one) {
    synchronized (looking) {
      if (closed) {
        return;
      }
      try {
        one.look();
      } catch (IOException | StorageException e) {
        LOG.log(Level.DEBUG, "what changed could not be looked at", e);
        if (messages != null) {
          eyes.lost(); // there will be no second message
        }
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    ScheduledFuture<?> scheduled = looks;
    if (scheduled != null) {
      scheduled.cancel(false);
    }
    WatchService service = messages;
    if (service != null) {
      try {
        service.close();
      } catch (IOException e) {
        LOG.log(Level.DEBUG, "closing a watch failed", e);
      }
    }
    eyes.end();
  }
}
