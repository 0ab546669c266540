package io.undercroft.plugin.jdbc;

import io.undercroft.spi.Batch;
import io.undercroft.spi.Changes;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The changes of a table, whoever makes them, as its {@link ChangeTable} has them. While anybody is
 * subscribed, one reader follows it.
 *
 * <p>A position is a life and a change in it. Where the changes after it are not all there any
 * more, as after the end of that life, one RESYNC stands for them.
 *
 * <p>A large value is looked up when its change is told, and left out if something else is there by
 * then: that is a later change.
 *
 * <p><b>Threads:</b> safe for concurrent use; listeners are called by the reader only.
 */
final class ChangeFeed implements Changes {
  private static final Logger LOG = System.getLogger(ChangeFeed.class.getPackageName());
  private static final Pattern POSITION = Pattern.compile("([0-9a-z]{1,16})/([0-9]{1,18})");
  private static final int READ_AT_ONCE = 500;
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How often a life is renewed, and what is too much is removed. */
  private static final long UPKEEP_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final ChangeTable table;
  private final Batch entries;
  private final Bell bell;
  private final PluginContext context;
  private final List<Listening> listening = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private @Nullable ScheduledFuture<?> upkeep;
  private boolean reading;
  private boolean closed;
  private @Nullable Thread reader;

  ChangeFeed(ChangeTable table, Batch entries, Bell bell, PluginContext context) {
    this.table = table;
    this.entries = entries;
    this.bell = bell;
    this.context = context;
  }

  /** A place: a life, and a change in it. */
  private record Place(String life, long id) {
    static Optional<Place> of(String text) {
      Matcher parts = POSITION.matcher(text);
      return parts.matches()
          ? Optional.of(new Place(parts.group(1), Long.parseLong(parts.group(2))))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return life + "/" + id;
    }
  }

  @Override
  public boolean resumable() {
    return true;
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    ChangeTable.Life life = table.join();
    Place now = new Place(life.name(), life.last());
    Optional<Place> asked = after.flatMap(Place::of);
    boolean isKnown =
        asked.isPresent() && asked.get().life().equals(now.life()) && asked.get().id() <= now.id();
    boolean isLost = after.isPresent() && !isKnown;
    Listening one = new Listening(listener, isKnown ? asked.get() : now, isLost);
    synchronized (lock) {
      if (closed) {
        throw StorageException.of(ErrorCode.CLOSED, "the storage is closed");
      }
      listening.add(one);
      if (!reading) {
        reading = true;
        start(one);
      }
    }
    return one;
  }

  private void start(Listening first) {
    try {
      context.executor().execute(this::read);
    } catch (RejectedExecutionException e) {
      reading = false;
      listening.remove(first);
      throw StorageException.of(ErrorCode.CLOSED, "the runtime is ending", e);
    }
  }

