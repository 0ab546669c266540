package io.undercroft.layer.encrypt;

import io.undercroft.spi.Changes;
import io.undercroft.spi.StoredEntry;
import io.undercroft.storage.StorageException;
import io.undercroft.storage.event.Subscription;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@link Changes} with their values opened. A value that cannot be opened is told as one that is
 * not known: who asks for the entry is told why.
 */
record SealedChanges(Changes below, Seal seal) implements Changes {
  @Override
  public boolean resumable() {
    return below.resumable();
  }

  @Override
  public Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener) {
    return below.subscribe(after, change -> listener.accept(opened(change)));
  }

  @Override
  public void settle() {
    below.settle();
  }

  private StoredChange opened(StoredChange change) {
    return new StoredChange(
        change.type(),
        change.key(),
        change.before().flatMap(entry -> opened(change.key(), entry)),
        change.after().flatMap(entry -> opened(change.key(), entry)),
        change.timestamp(),
        change.position());
  }

  private Optional<StoredEntry> opened(String key, StoredEntry entry) {
    try {
      return Optional.of(seal.open(key, entry));
    } catch (StorageException e) {
      return Optional.empty();
    }
  }
}
