package io.undercroft.runtime.discovery;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** A context for plugins that need nothing but a clock. */
final class GivenContext implements PluginContext {
  @Override
  public String storage() {
    return "test";
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
    throw new UnsupportedOperationException("nothing is scheduled here");
  }

  @Override
  public ThreadFactory threads() {
    return Executors.defaultThreadFactory();
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
