package io.undercroft.testkit;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** What a plugin gets when the kit opens it without the runtime. */
final class BareContext implements PluginContext, AutoCloseable {
  private final String storage;
  private final Clock clock;
  private final ThreadFactory threads;
  private final ExecutorService executor;
  private final ScheduledExecutorService scheduler;

  BareContext(String storage, Clock clock) {
    this.storage = storage;
    this.clock = clock;
    AtomicInteger count = new AtomicInteger();
    this.threads =
        work -> {
          Thread thread =
              new Thread(work, "undercroft-testkit-" + storage + "-" + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    this.executor = Executors.newCachedThreadPool(threads);
    this.scheduler = Executors.newScheduledThreadPool(1, threads);
  }

  @Override
  public String storage() {
    return storage;
  }

  @Override
  public Clock clock() {
    return clock;
  }

  @Override
  public Executor executor() {
    return executor;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  @Override
  public ThreadFactory threads() {
    return threads;
  }

  @Override
  public OptionalLong expectedSize() {
    return OptionalLong.empty();
  }

  @Override
  public AccessPattern accessPattern() {
    return AccessPattern.UNKNOWN;
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    executor.shutdownNow();
  }
}
