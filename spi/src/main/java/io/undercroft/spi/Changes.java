package io.undercroft.spi;

import io.undercroft.storage.event.ChangeType;
import io.undercroft.storage.event.Subscription;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Changes that the engine tells, whoever made them: this process, another one, or a person with an
 * editor.
 *
 * <p>The changes of one key come in the order in which they happened. Where some were lost, one
 * RESYNC stands in their place.
 *
 * <p>A backend that keeps no history answers {@link #resumable} with {@code false} and gives no
 * positions: the runtime then keeps the latest changes itself.
 */
public interface Changes extends Facet {
  /** Returns whether {@link #subscribe} takes a position. */
  boolean resumable();

  /**
   * Calls the listener for every change that happens after this method has returned, or after the
   * position. Between what happened meanwhile and what comes there is neither gap nor repetition.
   * Where the position is not held any more, or never was, one RESYNC comes first.
   *
   * @param after a position that this backend gave; empty for "from now on"
   * @param listener called by one thread at a time; returns quickly and throws nothing. What it is
   *     told before this method returns waits for its consumer in memory: a backend with a long
   *     history tells it afterwards
   * @throws io.undercroft.storage.StorageException UNSUPPORTED if a position is given and this is
   *     not resumable
   */
  Subscription subscribe(Optional<String> after, Consumer<StoredChange> listener);

  /**
   * Returns when what had happened before the call has been told to those who are subscribed, as
   * far as the engine lets that be known. A feed that tells in the thread of the write, as the
   * default assumes, has nothing to wait for.
   *
   * <p>The runtime subscribes once and lets others join: it asks this first, so that who joins is
   * not told what was before. May be called by a listener, and then does not wait.
   */
  default void settle() {}

  /**
   * One change.
   *
   * @param type what happened
   * @param key the key; empty for CLEAR and RESYNC
   * @param before the entry before, where known
   * @param after the entry after, for SET where known
   * @param timestamp when it happened or was noticed
   * @param position to resume after, where that is possible; that of a RESYNC is the one of the
   *     last change that it stands for
   */
  record StoredChange(
      ChangeType type,
      String key,
      Optional<StoredEntry> before,
      Optional<StoredEntry> after,
      Instant timestamp,
      Optional<String> position) {
    /** Checks that nothing is {@code null}. */
    public StoredChange {
      Objects.requireNonNull(type, "type");
      Objects.requireNonNull(key, "key");
      Objects.requireNonNull(before, "before");
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(timestamp, "timestamp");
      Objects.requireNonNull(position, "position");
    }
  }
}
