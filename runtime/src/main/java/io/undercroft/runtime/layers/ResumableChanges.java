package io.undercroft.runtime.layers;

import io.undercroft.spi.Changes;
import io.undercroft.spi.PluginContext;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Changes} that can be resumed, over some that cannot.
 *
 * <p>The first subscription begins a <em>life</em>: this subscribes to the source, once for all,
 * numbers what it is told and keeps the latest. Every listener is told in the order of the numbers,
 * so what comes after a number is the same for all of them. A life ends when nobody has been
 * subscribed for the time of the {@link Retention}; until the next one begins the source is not
 * subscribed to, and nothing is kept.
 *
 * <p>Who resumes after a position is told what is kept after it, and then what comes, with neither
 * gap nor repetition between the two. Where the position is not held any more, or never was, as
 * that of another life, one RESYNC comes first, and then what comes.
 *
 * <p>Who subscribes without a position first waits until the source has told what was before. From
 * a source that does not keep {@link Changes#settle} he may hear what happened shortly before.
 *
 * <p><b>Threads:</b> safe for concurrent use. Listeners are called in the turn, one at a time; one
 * of them may subscribe and close subscriptions. The turn is never held while the source is called.
 */
final class ResumableChanges implements Changes, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResumableChanges.class);

  /** So many changes may be caught up with while writers wait. */
  private static final int FEW = 64;

  /** So often one who resumes is told without holding writers up; then they wait for him. */
  private static final int ROUNDS = 16;

  private final Changes source;
  private final PluginContext context;
  private final Retention retention;
  private final Object beginning = new Object();
  private final ReentrantLock turn = new ReentrantLock();
  private final List<Listener> listeners = new CopyOnWriteArrayList<>();
  private @Nullable Life life; // in the turn, as all that follows
  private int present;
  private long farewells;
  private @Nullable Future<?> farewell;
  private boolean closed;

  /** One subscription to the source, with what it told. */
  private static final class Life {
    private final History history;
    private boolean over;
    private @Nullable Subscription source;

    Life(Retention retention) {
      long random = UUID.randomUUID().getLeastSignificantBits();
      this.history = new History(Long.toUnsignedString(random, 36), retention);
    }
  }

  ResumableChanges(Changes source, PluginContext context, Retention retention) {
    this.source = source;
    this.context = context;
    this.retention = retention;
  }

  @Override
  public boolean resumable() {
    return true;
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    Listener added = new Listener(listener);
    try {
      if (after.isEmpty()) {
        source.settle();
      }
      while (!join(added, after)) {
        begin();
      }
      return added;
    } catch (RuntimeException | Error e) {
      added.close();
      throw e;
    }
  }

  /** Subscribes to the source, unless that has been done. */
  private void begin() {
    synchronized (beginning) {
      turn.lock();
      try {
        refuseIfClosed();
        if (life != null) {
          return;
        }
      } finally {
        turn.unlock();
      }
      Life fresh = new Life(retention);
      Subscription subscribed = source.subscribe(Optional.empty(), change -> accept(fresh, change));
      turn.lock();
      try {
        fresh.source = subscribed;
        if (!closed) {
          life = fresh; // whoever began it joins it
          return;
        }
      } finally {
        turn.unlock();
      }
      subscribed.close();
      refuseIfClosed();
    }
  }

  private void refuseIfClosed() {
    if (closed) {
      throw StorageException.of(ErrorCode.CLOSED, "the storage was closed; open it again");
    }
  }

  /** Joins the life that there is; returns false if there is none. */
  private boolean join(Listener added, Optional<String> after) {
    Optional<String> position = after;
    for (int round = 0; ; round++) {
      List<StoredChange> missed;
      turn.lock();
      try {
        refuseIfClosed();
        Life now = life;
        if (now == null) {
          return false;
        }
        added.arrive();
        missed = position.map(from -> missed(now, from)).orElse(List.of());
        if (missed.size() <= FEW || round == ROUNDS) {
          missed.forEach(added::accept);
          listeners.add(added);
          return true;
        }
      } finally {
        turn.unlock();
      }
      missed.forEach(added::accept); // nobody else tells it anything before it is in the list
      position = missed.get(missed.size() - 1).position();
    }
  }

  private List<StoredChange> missed(Life now, String from) {
    return now.history.after(from).orElseGet(() -> List.of(resync(now)));
  }

  private StoredChange resync(Life now) {
    return new StoredChange(
        ChangeType.RESYNC,
        "",
        Optional.empty(),
        Optional.empty(),
        context.clock().instant(),
        Optional.of(now.history.lastPosition()));
  }

  private void accept(Life from, StoredChange change) {
    turn.lock();
    try {
      if (from.over) {
        return;
      }
      StoredChange placed = from.history.add(change);
      for (Listener listener : listeners) {
        listener.accept(placed);
      }
    } finally {
      turn.unlock();
    }
  }

  /** In the turn: ends the life after its time, unless somebody comes. */
  private void sayFarewell() {
    long number = ++farewells;
    try {
      farewell =
          context
              .scheduler()
              .schedule(
                  () -> context.executor().execute(() -> endIfAlone(number)),
                  retention.time().toMillis(),
                  TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("storage '{}' is being closed, and its changes with it", context.storage(), e);
    }
  }

  private void endIfAlone(long number) {
    Life ended = null;
    turn.lock();
    try {
      if (present == 0 && number == farewells) {
        ended = endLife();
      }
    } finally {
      turn.unlock();
    }
    leaveSource(ended);
  }

  private @Nullable Life endLife() {
    Life ended = life;
    if (ended != null) {
      ended.over = true;
      life = null;
    }
    return ended;
  }

  private void leaveSource(@Nullable Life ended) {
    Subscription subscribed = ended == null ? null : ended.source;
    if (subscribed != null) {
      subscribed.close();
    }
  }

  /** Ends every subscription, and the life. Idempotent. */
  @Override
  public void close() {
    Life ended;
    turn.lock();
    try {
      closed = true;
      listeners.forEach(Listener::close);
      Future<?> waiting = farewell;
      if (waiting != null) {
        waiting.cancel(false);
      }
      ended = endLife();
    } finally {
      turn.unlock();
    }
    leaveSource(ended);
  }

  /** One subscription. */
  private final class Listener implements Subscription {
    private final Consumer<StoredChange> consumer;
    private boolean arrived; // in the turn
    private volatile boolean active = true;

    Listener(Consumer<StoredChange> consumer) {
      this.consumer = consumer;
    }

    /** In the turn: from here on the life does not end. */
    void arrive() {
      if (arrived) {
        return;
      }
      arrived = true;
      present++;
      Future<?> waiting = farewell;
      if (waiting != null) {
        waiting.cancel(false);
        farewell = null;
      }
    }

    void accept(StoredChange change) {
      if (!active) {
        return;
      }
      try {
        consumer.accept(change);
      } catch (RuntimeException e) {
        // What is told has been done; a listener that breaks its promise must not hurt the others.
        LOG.error("a listener to storage '{}' threw at a {}", context.storage(), change.type(), e);
      }
    }

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void close() {
      turn.lock();
      try {
        if (!active) {
          return;
        }
        active = false;
        listeners.remove(this);
        if (arrived && --present == 0 && !closed) {
          sayFarewell();
        }
      } finally {
        turn.unlock();
      }
    }
  }
}
