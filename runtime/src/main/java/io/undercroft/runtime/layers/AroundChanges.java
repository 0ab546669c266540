package io.undercroft.runtime.layers;

import io.undercroft.spi.Call.Kind;
import io.undercroft.spi.Changes;
import io.undercroft.storage.event.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/** {@link Changes} through a chain: subscribing is a call, what is delivered afterwards is none. */
record AroundChanges(Chain chain, Changes below) implements Changes {
  static Changes over(Chain chain, Changes below) {
    return below instanceof AroundChanges inner
        ? new AroundChanges(chain.then(inner.chain), inner.below)
        : new AroundChanges(chain, below);
  }

  @Override
  public boolean resumable() {
    return below.resumable();
  }

  @Override
  public void settle() {
    below.settle();
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    return chain.run(Kind.SUBSCRIBE, () -> below.subscribe(after, listener));
  }
}
