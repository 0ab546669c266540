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

  private static Thread of(Workers workers) throws Exception {
    CompletableFuture<Thread> seen = new CompletableFuture<>();
    workers.work().execute(() -> seen.complete(Thread.currentThread()));
    return seen.get(10, TimeUnit.SECONDS);
  }

  @Test
  void theyAreTheContainersWhileItGivesAny() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
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
      first = of(workers);
      assertThat(first).isInstanceOf(Managed.class);
      assertThat(first.getName()).startsWith("undercroft-");
      assertThat(first.isDaemon()).isTrue();
      over.set(true);
      CompletableFuture<Void> end = new CompletableFuture<>();
      workers.work().execute(end::join); // so that the next one is another
      last = of(workers);
      end.complete(null);
      assertThat(last).isNotInstanceOf(Managed.class);
    }
    assertThat(first.isAlive()).isFalse();
    assertThat(last.isAlive()).isFalse();
  }
}
