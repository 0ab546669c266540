package io.undercroft.plugin.redis;

import io.undercroft.spi.Changes;
import io.undercroft.spi.PluginContext;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The log of changes: a stream that every write adds to in the same step, whoever writes. While
 * anybody is subscribed, one reader follows it over a connection of its own.
 *
 * <p>The reader always asks for the last change that it has told, and for what came after: if that
 * one is not there any more, changes between may have been dropped, and one RESYNC stands for them.
 *
 * <p><b>Threads:</b> safe for concurrent use; listeners are called by the reader only.
 */
final class ChangeLog implements Changes {
  private static final Logger LOG = System.getLogger(ChangeLog.class.getPackageName());
  private static final int READ_AT_ONCE = 500;
  private static final long SHORTEST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 1_000;
  private static final long SETTLING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long the reader waits in the server at a time; who resumes waits no longer than this. */
  private static final long LONGEST_WAIT_MILLIS = 100;

  private final Space space;
  private final PluginContext context;
  private final RedisBatch batch;
  private final byte[] waitMillis;
  private final List<Listening> listening = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private boolean reading;
  private boolean closed;
  private @Nullable Connection connection;
  private @Nullable Thread reader;

  ChangeLog(Space space, PluginContext context, RedisBatch batch) {
    this.space = space;
    this.context = context;
    this.batch = batch;
    long timeout = space.server().settings().timeout().toMillis();
    this.waitMillis = Writing.number(Math.max(1, Math.min(LONGEST_WAIT_MILLIS, timeout / 2)));
  }

  @Override
  public boolean resumable() {
    return true;
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    Position from = after.map(Position::of).orElseGet(this::latest);
    Listening one = new Listening(listener, from);
    synchronized (lock) {
      if (closed) {
        throw Failures.closed();
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
      throw Failures.closed();
    }
  }

  /** Returns the place of the last change; a log that is empty is begun. */
  Position latest() {
    return space.server().read(this::latest).position();
  }

  private LoggedChange latest(Connection over) {
    byte[][] call =
        Script.BEGIN.call(
            List.of(space.names().changes()),
            List.of(Names.bytes(space.versions().next()), Writing.number(space.now())));
    return LoggedChange.of(Server.run(over, call, Script.BEGIN));
  }

  /** Until nobody listens any more. */
  private void read() {
    long pause = SHORTEST_PAUSE_MILLIS;
    boolean wanted = isWanted();
    while (wanted) {
      try (Connection over = space.server().dial()) {
        if (!took(over)) {
          return;
        }
        pause = SHORTEST_PAUSE_MILLIS;
        while (wanted) {
          follow(over);
          wanted = isWanted(); // once it is not, whoever subscribes starts another reader
        }
      } catch (RuntimeException e) {
        boolean usual = e instanceof JedisException || e instanceof StorageException;
        LOG.log(
            usual ? Level.DEBUG : Level.WARNING,
            "the log of changes cannot be read; trying again",
            e);
        space.server().doubt();
        if (wanted) {
          pause(pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
          wanted = isWanted();
        }
      }
    }
  }

  private boolean isWanted() {
    synchronized (lock) {
      if (closed || listening.isEmpty()) {
        reading = false;
        connection = null;
        reader = null;
        lock.notifyAll();
        return false;
      }
      return true;
    }
  }

  /** Makes the connection known to who closes; returns false if it is too late for that. */
  private boolean took(Connection over) {
    synchronized (lock) {
      connection = over;
      reader = Thread.currentThread();
      if (closed) {
        reading = false;
      }
      return !closed;
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

  /** Tells everybody what there is for them; waits a moment if there is nothing. */
  private void follow(Connection over) {
    boolean told = false;
    Position last = Position.NEVER;
    Map<Position, List<LoggedChange>> ranges = new HashMap<>();
    for (Listening one : listening) {
      told |= one.goOn(over, ranges.computeIfAbsent(one.at, from -> range(over, from)));
      last = last.compareTo(one.at) < 0 ? one.at : last;
    }
    if (!told && !listening.isEmpty()) {
      over.sendCommand(
          Command.XREAD,
          Names.bytes("COUNT"),
          Names.bytes("1"),
          Names.bytes("BLOCK"),
          waitMillis,
          Names.bytes("STREAMS"),
          space.names().changes(),
          Names.bytes(last.serverId()));
      over.getOne();
    }
  }

  @SuppressWarnings("unchecked") // a range of a stream is a list
  private List<LoggedChange> range(Connection over, Position from) {
    over.sendCommand(
        Command.XRANGE,
        space.names().changes(),
        Names.bytes(from.serverId()),
        Names.bytes("+"),
        Names.bytes("COUNT"),
        Writing.number(READ_AT_ONCE));
    List<LoggedChange> changes = new ArrayList<>();
    for (Object entry : (List<Object>) over.getOne()) {
      changes.add(LoggedChange.of(entry));
    }
    return changes;
  }

  /** Returns the entry that a SET wrote, if it is still there. */
  private Optional<StoredEntry> lookUp(LoggedChange change) {
    return Optional.ofNullable(batch.getMany(List.of(change.key())).get(change.key()))
        .filter(entry -> entry.meta().version().equals(change.position().change()));
  }

  @Override
  public void settle() {
    synchronized (lock) {
      if (reader == Thread.currentThread() || listening.isEmpty()) {
        return;
      }
    }
    Position now = latest();
    long end = System.nanoTime() + SETTLING_NANOS;
    synchronized (lock) {
      try {
        for (long left = SETTLING_NANOS;
            left > 0 && !closed && listening.stream().anyMatch(one -> one.at.compareTo(now) < 0);
            left = end - System.nanoTime()) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends everything. */
  void close() {
    synchronized (lock) {
      closed = true;
      listening.forEach(one -> one.active = false);
      listening.clear();
      if (connection != null) {
        try {
          connection.forceDisconnect(); // it may be waiting in the server
        } catch (IOException e) {
          LOG.log(Level.DEBUG, "the connection that follows the changes was broken already", e);
        }
      }
      lock.notifyAll();
    }
  }

  /** One subscription. */
  private final class Listening implements Subscription {
    private final Consumer<StoredChange> listener;
    private volatile Position at;
    private volatile boolean active = true;

    Listening(Consumer<StoredChange> listener, Position at) {
      this.listener = listener;
      this.at = at;
    }

    /** Tells the changes from where it is; returns whether there were any after that. */
    boolean goOn(Connection over, List<LoggedChange> changes) {
      if (changes.isEmpty() || !changes.get(0).position().equals(at)) {
        LoggedChange last = latest(over);
        tell(
            last,
            new StoredChange(
                ChangeType.RESYNC,
                "",
                Optional.empty(),
                Optional.empty(),
                context.clock().instant(),
                Optional.of(last.position().toString())));
        return true;
      }
      for (LoggedChange change : changes.subList(1, changes.size())) {
        ChangeType type = change.type();
        if (type == null) {
          moved(change);
        } else {
          tell(change, change.told(type, change.lacksValue() ? lookUp(change) : change.entry()));
        }
      }
      return changes.size() > 1;
    }

    private void tell(LoggedChange change, StoredChange told) {
      if (active) {
        try {
          listener.accept(told);
        } catch (RuntimeException e) {
          LOG.log(Level.WARNING, "a listener for changes threw, which it must not", e);
        }
      }
      moved(change);
    }

    private void moved(LoggedChange change) {
      synchronized (lock) {
        at = change.position();
        lock.notifyAll();
      }
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
