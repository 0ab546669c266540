package io.undercroft.it.layers;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.StorageException;

/** What one writes without thinking: whatever failed is done again. For the proof of the proof. */
final class CarelessRetry implements Around {
  private static final int ATTEMPTS = 4;

  @Override
  public Stage stage() {
    return Stage.GUARD;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return next.proceed(call);
      } catch (StorageException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
