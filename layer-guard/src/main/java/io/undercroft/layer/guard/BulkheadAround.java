package io.undercroft.layer.guard;

import dev.failsafe.Bulkhead;
import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.time.Duration;

/** A limit to the operations that are under way. */
final class BulkheadAround implements Around {
  static final String ID = "bulkhead";

  private final Bulkhead<Object> bulkhead;
  private final int most;
  private final Duration patience;

  BulkheadAround(Bulkhead<Object> bulkhead, int most, Duration patience) {
    this.bulkhead = bulkhead;
    this.most = most;
    this.patience = patience;
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
    if (call.transaction().isPresent()) {
      return next.proceed(call);
    }
    if (!bulkhead.tryAcquirePermit(patience)) {
      throw StorageException.of(
          ErrorCode.TIMEOUT,
          "%s was not begun: bulkhead.max-concurrent=%d operations were under way for bulkhead.max-wait=%s; try again later"
              .formatted(call, most, patience));
    }
    try {
      return next.proceed(call);
    } finally {
      bulkhead.releasePermit();
    }
  }
}
