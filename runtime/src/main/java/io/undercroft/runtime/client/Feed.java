package io.undercroft.runtime.client;

import io.undercroft.spi.Changes;
import io.undercroft.spi.Changes.StoredChange;
import io.undercroft.spi.Codec;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of the changes from the backend to one consumer: a filter, a bounded queue, and one call
 * at a time on the executor for deliveries.
 *
 * <p>What the backend tells is taken on its own thread, which is often the writer's: there it is
 * only filtered and queued. When the queue is full, what comes is dropped and one RESYNC is noted;
 * it is delivered after all that was queued before, and only then is anything queued again that
 * comes after it. Its position is that of the last change that it stands for.
 *
 * <p>What is told while subscribing, after the position to resume from, is queued whatever the
 * capacity: the one who tells it has kept it, within bounds of his own.
 *
 * <p>After a swap the feed goes on with what is mounted now, beginning with a RESYNC.
 *
 * <p>The consumer is called in the context of the thread that subscribed it.
 *
 * <p><b>Threads:</b> safe for concurrent use. The lock is never held during a call of the consumer
 * or of the backend.
 */
final class Feed<T> implements Subscription, Flow.Subscription {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final int BURST = 256;

  private final Operations<T> operations;
  private final WatchOptions options;
  private final Predicate<String> filter;
  private final Target<T> consumer;
  private final Executor context;
  private final Object attaching = new Object();

  private final Queue<Queued<T>> queue = new ArrayDeque<>();
  private boolean lost;
  private Optional<String> lostUpTo = Optional.empty();
  private boolean resuming;
  private long demand;
  private boolean draining;
  private boolean introduced;
  private boolean ending;
  private @Nullable Throwable failure;
  private boolean over;

  private MountPoint.@Nullable Mounted source;
  private @Nullable Subscription upstream;

  /** A change that waits, with the codec of the mount that it came from. */
  private record Queued<T>(StoredChange change, Codec<T> codec) {}

  /** Who gets the changes. */
  interface Target<T> {
    /** Comes first, with the means to ask for changes. */
    void begin(Flow.Subscription subscription);

    /** Takes one change. */
    void next(Change<T> change);

    /** Returns whether the feed goes on after {@link #next} threw this. */
    boolean survives(Throwable thrown);

    /** Comes once, at the end, and nothing after it. */
    void end(Optional<Throwable> failure);
  }

  /** A watch handler: its exceptions are logged and change nothing. */
  record ToHandler<T>(String storage, Consumer<Change<T>> handler) implements Target<T> {
    ToHandler {
      Objects.requireNonNull(handler, "handler");
    }

    @Override
    public void begin(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void next(Change<T> change) {
      handler.accept(change);
    }

    @Override
    public boolean survives(Throwable thrown) {
      LOG.warn("storage '{}': a watch handler failed", storage, thrown);
      return true;
    }

    @Override
    public void end(Optional<Throwable> failure) {
      failure.ifPresent(t -> LOG.warn("storage '{}': a watch has ended", storage, t));
    }
  }

  /** A subscriber of a {@link Flow.Publisher}. */
  record ToSubscriber<T>(String storage, Flow.Subscriber<? super Change<T>> subscriber)
      implements Target<T> {
    @Override
    public void begin(Flow.Subscription subscription) {
      subscriber.onSubscribe(subscription);
    }

    @Override
    public void next(Change<T> change) {
      subscriber.onNext(change);
    }

    @Override
    public boolean survives(Throwable thrown) {
      // rule 2.13: a subscriber that throws is to be taken for one that has cancelled
      LOG.warn("storage '{}': a subscriber failed and gets nothing any more", storage, thrown);
      return false;
    }

    @Override
    public void end(Optional<Throwable> failure) {
      if (failure.isPresent()) {
        subscriber.onError(failure.get());
      } else {
        subscriber.onComplete();
      }
    }
  }

