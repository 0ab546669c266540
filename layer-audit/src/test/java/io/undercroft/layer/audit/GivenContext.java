package io.undercroft.layer.audit;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** What a trail is given where no runtime opens it. */
final class GivenContext implements PluginContext {
  private final String storage;

  GivenContext(String storage) {
    this.storage = storage;
  }

  @Override
  public String storage() {
    return storage;
  }

  @Override
  public Clock clock() {
    return Clock.systemUTC();
  }

  @Override
  public Executor executor() {
    return Runnable::run;
  }

  @Override
  public ScheduledExecutorService scheduler() {
    throw new UnsupportedOperationException("a trail schedules nothing");
  }

  @Override
  public ThreadFactory threads() {
    return task -> {
      Thread thread = Executors.defaultThreadFactory().newThread(task);
      thread.setDaemon(true);
      return thread;
    };
  }

  @Override
  public OptionalLong expectedSize() {
    return OptionalLong.empty();
  }

  @Override
  public AccessPattern accessPattern() {
    return AccessPattern.UNKNOWN;
  }
}
