package io.undercroft.layer.guard;

import dev.failsafe.CircuitBreaker;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A circuit breaker about every operation. */
final class BreakerAround implements Around {
  static final String ID = "breaker";

  private static final Set<ErrorCode> FAILURES =
      EnumSet.of(
          ErrorCode.CONNECTION_FAILED,
          ErrorCode.CONNECTION_LOST,
          ErrorCode.TIMEOUT,
          ErrorCode.UNKNOWN_OUTCOME);

  private final CircuitBreaker<Object> breaker;

  BreakerAround(CircuitBreaker<Object> breaker) {
    this.breaker = breaker;
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
      case ROLLBACK, ROLLBACK_TO -> {
        return next.proceed(call);
      }
      default -> {
        if (!breaker.tryAcquirePermit()) {
          throw StorageException.of(
              ErrorCode.CONNECTION_FAILED,
              "%s was not tried: too many operations failed lately, and layer 'breaker' lets none through for another %d ms"
                  .formatted(call, breaker.getRemainingDelay().toMillis()));
        }
        boolean failed = true;
        try {
          Object answer = next.proceed(call);
          failed = false;
          return answer;
        } catch (StorageException e) {
          failed = FAILURES.contains(e.code());
          throw e;
        } finally {
          if (failed) {
            breaker.recordFailure();
          } else {
            breaker.recordSuccess();
          }
        }
      }
    }
  }

  @Override
  public Map<String, String> details() {
    return Map.of("state", breaker.getState().name().toLowerCase(Locale.ROOT));
  }
}