  /** Sees to it from now on that a life ends for which nobody cares any more. */
  void lookAfter() {
    long interval = ChangeTable.LASTS.toMillis();
    table.endIfOver();
    synchronized (lock) {
      upkeep =
          context
              .scheduler()
              .scheduleWithFixedDelay(this::wakeUpkeep, interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  private void wakeUpkeep() {
    try {
      context.executor().execute(this::endIfOver);
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "the runtime is ending; another process will look after it", e);
    }
  }

  private void endIfOver() {
    try {
      table.endIfOver();
    } catch (StorageException e) {
      LOG.log(Level.DEBUG, "changes that nobody watches are still noted; trying again later", e);
    }
  }

  /** Until nobody listens any more. */
  private void read() {
    synchronized (lock) {
      reader = Thread.currentThread();
    }
    long pause = SHORTEST_PAUSE_MILLIS;
    long upkeep = System.nanoTime();
    boolean renewed = true; // by who has subscribed
    while (isWanted()) {
      try {
        if (System.nanoTime() - upkeep >= 0) {
          keepUp(renewed);
          renewed = false;
          upkeep = System.nanoTime() + UPKEEP_NANOS;
        }
        if (!tell()) {
          bell.await();
        }
        pause = SHORTEST_PAUSE_MILLIS;
      } catch (RuntimeException e) {
        LOG.log(
            e instanceof StorageException ? Level.DEBUG : Level.WARNING,
            "the changes cannot be read; trying again",
            e);
        pause(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
        upkeep = System.nanoTime(); // it may have lasted long
      }
    }
  }

  private boolean isWanted() {
    synchronized (lock) {
      if (!closed && !listening.isEmpty()) {
        return true;
      }
      bell.rest();
      reading = false; // whoever subscribes now starts another reader
      reader = null;
      lock.notifyAll();
      return false;
    }
  }

  private void pause(long millis) {
    synchronized (lock) {
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
      try {
        for (long left = end - System.nanoTime();
            left > 0 && !closed;
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        closed = true; // the runtime is ending
      }
    }
  }

  /**
   * Lets the lives go on that are followed; who follows one that others have ended begins anew.
   *
   * @param renewed whether that has been done just now: done again, it might be in somebody's way
   */
  private void keepUp(boolean renewed) {
    Set<String> lives = new HashSet<>();
    listening.forEach(one -> lives.add(one.at.life()));
    for (String life : lives) {
      if (renewed || table.renew(life)) {
        table.trim(life);
      } else {
        listening.stream().filter(one -> one.at.life().equals(life)).forEach(Listening::beginAnew);
      }
    }
  }

  /** Tells everybody what there is for them; returns whether there was anything. */
  private boolean tell() {
    boolean told = false;
    Map<Place, Told> ranges = new HashMap<>();
    for (Listening one : listening) {
      told |= one.goOn(ranges);
    }
    return told;
  }

  /** What comes after a place, with what was set. */
  private record Told(ChangeTable.Range range, Map<String, StoredEntry> entries) {}

  private Told after(Place place) {
    ChangeTable.Range range = table.after(place.life(), place.id(), READ_AT_ONCE);
    Set<String> keys = new HashSet<>();
    for (ChangeTable.Noted change : range.changes()) {
      if (change.isTooLarge()) {
        keys.add(change.key());
      }
    }
    return new Told(range, keys.isEmpty() ? Map.of() : entries.getMany(keys));
  }

  @Override
  public void settle() {
    synchronized (lock) {
      if (reader == Thread.currentThread() || listening.isEmpty()) {
        return;
      }
    }
    long now = table.last();
    long end = System.nanoTime() + SETTLING_NANOS;
    synchronized (lock) {
      try {
        for (long left = SETTLING_NANOS;
            left > 0 && !closed && listening.stream().anyMatch(one -> one.at.id() < now);
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends everything, and waits for the reader. */
  void close() {
    synchronized (lock) {
      closed = true;
      if (upkeep != null) {
        upkeep.cancel(false);
      }
      listening.forEach(one -> one.active = false);
      listening.clear();
      lock.notifyAll();
      long end = System.nanoTime() + SETTLING_NANOS;
      try {
        for (long left = SETTLING_NANOS;
            left > 0 && reader != null && reader != Thread.currentThread();
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One subscription. */
  private final class Listening implements Subscription {
    private final Consumer<StoredChange> listener;
    private volatile Place at;
    private volatile boolean active = true;
    private boolean isLost;

    Listening(Consumer<StoredChange> listener, Place at, boolean isLost) {
      this.listener = listener;
      this.at = at;
      this.isLost = isLost;
    }

    /** Tells the changes from where it is; returns whether there were any. */
    boolean goOn(Map<Place, Told> ranges) {
      if (isLost) {
        resync(at);
        return true;
      }
      Told told = ranges.computeIfAbsent(at, ChangeFeed.this::after);
      if (!told.range().isWhole()) {
        beginAnew();
        return true;
      }
      long before = at.id();
      for (ChangeTable.Noted change : told.range().changes()) {
        tell(change, told.entries());
      }
      pass(new Place(at.life(), told.range().last()));
      return at.id() > before;
    }

    private void pass(Place place) {
      synchronized (lock) {
        at = place;
        lock.notifyAll();
      }
    }

    /** What came between where it is and now is not all there any more. */
    void beginAnew() {
      ChangeTable.Life life = table.join();
      resync(new Place(life.name(), life.last()));
    }

    private void resync(Place place) {
      isLost = false;
      tell(
          place,
          new StoredChange(
              ChangeType.RESYNC,
              "",
              Optional.empty(),
              Optional.empty(),
              context.clock().instant(),
              Optional.of(place.toString())));
    }

    private void tell(ChangeTable.Noted change, Map<String, StoredEntry> there) {
      Place place = new Place(at.life(), change.id());
      Optional<StoredEntry> set =
          change.isTooLarge()
              ? Optional.ofNullable(there.get(change.key()))
                  .filter(entry -> Optional.of(entry.meta().version()).equals(change.version()))
              : change.set();
      tell(
          place,
          new StoredChange(
              change.kind(),
              change.key(),
              Optional.empty(),
              set,
              time(change),
              Optional.of(place.toString())));
    }

    /** The writer's clock where it is known; else the engine's, unless that is ahead of ours. */
    private Instant time(ChangeTable.Noted change) {
      if (change.version().isPresent()) {
        return change.updated();
      }
      Instant now = context.clock().instant();
      return change.noted().isBefore(now) ? change.noted() : now;
    }

    private void tell(Place place, StoredChange change) {
      if (active) {
        try {
          listener.accept(change);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "a listener for changes threw, which it must not", e);
        }
      }
      pass(place);
    }

    @Override
    public boolean isActive() {
      return active;
    }

    @Override
    public void close() {
      active = false;
      listening.remove(this);
    }
  }
}
