package io.undercroft.runtime.lifecycle;

import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * One storage's share of the common scheduler: what it has scheduled ends with it, and it cannot
 * end the scheduler of the others.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class StorageScheduler extends AbstractExecutorService implements ScheduledExecutorService {
  private final ScheduledExecutorService shared;
  private final Set<Future<?>> mine = ConcurrentHashMap.newKeySet();
  private volatile boolean shut;

  StorageScheduler(ScheduledExecutorService shared) {
    this.shared = shared;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
    return keep(() -> shared.schedule(task, delay, unit));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
    return keep(() -> shared.schedule(task, delay, unit));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable task, long initialDelay, long period, TimeUnit unit) {
    return keep(() -> shared.scheduleAtFixedRate(task, initialDelay, period, unit));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable task, long initialDelay, long delay, TimeUnit unit) {
    return keep(() -> shared.scheduleWithFixedDelay(task, initialDelay, delay, unit));
  }

  @Override
  public void execute(Runnable task) {
    Future<?> kept = schedule(task, 0, TimeUnit.NANOSECONDS);
    if (kept.isCancelled()) {
      throw new RejectedExecutionException("the storage is closed");
    }
  }

  private <F extends Future<?>> F keep(Supplier<F> scheduling) {
    if (shut) {
      throw new RejectedExecutionException("the storage is closed");
    }
    mine.removeIf(Future::isDone);
    F future = scheduling.get();
    mine.add(future);
    if (shut) {
      future.cancel(false); // the end came between the question and the answer
    }
    return future;
  }

  @Override
  public void shutdown() {
    shut = true;
    mine.forEach(future -> future.cancel(false));
    mine.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return shut;
  }

  @Override
  public boolean isTerminated() {
    return shut;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return shut;
  }
}
