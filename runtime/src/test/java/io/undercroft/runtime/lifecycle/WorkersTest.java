package io.undercroft.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Where threads come from. */
class WorkersTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** A thread that a container has made. */
  private static final class Managed extends Thread {
    Managed(Runnable task) {
      super(task);
    }
  }

  /** A thread that does nothing else until the end, so that the next one asked for is another. */
  private static Thread keptBusy(Workers workers, CompletableFuture<Void> end) throws Exception {
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    workers
        .work()
        .execute(
            () -> {
              seen.complete(Thread.currentThread());
              end.join();
            });
    return seen.get(10, TimeUnit.SECONDS);
  }

  @Test
  void theyAreTheContainersWhileItGivesAny() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    CompletableFuture<Void> end = new CompletableFuture<>();
    Workers workers =
        new Workers(
            Optional.empty(),
            Optional.of(
                task -> {
                  if (over.get()) {
                    throw new IllegalStateException("the application has ended");
                  }
                  return new Managed(task);
                }),
            PATIENCE);
    Thread first;
    Thread last;
    try (workers) {
      first = keptBusy(workers, end);
      assertThat(first).isInstanceOf(Managed.class);
      assertThat(first.getName()).startsWith("undercroft-");
      assertThat(first.isDaemon()).isTrue();
      over.set(true);
      last = keptBusy(workers, end);
      end.complete(null);
      assertThat(last).isNotInstanceOf(Managed.class);
    }
    assertThat(first.isAlive()).isFalse();
    assertThat(last.isAlive()).isFalse();
  }
}
