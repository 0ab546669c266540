package io.undercroft.runtime.layers;

import io.undercroft.spi.Changes;
import io.undercroft.spi.DeleteResult;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.Precondition;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Changes} as this process makes them.
 *
 * <p>While nobody watches, a write passes with two steps on a counter. While somebody watches, it
 * holds the lock of its key from before the backend is asked until every listener has been told: so
 * the news of one key come in the order of its writes. One who begins to watch first waits for the
 * writes that began before, on either way, and hears of none of them: of those nobody could tell in
 * which order they come. Only the commit of a native transaction holds no lock while it is under
 * way: one that began before and is told after is heard, as {@link WatchedTransactions} says, key
 * by key or as RESYNC.
 *
 * <p>Beginning to watch takes every lock. So no listener may do it in its call, which holds one:
 * two that did would wait for each other. {@link ResumableChanges} stands between, which listens
 * once and lets its own listeners subscribe; without it ({@code history.changes=0}) a listener that
 * subscribes gets TIMEOUT at worst.
 *
 * <p>A write of which nobody knows what it did, and a transaction that was overtaken before its
 * news were told, are told as RESYNC.
 */
final class Hub implements Changes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int LOCKS = 64;
  private static final int CELLS = 16;

  private final String storage;
  private final Clock clock;
  private final QuietWriters quiet;
  private final KeyLocks locks;
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Deadlines deadlines;
  private volatile boolean closed;

  /**
   * Makes a hub.
   *
   * @param raw where a key is looked at when its deadline has passed
   * @param showsExpired whether {@code raw} goes on showing what has expired, so that it is to be
   *     removed; else its absence after the deadline is what is told
   */
  Hub(PluginContext context, KeyValue raw, boolean showsExpired) {
    this(context, raw, showsExpired, new QuietWriters(CELLS), new KeyLocks(LOCKS, LIMIT));
  }

  /** Makes a hub with fewer counters and locks, for a model checker. */
  Hub(
      PluginContext context,
      KeyValue raw,
      boolean showsExpired,
      QuietWriters quiet,
      KeyLocks locks) {
    this.quiet = quiet;
    this.locks = locks;
    this.storage = context.storage();
    this.clock = context.clock();
    this.deadlines =
        new Deadlines(
            context, key -> deadlinePassed(raw, key, showsExpired), this::forgetWhatNobodyWatches);
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
          "the changes of storage '%s' are those that this process sees, which have no positions to resume from; watch without one"
              .formatted(storage));
    }
    Listener added = new Listener(listener);
    quiet.watch();
    try {
      awaitQuietWriters();
      locks.lock(locks.all());
      try {
        if (listeners.isEmpty()) {
          deadlines.forgetAll(); // what was written unwatched is not in it
        }
        listeners.add(added);
      } finally {
        locks.unlock(locks.all());
      }
      if (closed) { // after the addition: close() may have missed it
        throw StorageException.of(ErrorCode.CLOSED, "the storage was closed; open it again");
      }
      return added;
    } catch (RuntimeException | Error e) {
      added.close();
      throw e;
    }
  }

  private void awaitQuietWriters() {
    try {
      if (!quiet.awaitNone(LIMIT.toNanos())) {
        throw StorageException.of(
            ErrorCode.TIMEOUT,
            "a write that began before the watch has been under way for "
                + LIMIT.toSeconds()
                + " s; try again when it is over");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "interrupted while waiting for writes under way", e);
    }
  }

  // ---- for writers

  /** Returns a ticket for {@link #leave} if nobody watches, else {@link QuietWriters#WATCHED}. */
  int enter() {
    return quiet.enter();
  }

  void leave(int ticket) {
    quiet.leave(ticket);
  }

  boolean isWatched() {
    return quiet.isWatched();
  }

  KeyLocks locks() {
    return locks;
  }

  /** Does a write that is wholly done or not at all, unless it ends without an answer. */
  <R> R attempt(Supplier<R> write) {
    try {
      return write.get();
    } catch (StorageException e) {
      if (e.code() == ErrorCode.UNKNOWN_OUTCOME) {
        lost();
      }
      throw e;
    } catch (RuntimeException | Error e) {
      lost();
      throw e;
    }
  }

  /** Does a write of which a part may be done when it fails. */
  <R> R attemptInParts(Supplier<R> write) {
    try {
      return write.get();
    } catch (RuntimeException | Error e) {
      lost();
      throw e;
    }
  }

  // ---- the news; under the lock of the key

  void written(String key, Optional<StoredEntry> before, StoredEntry after) {
    boolean passed = deadlines.forget(key);
    if (passed && before.isEmpty()) {
      tell(ChangeType.EXPIRE, key, Optional.empty(), Optional.empty());
    }
    tell(ChangeType.SET, key, before, Optional.of(after));
    if (after.meta().expires().isPresent() && !listeners.isEmpty()) {
      deadlines.track(key, after.meta().expires().get());
    }
  }

  void deleted(String key, Optional<StoredEntry> before) {
    deadlines.forget(key);
    tell(ChangeType.DELETE, key, before, Optional.empty());
  }

  /** Under all locks. */
  void cleared() {
    deadlines.forgetAll();
    tell(ChangeType.CLEAR, "", Optional.empty(), Optional.empty());
  }

  /** Something was written, and nobody knows what. */
  void lost() {
    tell(ChangeType.RESYNC, "", Optional.empty(), Optional.empty());
  }

  /** Removes an entry that is past its deadline, unless another one took its place. */
  void expire(KeyValue raw, String key, StoredEntry entry) {
    Precondition same = Precondition.version(entry.meta().version());
    int ticket = enter();
    if (ticket != QuietWriters.WATCHED) {
      try {
        raw.delete(key, same);
      } finally {
        leave(ticket);
      }
      return;
    }
    long locked = locks.of(key);
    locks.lock(locked);
    try {
      if (attempt(() -> raw.delete(key, same)) == DeleteResult.DELETED) {
        deadlines.forget(key);
        tell(ChangeType.EXPIRE, key, Optional.of(entry), Optional.empty());
      }
    } finally {
      locks.unlock(locked);
    }
  }

  private void deadlinePassed(KeyValue raw, String key, boolean showsExpired) {
    long locked = locks.of(key);
    locks.lock(locked);
    try {
      if (!deadlines.forgetPassed(key)) {
        return; // a write came first; it may have set another deadline
      }
      Optional<StoredEntry> found = raw.get(key);
      if (showsExpired) {
        found
            .filter(entry -> entry.meta().isExpired(clock.instant()))
            .ifPresent(entry -> expire(raw, key, entry));
      } else if (found.isEmpty()) {
        tell(ChangeType.EXPIRE, key, Optional.empty(), Optional.empty());
      }
    } finally {
      locks.unlock(locked);
    }
  }

  private void forgetWhatNobodyWatches() {
    if (!listeners.isEmpty()) {
      return;
    }
    locks.lock(locks.all());
    try {
      if (listeners.isEmpty()) {
        deadlines.forgetAll();
      }
    } finally {
      locks.unlock(locks.all());
    }
  }

  private void tell(
      ChangeType type, String key, Optional<StoredEntry> before, Optional<StoredEntry> after) {
    if (listeners.isEmpty()) {
      return;
    }
    StoredChange change =
        new StoredChange(type, key, before, after, clock.instant(), Optional.empty());
    for (Listener listener : listeners) {
      listener.accept(change);
    }
  }

  /** Ends every subscription. */
  @Override
  public void close() {
    closed = true;
    listeners.forEach(Listener::close);
    deadlines.close();
  }

  /** One subscription; told by one thread at a time. */
  private final class Listener implements Subscription {
    private final Consumer<StoredChange> consumer;
    private final ReentrantLock telling = new ReentrantLock();
    private volatile boolean active = true;

    Listener(Consumer<StoredChange> consumer) {
      this.consumer = consumer;
    }

    void accept(StoredChange change) {
      telling.lock();
      try {
        if (active) {
          consumer.accept(change);
        }
      } catch (RuntimeException e) {
        // The write has been done; a listener that breaks its promise must not make it look failed.
        LOG.error("a listener to storage '{}' threw at a {}", storage, change.type(), e);
      } finally {
        telling.unlock();
      }
    }

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void close() {
      telling.lock();
      try {
        if (!active) {
          return;
        }
        active = false;
      } finally {
        telling.unlock();
      }
      listeners.remove(this);
      quiet.unwatch(); // the deadlines are forgotten under the locks, which a listener may not take
    }
  }
}
