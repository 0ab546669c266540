package io.undercroft.runtime.layers;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deadlines that were set while somebody watched, so that their passing can be told although
 * nothing else happens. Looks at the clock at the nearest deadline, but every second at least: a
 * clock may be put forward. Of more than 100,000 the rest is not told.
 *
 * <p>The deadline of one key is changed under the hub's lock of that key.
 */
final class Deadlines implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Deadlines.class);
  private static final int MOST = 100_000;
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final String storage;
  private final Clock clock;
  private final Executor executor;
  private final ScheduledExecutorService scheduler;
  private final Consumer<String> passed;
  private final Runnable beforeEachLook;
  private final Map<String, Instant> byKey = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Due> nearest = new ConcurrentSkipListSet<>();
  private final AtomicBoolean armed = new AtomicBoolean();
  private volatile @Nullable Future<?> next;
  private volatile boolean closed;

  private record Due(Instant at, String key) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : key.compareTo(other.key);
    }
  }

  /**
   * Makes an empty one.
   *
   * @param passed called with a key whose deadline has passed; forgets it
   * @param beforeEachLook called without any lock; may forget all
   */
  Deadlines(PluginContext context, Consumer<String> passed, Runnable beforeEachLook) {
    this.storage = context.storage();
    this.clock = context.clock();
    this.executor = context.executor();
    this.scheduler = context.scheduler();
    this.passed = passed;
    this.beforeEachLook = beforeEachLook;
  }

  void track(String key, Instant at) {
    if (byKey.size() < MOST) {
      byKey.put(key, at);
      nearest.add(new Due(at, key));
      arm();
    }
  }

  /** Returns whether there was one and it has passed. */
  boolean forget(String key) {
    if (byKey.isEmpty()) {
      return false;
    }
    Instant at = byKey.remove(key);
    if (at == null) {
      return false;
    }
    nearest.remove(new Due(at, key));
    return !clock.instant().isBefore(at);
  }

  /** Forgets the deadline if it has passed, not one that was set meanwhile; returns whether. */
  boolean forgetPassed(String key) {
    Instant at = byKey.get(key);
    return at != null && !clock.instant().isBefore(at) && forget(key);
  }

  /** Under all locks, lest it forget half of what is tracked meanwhile; or at the end. */
  void forgetAll() {
    byKey.clear();
    nearest.clear();
  }

  private void arm() {
    if (closed || nearest.isEmpty() || !armed.compareAndSet(false, true)) {
      return;
    }
    Iterator<Due> first = nearest.iterator(); // first() throws if another thread emptied it
    Duration wait =
        first.hasNext() ? Duration.between(clock.instant(), first.next().at()) : LONGEST;
    if (wait.compareTo(SHORTEST) < 0) {
      wait = SHORTEST;
    } else if (wait.compareTo(LONGEST) > 0) {
      wait = LONGEST;
    }
    try {
      next =
          scheduler.schedule(
              () -> executor.execute(this::look), wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("storage '{}' is being closed; no deadline is told any more", storage, e);
    }
  }

  private void look() {
    armed.set(false);
    try {
      beforeEachLook.run();
      Instant now = clock.instant();
      for (Due due : nearest) {
        if (due.at().isAfter(now)) {
          break;
        }
        passed.accept(due.key());
      }
    } catch (RuntimeException e) {
      // Nobody waits for this work; the deadlines that are left are looked at again.
      LOG.debug("storage '{}': deadlines could not be looked at", storage, e);
    }
    arm();
  }

  @Override
  public void close() {
    closed = true;
    forgetAll();
    Future<?> waiting = next;
    if (waiting != null) {
      waiting.cancel(false);
    }
  }
}