  Feed(Operations<T> operations, WatchOptions options, Target<T> consumer) {
    this.operations = operations;
    this.options = options;
    this.consumer = consumer;
    this.context = operations.point().surroundings().context().get();
    try {
      this.filter = KeyFilter.of(options);
    } catch (StorageException e) {
      throw operations.failed("", e);
    }
  }

  // --- beginning and end

  /** Begins for a handler: what cannot begin throws. */
  void begin() {
    attachFirst();
    introduce();
  }

  /** Begins for a subscriber: what cannot begin is told to it, after the subscription. */
  void beginOrFail() {
    try {
      attachFirst();
    } catch (RuntimeException e) {
      fail(e);
    }
    introduce();
  }

  private void introduce() {
    try {
      consumer.begin(this);
    } catch (RuntimeException | Error e) {
      if (!consumer.survives(e)) {
        close();
        return;
      }
    }
    synchronized (this) {
      introduced = true;
    }
    schedule();
  }

  private void attachFirst() {
    synchronized (attaching) {
      MountPoint point = operations.point();
      point.add(this);
      try {
        Bound<T> current = operations.enter();
        try {
          attach(current.mounted, options.from());
        } finally {
          current.gate.exit();
        }
      } catch (RuntimeException e) {
        point.remove(this);
        throw operations.failed("", e);
      }
      if (point.hasEnded()) {
        end();
      }
    }
  }

  /** Goes on with what is mounted now; what changed in between is not known. */
  void moveTo(MountPoint.Mounted mounted) {
    synchronized (attaching) {
      Subscription old;
      synchronized (this) {
        old = upstream;
        if (source == mounted || old == null) {
          return;
        }
        upstream = null;
      }
      try {
        old.close();
      } catch (RuntimeException e) {
        LOG.warn("storage '{}': leaving the former backend's changes failed", name(), e);
      }
      try {
        attach(mounted, Optional.empty());
      } catch (RuntimeException e) {
        fail(operations.failed("", e));
        return;
      }
      synchronized (this) {
        if (!lost) {
          lost = true;
          lostUpTo = Optional.empty();
        }
      }
      schedule();
    }
  }

  private void attach(MountPoint.Mounted mounted, Optional<String> from) {
    Mount mount = mounted.mount();
    Changes changes =
        mount
            .facets()
            .find(Changes.class)
            .orElseThrow(
                () ->
                    StorageException.of(
                        ErrorCode.UNSUPPORTED,
                        "plugin "
                            + mount.plugin()
                            + " with its layers tells no changes; this storage offers "
                            + Capability.describe(mount.facets())));
    if (from.isPresent() && !changes.resumable()) {
      throw StorageException.of(
          ErrorCode.UNSUPPORTED,
          "plugin "
              + mount.plugin()
              + " with its layers cannot resume from a position; watch from now on and read what"
              + " is there");
    }
    Codec<T> codec = operations.codec(mount);
    synchronized (this) {
      source = mounted; // before subscribing: the first change may come before that has returned
      resuming = from.isPresent();
    }
    Subscription fresh = changes.subscribe(from, change -> accept(mounted, codec, change));
    synchronized (this) {
      resuming = false;
      if (!over) {
        upstream = fresh;
        return;
      }
    }
    fresh.close();
  }

  private void accept(MountPoint.Mounted from, Codec<T> codec, StoredChange change) {
    boolean concernsAll = change.type() == ChangeType.CLEAR || change.type() == ChangeType.RESYNC;
    if (!concernsAll && !filter.test(change.key())) {
      return;
    }
    synchronized (this) {
      if (over || ending || from != source) {
        return;
      }
      boolean full = !resuming && queue.size() >= options.queueCapacity();
      if (lost || full || change.type() == ChangeType.RESYNC) {
        lost = true; // one RESYNC stands for all, and nothing comes before it any more
        lostUpTo = change.position();
      } else {
        queue.add(new Queued<>(change, codec));
      }
    }
    schedule();
  }

  /**
   * The storage has ended: what is queued and asked for is delivered, then the consumer is told.
   */
  void end() {
    synchronized (this) {
      ending = true;
    }
    schedule();
    detach();
  }

