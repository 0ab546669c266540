package io.undercroft.storage;

import io.undercroft.storage.event.Change;
import io.undercroft.storage.event.EventType;
import io.undercroft.storage.event.StorageEvent;
import io.undercroft.storage.event.Subscription;
import io.undercroft.storage.event.WatchOptions;
import java.util.concurrent.Flow;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * A storage that tells what happens to it.
 *
 * <p><b>Order:</b> the changes of one key arrive in the order in which they happened. <b>Slow
 * consumers</b> never block a writer and never grow memory without bound: each has a bounded queue,
 * and when that overflows it gets one {@link io.undercroft.storage.event.ChangeType#RESYNC} in
 * place of what was lost. <b>Resuming:</b> a watch with the {@link Change#position} of the last
 * change that was dealt with goes on right after it, with neither gap nor repetition, as long as
 * the storage holds what happened since: by default the last 10,000 changes or 16 MiB of them, from
 * the first watch until five minutes after the last one has gone ({@code history.changes}, {@code
 * history.bytes}, {@code history.time}), and in this process only, unless the backend keeps a
 * history of its own. Where it does not hold it any more, or never did, one RESYNC comes first, and
 * then what comes. <b>Threads:</b> {@code before} and {@code after} handlers run on the thread of
 * the operation; watch handlers and subscribers run one call at a time on threads of the runtime.
 */
public interface ObservableStorage<T> extends Storage<T> {
  /**
   * Calls the handler for every event of this type. A {@code before} handler may veto by throwing:
   * the operation is not done and the exception comes out of it. What any other handler throws is
   * logged and changes nothing.
   */
  Subscription on(EventType type, Consumer<StorageEvent<T>> handler);

  /** Ends a subscription; the same as closing it. Without effect when it has ended already. */
  void off(Subscription subscription);

  /**
   * Calls the handler for every change from now on whose key matches the glob: {@code *} stands for
   * any run of characters, {@code ?} for one, {@code [a-z]} for one of a set, {@code \} takes the
   * next character as it is.
   */
  default Subscription watch(String glob, Consumer<Change<T>> handler) {
    return watch(WatchOptions.glob(glob), handler);
  }

  /**
   * Calls the handler for every change from now on in whose key the pattern is found. The pattern
   * is matched in linear time by RE2; one that needs back-references or look-around is
   * INVALID_QUERY.
   */
  default Subscription watch(Pattern pattern, Consumer<Change<T>> handler) {
    return watch(WatchOptions.pattern(pattern), handler);
  }

  /**
   * Calls the handler for every change that the options select.
   *
   * @throws StorageException UNSUPPORTED if a position is given and the storage has no positions
   *     ({@code history.changes=0}, {@code emulation=native-only})
   */
  Subscription watch(WatchOptions options, Consumer<Change<T>> handler);

  /**
   * Returns all changes from each subscriber's subscription on, with back-pressure as {@link Flow}
   * says.
   */
  default Flow.Publisher<Change<T>> changes() {
    return changes(WatchOptions.all());
  }

  /** Returns the changes that the options select, with back-pressure as {@link Flow} says. */
  Flow.Publisher<Change<T>> changes(WatchOptions options);
}
