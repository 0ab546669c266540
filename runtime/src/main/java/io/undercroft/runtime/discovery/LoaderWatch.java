package io.undercroft.runtime.discovery;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the class loaders of plugins: how many are open, and which ones stay in memory after they
 * were closed because something still holds on to their classes: a thread, a thread local, a JDBC
 * driver, a shutdown hook.
 *
 * <p>A closed loader goes with the next garbage collection that unloads classes, which on a quiet
 * system may be hours away. So a leak is not told by time alone: after the close, classes of the
 * watch's own that nobody holds have to be unloaded several times while the loader stays. No
 * collection is ever forced.
 *
 * <p><b>Threads:</b> safe for concurrent use. It has no thread of its own; it looks when it is
 * asked, when loaders come and go, and a few times after a close.
 */
public final class LoaderWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LoaderWatch.class);
  private static final Duration GRACE = Duration.ofSeconds(30);
  private static final LoaderWatch SHARED =
      new LoaderWatch(
          GRACE,
          Clock.systemUTC(),
          CompletableFuture.delayedExecutor(GRACE.toMillis(), TimeUnit.MILLISECONDS));

  /** How often it looks after a close without being asked. */
  private static final int LOOKS = 10;

  /**
   * Collections that a loader must outlive: one may have begun before the close, and one only finds
   * what has a finalizer.
   */
  private static final int COLLECTIONS = 3;

  private final Duration grace;
  private final Clock clock;
  private final Executor afterGrace;
  private final ReferenceQueue<Object> queue = new ReferenceQueue<>();
  private final Set<Ticket> tickets = new HashSet<>();
  private @Nullable Reference<Object> canary;
  private long collections;

  /**
   * Makes one of one's own.
   *
   * @param grace how long after its close a loader is not called leaked
   * @param clock for the grace
   * @param afterGrace runs what it is given after the grace
   */
  public LoaderWatch(Duration grace, Clock clock, Executor afterGrace) {
    this.grace = grace;
    this.clock = clock;
    this.afterGrace = afterGrace;
  }

  /** Returns the watch of this copy of the runtime; its grace is 30 seconds. */
  public static LoaderWatch shared() {
    return SHARED;
  }

  /** A loader's place in the watch; knows its name and holds on to nothing. */
  final class Ticket extends PhantomReference<Object> {
    private final String name;
    private @Nullable Instant closedAt;
    private long closedAtCollection;
    private boolean told;

    private Ticket(ClassLoader loader, String name) {
      super(loader, queue);
      this.name = name;
    }

    void closed() {
      LoaderWatch.this.closed(this);
    }
  }

  /** Registers a loader. */
  Ticket opened(ClassLoader loader, String name) {
    Ticket ticket = new Ticket(loader, name);
    synchronized (this) {
      look();
      tickets.add(ticket);
    }
    return ticket;
  }

  private void closed(Ticket ticket) {
    synchronized (this) {
      look();
      ticket.closedAt = clock.instant();
      ticket.closedAtCollection = collections;
      if (canary == null) {
        canary = new PhantomReference<>(hatch(), queue);
      }
    }
    lookLater(LOOKS);
  }

  private void lookLater(int looks) {
    if (looks > 0) {
      afterGrace.execute(
          () -> {
            boolean more;
            synchronized (this) {
              look();
              more = tickets.stream().anyMatch(ticket -> ticket.closedAt != null && !ticket.told);
            }
            if (more) {
              lookLater(looks - 1);
            }
          });
    }
  }

  /** Takes note of what was collected, and tells of what should have been. */
  private void look() {
    for (Reference<?> gone = queue.poll(); gone != null; gone = queue.poll()) {
      if (gone.equals(canary)) {
        canary = null;
        collections++;
      } else if (gone instanceof Ticket ticket) {
        tickets.remove(ticket);
      }
    }
    boolean waiting = false;
    for (Ticket ticket : tickets) {
      if (ticket.closedAt != null && !ticket.told) {
        if (isLeaked(ticket, ticket.closedAt)) {
          ticket.told = true;
          LOG.warn(
              "The class loader of {} was closed at {} and is still in memory: something holds on to"
                  + " the plugin's classes, such as a thread, a thread local, a JDBC driver or a"
                  + " shutdown hook of its own; ask the plugin's author to give it back in close()",
              ticket.name,
              ticket.closedAt);
        } else {
          waiting = true;
        }
      }
    }
    if (waiting && canary == null) {
      canary = new PhantomReference<>(hatch(), queue);
    }
  }

  private boolean isLeaked(Ticket ticket, Instant closedAt) {
    return collections - ticket.closedAtCollection >= COLLECTIONS
        && !clock.instant().isBefore(closedAt.plus(grace));
  }

  /** Returns how many loaders are open. */
  public synchronized int openLoaders() {
    look();
    return (int) tickets.stream().filter(ticket -> ticket.closedAt == null).count();
  }

  /** Returns how many loaders were closed and not collected yet, leaked or not. */
  public synchronized int closedLoaders() {
    look();
    return (int) tickets.stream().filter(ticket -> ticket.closedAt != null).count();
  }

  /**
   * Returns the names of the loaders that were closed and outlived garbage collections that would
   * have taken them, had nothing held on to them; sorted. Each is logged once, a grace period after
   * its close at the earliest.
   */
  public synchronized List<String> leakedLoaders() {
    look();
    return tickets.stream()
        .filter(ticket -> ticket.told)
        .map(ticket -> ticket.name)
        .sorted()
        .toList();
  }

  /** Returns a new class that nobody else has, and that is unloaded alone. */
  private static Object hatch() {
    String file = Canary.class.getSimpleName() + ".class";
    try (InputStream in = LoaderWatch.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing beside " + LoaderWatch.class);
      }
      return MethodHandles.lookup().defineHiddenClass(in.readAllBytes(), false).lookupClass();
    } catch (IOException | IllegalAccessException e) {
      throw new IllegalStateException(file + " cannot be loaded again", e);
    }
  }
}
