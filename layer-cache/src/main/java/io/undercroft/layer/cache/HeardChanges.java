package io.undercroft.layer.cache;

import io.undercroft.spi.Changes;
import io.undercroft.storage.event.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/** {@link Changes} that are heard here before anybody who may read what has changed hears them. */
record HeardChanges(Changes below, NearEntries near) implements Changes {
  @Override
  public boolean resumable() {
    return below.resumable();
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    return below.subscribe(
        after,
        change -> {
          hear(near, change);
          listener.accept(change);
        });
  }

  @Override
  public void settle() {
    below.settle();
  }

  static void hear(NearEntries near, StoredChange change) {
    switch (change.type()) {
      case SET -> near.changed(change.key(), change.after().map(entry -> entry.meta().version()));
      case DELETE, EXPIRE -> near.changed(change.key(), Optional.empty());
      case CLEAR, RESYNC -> near.allChanged();
    }
  }
}
