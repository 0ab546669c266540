package io.undercroft.layer.tier;

import io.undercroft.spi.Changes;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.event.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/** The engine's own news, without those of entries that were only moved. */
record TieredChanges(Changes hot) implements Changes {
  @Override
  public boolean resumable() {
    return hot.resumable();
  }

  @Override
  public void settle() {
    hot.settle();
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    return hot.subscribe(
        after,
        change -> {
          if (change.after().filter(entry -> Stub.isMoved(entry.meta())).isEmpty()) {
            listener.accept(
                new StoredChange(
                    change.type(),
                    change.key(),
                    change.before().flatMap(TieredChanges::shown),
                    change.after(),
                    change.timestamp(),
                    change.position()));
          }
        });
  }

  private static Optional<StoredEntry> shown(StoredEntry before) {
    return Stub.of(before.meta()).isPresent()
        ? Optional.empty()
        : Optional.of(new StoredEntry(before.value(), Stub.exposed(before.meta())));
  }
}
