package io.undercroft.testkit;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** A context whose clock stands still at the moment of opening. */
record StoppedContext(PluginContext running, Clock clock) implements PluginContext {
  StoppedContext(PluginContext running) {
    this(running, Clock.fixed(running.clock().instant(), ZoneOffset.UTC));
  }

  @Override
  public String storage() {
    return running.storage();
  }

  @Override
  public Executor executor() {
    return running.executor();
  }

  @Override
  public ScheduledExecutorService scheduler() {
    return running.scheduler();
  }

  @Override
  public ThreadFactory threads() {
    return running.threads();
  }

  @Override
  public OptionalLong expectedSize() {
    return running.expectedSize();
  }

  @Override
  public AccessPattern accessPattern() {
    return running.accessPattern();
  }
}