  private void fail(Throwable cause) {
    synchronized (this) {
      if (failure == null) {
        failure = cause;
      }
    }
    schedule();
    detach();
  }

  private void detach() {
    operations.point().remove(this);
    Subscription open;
    synchronized (this) {
      open = upstream;
      upstream = null;
    }
    if (open != null) {
      try {
        open.close();
      } catch (RuntimeException e) {
        LOG.warn("storage '{}': leaving the backend's changes failed", name(), e);
      }
    }
  }

  @Override
  public synchronized boolean isActive() {
    return !over;
  }

  @Override
  public void close() {
    synchronized (this) {
      over = true;
      queue.clear();
    }
    detach();
  }

  @Override
  public void cancel() {
    close();
  }

  @Override
  public void request(long n) {
    synchronized (this) {
      if (n <= 0) {
        if (failure == null) {
          failure =
              new IllegalArgumentException(
                  "rule 3.9 of Flow: a subscriber requests a positive number, not " + n);
        }
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
    }
    schedule();
  }

  // --- delivery

  private void schedule() {
    synchronized (this) {
      if (draining || over || !introduced || !hasWork()) {
        return;
      }
      draining = true;
    }
    execute();
  }

  private void execute() {
    try {
      operations.point().surroundings().deliveries().execute(this::drain);
    } catch (RejectedExecutionException e) {
      LOG.debug("storage '{}': a watch ends with the runtime", name(), e);
      close();
    }
  }

  private boolean hasWork() {
    return failure != null || ending || (demand > 0 && (lost || !queue.isEmpty()));
  }

  private void drain() {
    for (int i = 0; i < BURST; i++) {
      Queued<T> next = null;
      Optional<String> upTo = Optional.empty();
      boolean last = false;
      Optional<Throwable> cause = Optional.empty();
      synchronized (this) {
        if (over || !hasWork()) {
          draining = false;
          return;
        }
        if (failure == null && demand > 0 && !queue.isEmpty()) {
          next = queue.remove();
        } else if (failure == null && demand > 0 && lost) {
          lost = false;
          upTo = lostUpTo;
        } else {
          last = true;
          over = true;
          cause = Optional.ofNullable(failure);
        }
        if (!last && demand != Long.MAX_VALUE) {
          demand--;
        }
      }
      if (last) {
        detach();
        finish(cause);
        return;
      }
      deliver(next == null ? resync(upTo) : decoded(next));
    }
    execute();
  }

  private void deliver(Change<T> change) {
    if (!isActive()) {
      return; // closed while the value was read
    }
    try {
      context.execute(() -> consumer.next(change));
    } catch (Throwable t) {
      // on this thread of ours nobody else would hear of it
      if (!consumer.survives(t)) {
        close();
      }
    }
  }

  private void finish(Optional<Throwable> cause) {
    try {
      context.execute(() -> consumer.end(cause));
    } catch (RuntimeException | Error e) {
      LOG.warn("storage '{}': a consumer of changes failed at its end", name(), e);
    }
  }

  private Change<T> resync(Optional<String> upTo) {
    Instant now = operations.point().surroundings().clock().instant();
    return new Change<>(ChangeType.RESYNC, "", Optional.empty(), Optional.empty(), now, upTo);
  }

  private Change<T> decoded(Queued<T> next) {
    StoredChange stored = next.change();
    return new Change<>(
        stored.type(),
        stored.key(),
        stored.before().flatMap(entry -> decoded(next.codec(), entry)),
        stored.after().flatMap(entry -> decoded(next.codec(), entry)),
        stored.timestamp(),
        stored.position());
  }

  /** A value that cannot be read, such as a file that a person broke, is one that is not known. */
  private Optional<T> decoded(Codec<T> codec, StoredEntry entry) {
    try {
      return Optional.of(codec.decode(entry.value(), entry.contentType()));
    } catch (RuntimeException e) {
      LOG.debug("storage '{}': a changed value cannot be read", name(), e);
      return Optional.empty();
    }
  }

  private String name() {
    return operations.name();
  }
}
