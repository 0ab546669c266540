package io.undercroft.layer.scope;

import io.undercroft.spi.Changes;
import io.undercroft.storage.event.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@link Changes} of the keys of one tenant. A CLEAR of the whole backend is one of the tenant's,
 * too; a RESYNC is for all. The tenant's own {@code clear} is told as the removal of each entry.
 */
record OwnChanges(Changes below, Prefix prefix) implements Changes {
  @Override
  public boolean resumable() {
    return below.resumable();
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    return below.subscribe(after, change -> own(change).ifPresent(listener));
  }

  @Override
  public void settle() {
    below.settle();
  }

  private Optional<StoredChange> own(StoredChange change) {
    return switch (change.type()) {
      case CLEAR, RESYNC -> Optional.of(change);
      case SET, DELETE, EXPIRE ->
          prefix.owns(change.key())
              ? Optional.of(
                  new StoredChange(
                      change.type(),
                      prefix.above(change.key()),
                      change.before(),
                      change.after(),
                      change.timestamp(),
                      change.position()))
              : Optional.empty();
    };
  }
}
