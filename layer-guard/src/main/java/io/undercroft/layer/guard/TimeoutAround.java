package io.undercroft.layer.guard;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.FailsafeExecutor;
import dev.failsafe.Timeout;
import dev.failsafe.TimeoutExceededException;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/** A limit to the time of every operation. */
final class TimeoutAround implements Around {
  static final String ID = "timeout";

  private final Duration limit;
  private final FailsafeExecutor<Object> executor;

  TimeoutAround(Duration limit, ScheduledExecutorService scheduler) {
    this.limit = limit;
    this.executor =
        Failsafe.with(Timeout.<Object>builder(limit).withInterrupt().build()).with(scheduler);
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public Stage stage() {
    return Stage.GUARD;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    switch (call.kind()) {
      case ROLLBACK, ROLLBACK_TO, CREATE_INDEX, DROP_INDEX, SYNC -> {
        return next.proceed(call);
      }
      default -> {
        try {
          return executor.get(() -> next.proceed(call));
        } catch (TimeoutExceededException e) {
          throw exceeded(call, e);
        } catch (FailsafeException e) {
          throw e.getCause() instanceof Exception checked ? checked : e;
        }
      }
    }
  }

  private StorageException exceeded(Call call, TimeoutExceededException cause) {
    boolean write = call.kind().isWrite();
    return StorageException.of(
        write ? ErrorCode.UNKNOWN_OUTCOME : ErrorCode.TIMEOUT,
        "%s took longer than timeout.limit=%s%s"
            .formatted(
                call, limit, write ? "; whether it has written is not known" : "; try again"),
        cause);
  }
}
