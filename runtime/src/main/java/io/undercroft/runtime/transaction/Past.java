package io.undercroft.runtime.transaction;

import io.undercroft.spi.StoredEntry;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What entries were before the writes since the oldest running transaction began.
 *
 * <p><b>Threads:</b> readers need no lock; the one who adds holds the stripe of the key; the one
 * who drops holds the lock of the running transactions.
 */
final class Past {
  private static final int OVERHEAD = 200;

  private final ConcurrentHashMap<String, Former> newest = new ConcurrentHashMap<>();
  private final Queue<Former> inOrder = new ConcurrentLinkedQueue<>();
  private final AtomicLong bytes = new AtomicLong();

  /** The state of one key before one write. */
  static final class Former {
    final String key;
    final long stamp;
    final @Nullable StoredEntry before;
    private final int weight;
    private volatile @Nullable Former older;

    /**
     * Takes the parts.
     *
     * @param stamp of the write
     * @param before the live entry before it, if there was one
     */
    Former(String key, long stamp, @Nullable StoredEntry before, @Nullable Former older) {
      this.key = key;
      this.stamp = stamp;
      this.before = before;
      this.older = older;
      this.weight = OVERHEAD + 2 * key.length() + (before == null ? 0 : before.value().length);
    }
  }

  /**
   * Returns what tells the state of the key at that stamp: the first write after it; nothing if
   * there was none, so that what is stored now is what was there.
   */
  @Nullable Former at(String key, long stamp) {
    return first(newest.get(key), stamp);
  }

  private static @Nullable Former first(@Nullable Former from, long stamp) {
    Former found = null;
    for (Former next = from; next != null && next.stamp > stamp; next = next.older) {
      found = next;
    }
    return found;
  }

  /** Returns whether the key was written after that stamp. */
  boolean isWrittenAfter(String key, long stamp) {
    Former last = newest.get(key);
    return last != null && last.stamp > stamp;
  }

  /** Hands out what {@link #at} would return for each key that was written after that stamp. */
  void forEachAt(long stamp, Consumer<Former> action) {
    for (Former last : newest.values()) {
      Former found = first(last, stamp);
      if (found != null) {
        action.accept(found);
      }
    }
  }

  /** Returns the key of a write after that stamp that matters, if there is one. */
  Optional<String> firstAfter(long stamp, Predicate<Former> matters) {
    for (Former last : newest.values()) {
      if (last.stamp > stamp && matters.test(last)) {
        return Optional.of(last.key);
      }
    }
    return Optional.empty();
  }

  Former add(String key, long stamp, @Nullable StoredEntry before) {
    Former added = new Former(key, stamp, before, newest.get(key));
    newest.put(key, added);
    inOrder.add(added);
    bytes.addAndGet(added.weight);
    return added;
  }

  /** Takes back what was added last for the key: the write was not done. */
  void takeBack(Former added) {
    newest.computeIfPresent(added.key, (key, last) -> last == added ? added.older : last);
  }

  /** Forgets the writes up to that stamp, which everybody sees. */
  void forgetUntil(long stamp) {
    for (Former first = inOrder.peek();
        first != null && first.stamp <= stamp;
        first = inOrder.peek()) {
      inOrder.remove();
      bytes.addAndGet(-first.weight);
      unlink(first);
    }
  }

  private void unlink(Former stale) {
    newest.computeIfPresent(
        stale.key,
        (key, last) -> {
          if (last == stale) {
            return null;
          }
          for (Former next = last; next != null; next = next.older) {
            if (next.older == stale) {
              next.older = null;
              break;
            }
          }
          return last;
        });
  }

  /** Returns about how much memory it takes. */
  long bytes() {
    return bytes.get();
  }

  boolean isEmpty() {
    return inOrder.isEmpty();
  }
}
