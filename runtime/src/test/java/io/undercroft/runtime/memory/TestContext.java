package io.undercroft.runtime.memory;

import io.undercroft.spi.PluginContext;
import java.time.Clock;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/**
 * What the runtime would give, with the work of the executor done on the spot.
 *
 * @param storage the storage's name
 * @param clock the clock
 * @param scheduler the scheduler; ended by the test
 */
public record TestContext(String storage, Clock clock, ScheduledExecutorService scheduler)
    implements PluginContext {
  private static final ScheduledExecutorService IDLE =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            Thread thread = new Thread(work, "test-scheduler");
            thread.setDaemon(true);
            return thread;
          });

  /** A context whose scheduler is shared by all tests. */
  public TestContext(Clock clock) {
    this("rooms", clock, IDLE);
  }

  @Override
  public Executor executor() {
    return Runnable::run;
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
