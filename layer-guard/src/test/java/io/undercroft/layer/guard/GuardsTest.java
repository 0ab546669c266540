package io.undercroft.layer.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.spi.Call.Kind;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.Storage;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.Undercroft;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits to the time, the number and the failures of what a backend is asked. */
@Timeout(60)
class GuardsTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private volatile boolean stuck;
  private volatile boolean away;

  @AfterEach
  void end() {
    gate.countDown();
    threads.shutdownNow();
  }

  /** A backend that stands still or is away, right below the guards. */
  private final class Trouble implements Around {
    @Override
    public Object around(Call call, Next next) throws Exception {
      if (call.kind() == Kind.GET || call.kind() == Kind.PUT) {
        begun.incrementAndGet();
        if (away) {
          throw StorageException.of(ErrorCode.CONNECTION_FAILED, "nobody is there");
        }
        if (stuck) {
          gate.await();
        }
      }
      return next.proceed(call);
    }
  }

  private Undercroft open(String layers, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(Map.of("type", "troubled", "layers", layers));
    settings.putAll(more);
    return Undercroft.builder()
        .withoutAmbientConfig()
        .plugin(new TroubledMemory(new Trouble()))
        .storage("rooms", settings)
        .open();
  }

  private static StorageException failed(Runnable work) {
    StorageException failed = catchThrowableOfType(StorageException.class, work::run);
    assertThat(failed).isNotNull();
    return failed;
  }

  @Test
  void whatTakesTooLongIsCutOff() {
    try (Undercroft undercroft = open("timeout", Map.of("timeout.limit", "50ms"))) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "1");
      assertThat(rooms.get("a")).contains("1");
      stuck = true;
      StorageException read = failed(() -> rooms.get("a"));
      assertThat(read.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(read.getMessage()).contains("timeout.limit=PT0.05S").contains("'a'");
      assertThat(Thread.interrupted()).isFalse();
      StorageException write = failed(() -> rooms.set("a", "2"));
      assertThat(write.code()).isEqualTo(ErrorCode.UNKNOWN_OUTCOME);
      assertThat(Thread.interrupted()).isFalse();
      stuck = false;
      assertThat(rooms.get("a")).contains("1");
    }
  }

  @Test
  void noMoreAreLetInThanThereIsRoomFor() throws Exception {
    Map<String, String> settings =
        Map.of("bulkhead.max-concurrent", "2", "bulkhead.max-wait", "20ms");
    try (Undercroft undercroft = open("bulkhead", settings)) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      stuck = true;
      Future<?> first = threads.submit(() -> rooms.get("a"));
      Future<?> second = threads.submit(() -> rooms.get("a"));
      while (begun.get() < 2) {
        Thread.onSpinWait();
      }
      StorageException third = failed(() -> rooms.get("a"));
      assertThat(third.code()).isEqualTo(ErrorCode.TIMEOUT);
      assertThat(third.getMessage()).contains("bulkhead.max-concurrent=2");
      assertThat(begun).hasValue(2);
      gate.countDown();
      first.get(10, TimeUnit.SECONDS);
      second.get(10, TimeUnit.SECONDS);
      assertThat(rooms.get("a")).isEmpty();
    }
  }

  @Test
  void aBackendThatIsAwayIsLeftAloneForAWhile() {
    Map<String, String> settings =
        Map.of("breaker.failures", "3", "breaker.of", "3", "breaker.delay", "200ms");
    try (Undercroft undercroft = open("breaker", settings)) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      away = true;
      for (int i = 0; i < 3; i++) {
        assertThat(failed(() -> rooms.get("a")).getMessage()).contains("nobody is there");
      }
      StorageException untried = failed(() -> rooms.get("a"));
      assertThat(untried.code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(untried.isRetryable()).isTrue();
      assertThat(untried.getMessage()).contains("was not tried");
      assertThat(begun).hasValue(3);
      assertThat(rooms.info().details()).containsEntry("breaker.state", "open");
      away = false;
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (!rooms.info().details().getOrDefault("breaker.state", "").equals("closed")) {
        assertThat(System.nanoTime()).isLessThan(deadline);
        try {
          rooms.get("a");
        } catch (StorageException e) {
          assertThat(e.getMessage()).contains("was not tried");
        }
      }
      assertThat(rooms.get("a")).isEmpty();
    }
  }

  @Test
  void allFourStandInFrontOfABackendTogether() {
    Map<String, String> settings =
        Map.of("retry.delay", "1ms", "timeout.limit", "10s", "bulkhead.max-concurrent", "8");
    try (Undercroft undercroft = open("retry,breaker,timeout,bulkhead", settings)) {
      Storage<String> rooms = undercroft.storage("rooms", String.class);
      rooms.set("a", "1");
      away = true;
      assertThat(failed(() -> rooms.get("a")).code()).isEqualTo(ErrorCode.CONNECTION_FAILED);
      assertThat(begun).hasValue(4);
      away = false;
      assertThat(rooms.get("a")).contains("1");
    }
  }

  @Test
  void contradictionsAreRefused() {
    assertThat(
            failed(
                    () ->
                        open("retry", Map.of("retry.delay", "3s", "retry.max-delay", "2s")).close())
                .getMessage())
        .contains("retry.delay=PT3S");
    assertThat(
            failed(
                    () ->
                        open("breaker", Map.of("breaker.failures", "3", "breaker.of", "2")).close())
                .getMessage())
        .contains("breaker.failures=3");
    assertThat(failed(() -> open("timeout", Map.of()).close()).getMessage())
        .contains("timeout.limit");
  }
}
