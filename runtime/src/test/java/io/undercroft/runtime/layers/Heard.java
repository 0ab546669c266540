package io.undercroft.runtime.layers;

import io.undercroft.spi.Around;
import io.undercroft.spi.Call;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An around that does nothing but remember. */
final class Heard implements Around {
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final boolean seesEverything;

  Heard(boolean seesEverything) {
    this.seesEverything = seesEverything;
  }

  Heard() {
    this(false);
  }

  /** Returns the calls since the last time. */
  List<Call> calls() {
    List<Call> copy = List.copyOf(calls);
    calls.clear();
    return copy;
  }

  @Override
  public Object around(Call call, Next next) throws Exception {
    calls.add(call);
    return next.proceed(call);
  }

  @Override
  public boolean seesEverything() {
    return seesEverything;
  }
}
