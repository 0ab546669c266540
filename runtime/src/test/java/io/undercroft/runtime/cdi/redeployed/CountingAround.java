package io.undercroft.runtime.cdi.redeployed;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import io.undercroft.storage.StorageName;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;

/** A bean in the stack. */
@ApplicationScoped
@StorageName("rooms")
public class CountingAround implements Around {
  private final AtomicInteger calls = new AtomicInteger();

  @Override
  public Object around(Call call, Next next) throws Exception {
    calls.incrementAndGet();
    return next.proceed(call);
  }

  /** Returns how often it was asked. */
  public int calls() {
    return calls.get();
  }
}
