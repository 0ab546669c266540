package io.undercroft.plugin.file;

import io.undercroft.spi.Changes;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands changes on to those who subscribed: in the order in which they were published, one at a
 * time, on the executor. What waits is bounded; when it is too much, one RESYNC stands for it.
 *
 * <p>While anybody is subscribed, a watch looks for what others change.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class ChangeFeed implements Changes {
  private static final Logger LOG = System.getLogger(ChangeFeed.class.getPackageName());
  private static final int MOST_WAITING = 16_384;
  private static final long MOST_BYTES_WAITING = 64L << 20;
  private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Looks for changes by others, from start to close. */
  interface Watch extends AutoCloseable {
    /** Returns when it sees every change that happens from now on. */
    void start();

    @Override
    void close();
  }

  /** Makes a watch that has not been started. */
  @FunctionalInterface
  interface Watches {
    Watch open();
  }

  private record Waiting(StoredChange change, long number, long bytes) {}

  private final Executor executor;
  private final Clock clock;
  private final Watches watches;
  private final List<Listening> listening = new CopyOnWriteArrayList<>();
  private final Object opening = new Object();
  private final Object queueLock = new Object();
  private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
  private long bytesWaiting;
  private long published;
  private long told;
  private boolean draining;
  private @Nullable Thread drainer;
  private @Nullable Watch watch;
  private boolean closed;

  ChangeFeed(Executor executor, Clock clock, Watches watches) {
    this.executor = executor;
    this.clock = clock;
    this.watches = watches;
  }

  @Override
  public boolean resumable() {
    return false;
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    if (after.isPresent()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "the file plugin cannot resume after a position: files keep no history; subscribe without"
              + " one, and read what you hold again");
    }
    synchronized (opening) {
      if (closed) {
        throw closed();
      }
      if (watch == null) {
        Watch fresh = watches.open();
        try {
          fresh.start();
        } catch (RuntimeException e) {
          fresh.close();
          throw e;
        }
        watch = fresh;
      }
      Listening one;
      synchronized (queueLock) {
        one = new Listening(listener, published);
        listening.add(one);
      }
      return one;
    }
  }

  static StorageException closed() {
    return StorageException.of(ErrorCode.CLOSED, "the storage is closed");
  }

  /** Returns whether anybody listens. */
  boolean isHeard() {
    return !listening.isEmpty();
  }

  /** Publishes a change; in the turn of its key, so that the changes of a key keep their order. */
  void publish(
      ChangeType type, String key, Optional<StoredEntry> before, Optional<StoredEntry> after) {
    if (isHeard()) {
      Instant now = clock.instant();
      publish(
          new StoredChange(type, key, before, after, now, Optional.empty()), size(before, after));
    }
  }

  private static long size(Optional<StoredEntry> before, Optional<StoredEntry> after) {
    return before.map(entry -> entry.value().length).orElse(0)
        + (long) after.map(entry -> entry.value().length).orElse(0);
  }

  private void publish(StoredChange change, long bytes) {
    boolean begin;
    synchronized (queueLock) {
      if (queue.size() >= MOST_WAITING || bytesWaiting + bytes > MOST_BYTES_WAITING) {
        queue.clear();
        bytesWaiting = 0;
        queue.add(
            new Waiting(
                new StoredChange(
                    ChangeType.RESYNC,
                    "",
                    Optional.empty(),
                    Optional.empty(),
                    change.timestamp(),
                    Optional.empty()),
                ++published,
                0));
      } else {
        queue.add(new Waiting(change, ++published, bytes));
        bytesWaiting += bytes;
      }
      begin = !draining;
      draining = true;
    }
    if (begin) {
      try {
        executor.execute(this::drain);
      } catch (RejectedExecutionException e) {
        synchronized (queueLock) {
          draining = false; // the runtime is ending: nobody is to be told any more
          hasTold(published);
        }
      }
    }
  }

  private void drain() {
    while (true) {
      Waiting next;
      synchronized (queueLock) {
        next = queue.poll();
        if (next == null) {
          draining = false;
          drainer = null;
          return;
        }
        drainer = Thread.currentThread();
        bytesWaiting -= next.bytes();
      }
      for (Listening one : listening) {
        one.accept(next);
      }
      synchronized (queueLock) {
        hasTold(next.number());
      }
    }
  }

  /** With the lock of the queue. */
  private void hasTold(long number) {
    told = number;
    queueLock.notifyAll();
  }

  @Override
  public void settle() {
    long end = System.nanoTime() + SETTLING_NANOS;
    synchronized (queueLock) {
      long before = published;
      while (told < before && drainer != Thread.currentThread()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          return; // a listener breaks its promise to be quick; no reason to wait for ever
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(queueLock, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  /** Ends everything. */
  void close() {
    Watch ending;
    synchronized (opening) {
      closed = true;
      listening.forEach(Listening::end);
      listening.clear();
      ending = watch;
      watch = null;
    }
    if (ending != null) {
      ending.close();
    }
  }

  private void leave(Listening one) {
    synchronized (opening) {
      listening.remove(one);
      if (listening.isEmpty() && watch != null) {
        watch.close();
        watch = null;
      }
    }
  }

  /** One subscription. */
  private final class Listening implements Subscription {
    private final Consumer<StoredChange> listener;
    private final long after;
    private volatile boolean active = true;

    Listening(Consumer<StoredChange> listener, long after) {
      this.listener = listener;
      this.after = after;
    }

    void accept(Waiting waiting) {
      if (active && waiting.number() > after) {
        try {
          listener.accept(waiting.change());
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "a listener for changes threw, which it must not", e);
        }
      }
    }

    void end() {
      active = false;
    }

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void close() {
      active = false;
      leave(this);
    }
  }
}
