package io.undercroft.runtime.lifecycle;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one runtime: daemons, named {@code undercroft-…}, started when there is work, and
 * all gone after {@link #close}.
 *
 * <p>In a server they are the server's, if it gives any. Where the JVM has virtual threads, work
 * that may block gets one each. Elsewhere asynchronous calls share a bounded pool, because there
 * may be any number of them, and deliveries and plugins have a pool without a bound, because one
 * that waits must not keep the others waiting. An executor that the user gave does all of it
 * instead, and stays the user's.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Workers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final Duration IDLE = Duration.ofSeconds(10);
  private static final int ASYNC_THREADS = 64;

  private final Executor async;
  private final Executor work;
  private final ScheduledThreadPoolExecutor scheduler;
  private final List<ExecutorService> owned;
  private final Duration patience;
  private final Optional<ThreadFactory> containers;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /**
   * Begins without threads.
   *
   * @param given does all the work, if there is one
   * @param containers makes the threads, if there is one
   */
  Workers(Optional<Executor> given, Optional<ThreadFactory> containers, Duration patience) {
    this.patience = patience;
    this.containers = containers;
    this.scheduler = new ScheduledThreadPoolExecutor(1, remembered("undercroft-scheduler"));
    scheduler.setRemoveOnCancelPolicy(true);
    scheduler.setKeepAliveTime(IDLE.toMillis(), TimeUnit.MILLISECONDS);
    scheduler.allowCoreThreadTimeOut(true);
    if (given.isPresent()) {
      this.async = given.get();
      this.work = given.get();
      this.owned = List.of(scheduler);
      return;
    }
    Optional<ExecutorService> virtual =
        containers.isPresent() ? Optional.empty() : virtualThreads();
    if (virtual.isPresent()) {
      this.async = virtual.get();
      this.work = virtual.get();
      this.owned = List.of(scheduler, virtual.get());
      return;
    }
    ThreadPoolExecutor bounded =
        new ThreadPoolExecutor(
            ASYNC_THREADS,
            ASYNC_THREADS,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            remembered("undercroft-async"));
    bounded.allowCoreThreadTimeOut(true);
    ThreadPoolExecutor unbounded =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new SynchronousQueue<>(),
            remembered("undercroft-work"));
    this.async = bounded;
    this.work = unbounded;
    this.owned = List.of(scheduler, bounded, unbounded);
  }

  /** Java 21 has them; the bytecode is Java 17's and must not name them. */
  private static Optional<ExecutorService> virtualThreads() {
    try {
      Method factory = Executors.class.getMethod("newVirtualThreadPerTaskExecutor");
      return Optional.of((ExecutorService) factory.invoke(null));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    } catch (ReflectiveOperationException e) {
      // Java 19 and 20 have them as a preview only, which this JVM was not started with
      LOG.debug("no virtual threads", e);
      return Optional.empty();
    }
  }

  private ThreadFactory remembered(String prefix) {
    ThreadFactory factory = named(prefix);
    return task -> {
      threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
      Thread thread = Objects.requireNonNull(factory.newThread(task));
      threads.add(thread);
      return thread;
    };
  }

  /** Returns a factory of daemon threads that hold on to no plugin's class loader. */
  ThreadFactory named(String prefix) {
    AtomicInteger count = new AtomicInteger();
    return task -> {
      Thread thread =
          containers.map(factory -> ofContainer(factory, task)).orElseGet(() -> plain(task));
      thread.setName(prefix + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }

  private static Thread ofContainer(ThreadFactory factory, Runnable task) {
    try {
      Thread thread = factory.newThread(task);
      return thread == null ? plain(task) : thread;
    } catch (IllegalStateException e) {
      LOG.debug("the container gives no threads any more", e);
      return plain(task);
    }
  }

  private static Thread plain(Runnable task) {
    Thread thread = new Thread(task);
    thread.setContextClassLoader(Workers.class.getClassLoader());
    return thread;
  }

  /** Runs the calls of asynchronous views. */
  Executor async() {
    return async;
  }

  /** Runs deliveries and the work of plugins, all at once if need be. */
  Executor work() {
    return work;
  }

  ScheduledExecutorService scheduler() {
    return scheduler;
  }

  /** Ends every thread that is ours: what runs may end, what waits is run, within a limit. */
  @Override
  public void close() {
    scheduler.shutdownNow();
    owned.forEach(ExecutorService::shutdown);
    long until = System.nanoTime() + patience.toNanos();
    for (ExecutorService pool : owned) {
      if (!ended(pool, until - System.nanoTime())) {
        pool.shutdownNow();
        if (!ended(pool, TimeUnit.SECONDS.toNanos(1))) {
          LOG.warn("a thread of {} does not end; it is a daemon and ends with the JVM", pool);
        }
      }
    }
    for (Thread thread : threads) {
      hasEnded(thread);
    }
  }

  private static boolean ended(ExecutorService pool, long nanos) {
    try {
      return pool.awaitTermination(Math.max(0, nanos), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      // who closes is in a hurry now; the rest is told to stop at once
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Waits for a thread, whose work is at its end a moment before it is; returns whether it is. */
  static boolean hasEnded(Thread thread) {
    if (thread == Thread.currentThread()) {
      return false;
    }
    try {
      thread.join(TimeUnit.SECONDS.toMillis(1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !thread.isAlive();
  }
}
