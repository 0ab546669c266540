package io.undercroft.layer.cache;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs Caffeine's own upkeep, a moment after it is asked for: by then one run does what many calls
 * have left to be done. In the thread that reads, moving what was read to the end of a queue takes
 * longer than the read, and waking up another thread takes longer still. Meanwhile the cache may
 * hold a few hundred entries more than it should; with more left to be done than that, whoever
 * writes does it.
 */
record Upkeep(ScheduledExecutorService scheduler) implements Executor {
  private static final long MOMENT_MILLIS = 1;

  @Override
  public void execute(Runnable task) {
    try {
      Future<?> soon = scheduler.schedule(task, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
      if (soon.isCancelled()) {
        task.run();
      }
    } catch (RejectedExecutionException e) {
      task.run(); // the storage is being closed
    }
  }
}
