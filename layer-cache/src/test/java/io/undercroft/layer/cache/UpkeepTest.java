package io.undercroft.layer.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When Caffeine's upkeep is done. */
class UpkeepTest {
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();

  @AfterEach
  void end() {
    scheduler.shutdownNow();
  }

  @Test
  void itIsDoneByAnotherThread() throws Exception {
    Thread[] by = new Thread[1];
    CountDownLatch done = new CountDownLatch(1);
    new Upkeep(scheduler)
        .execute(
            () -> {
              by[0] = Thread.currentThread();
              done.countDown();
            });
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(by[0]).isNotSameAs(Thread.currentThread());
  }

  @Test
  void itIsDoneAtOnceWhereNothingCanBeScheduledAnyMore() {
    scheduler.shutdownNow();
    Thread[] by = new Thread[1];
    new Upkeep(scheduler).execute(() -> by[0] = Thread.currentThread());
    assertThat(by[0]).isSameAs(Thread.currentThread());
  }
}
