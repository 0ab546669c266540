package io.undercroft.plugin.jdbc;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps interruptions away from an engine that does not bear them: H2 in this process reads and
 * writes through channels, which an interrupted thread closes for everybody. Its work is done by
 * threads that nobody interrupts; who waits for them keeps its flag.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Shield {
  private final @Nullable ExecutorService workers;

  private Shield(@Nullable ExecutorService workers) {
    this.workers = workers;
  }

  /** Returns one that lets every thread do its own work. */
  static Shield none() {
    return new Shield(null);
  }

  /** Returns one with threads of its own. */
  static Shield of(ThreadFactory threads) {
    return new Shield(Executors.newCachedThreadPool(threads));
  }

  /** Does the work, and throws what it throws. */
  <R> R call(Supplier<R> work) {
    if (workers == null) {
      return work.get();
    }
    Future<R> done;
    try {
      done = workers.submit(work::get);
    } catch (RejectedExecutionException e) {
      return work.get(); // the storage is closed, and says so
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return done.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  void run(Runnable work) {
    call(
        () -> {
          work.run();
          return true;
        });
  }

  /** Lets its threads end; what is still asked is done by who asks. */
  void close() {
    if (workers == null) {
      return;
    }
    workers.shutdown();
    try {
      workers.awaitTermination(2, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // they end by themselves
    }
  }
}
