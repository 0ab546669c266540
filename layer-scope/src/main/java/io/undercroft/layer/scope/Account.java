package io.undercroft.layer.scope;

import io.undercroft.spi.Cursor;
import io.undercroft.spi.KeyValue;
import io.undercroft.spi.KeyedEntry;
import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * What a storage holds, kept in step with its writes.
 *
 * <p>A write holds the locks of its keys from before it looks at what is there until it is booked,
 * and reserves first what it may add. Transactions take no locks of keys, for the engine has its
 * own; where one meets another writer of a key, the account is in doubt. Nobody writes while it is
 * counted anew, but for transactions, whose reservations stay.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
final class Account {
  private static final int LOCKS = 64;
  private static final int PAGE = 1_000;
  private static final long PATIENCE_MILLIS = 1_000;

  private final KeyValue below;
  private final long mostEntries;
  private final long mostBytes;
  private final boolean shrinksByItself;
  private final Lock[] locks = new Lock[LOCKS];
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final ConcurrentMap<String, Integer> busy = new ConcurrentHashMap<>();

  private Amount held = Amount.NOTHING;
  private Amount reserved = Amount.NOTHING;
  private boolean counted;
  private boolean deadlines;
  private long commits;
  private int committing;

  /**
   * Makes one that has not counted yet.
   *
   * @param shared whether others may write, too
   */
  Account(KeyValue below, Optional<Long> mostEntries, Optional<Long> mostBytes, boolean shared) {
    this.below = below;
    this.mostEntries = mostEntries.orElse(Long.MAX_VALUE);
    this.mostBytes = mostBytes.orElse(Long.MAX_VALUE);
    this.shrinksByItself = shared;
    for (int i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /** Says that an entry with a deadline is written: it will go by itself. */
  synchronized void deadline() {
    deadlines = true;
  }

  /** Says that nobody knows what a write did. */
  synchronized void doubt() {
    counted = false;
  }

  /** A write that may add something. */
  interface Growing<R> {
    /** Returns what it may add, having looked at what is there. */
    Amount most();

    /** Writes. */
    R write();

    /** Returns what it has added in truth. */
    Amount added(R result);
  }

  /** Does a write of these keys, or refuses it. */
  <R> R write(Collection<String> keys, Growing<R> write) {
    while (true) {
      count();
      Lock[] own = lock(keys);
      try {
        Amount most = write.most().growth();
        if (reserve(most)) {
          return booked(keys, most, write);
        }
        if (!mayCountAgain()) {
          throw exceeded(most);
        }
      } finally {
        unlock(own);
      }
      recount(write);
    }
  }

  private <R> R booked(Collection<String> keys, Amount most, Growing<R> write) {
    begin(keys);
    boolean known = false;
    try {
      R result = write.write();
      book(write.added(result));
      known = true;
      return result;
    } catch (StorageException e) {
      known = e.code() != ErrorCode.UNKNOWN_OUTCOME && keys.size() == 1;
      throw e;
    } finally {
      release(most);
      end(keys);
      if (!known) {
        doubt();
      }
    }
  }

  /** Counts before a refusal, and refuses if there is no room then either. */
  private <R> void recount(Growing<R> write) {
    boolean alone = alone();
    try {
      countNow(alone);
      Amount most = write.most().growth();
      if (!fits(most)) {
        throw exceeded(most);
      }
    } finally {
      together(alone);
    }
  }

  /** Removes everything. */
  void clear(Runnable clearing) {
    boolean alone = alone();
    boolean cleared = false;
    try {
      clearing.run();
      cleared = true;
    } finally {
      synchronized (this) {
        held = cleared ? Amount.NOTHING : held;
        counted = cleared && alone && busy.isEmpty();
        deadlines = !counted && deadlines;
      }
      together(alone);
    }
  }

  // --- transactions --------------------------------------------------------------------------

  /**
   * Reserves for a transaction, or refuses. It waits for nobody: those who are waited for may wait
   * for what the transaction has locked.
   */
  void reserveInTransaction(Amount more) {
    if (!isCounted()) {
      countNow(false);
    }
    if (reserve(more)) {
      return;
    }
    if (mayCountAgain()) {
      countNow(false);
      if (reserve(more)) {
        return;
      }
    }
    throw exceeded(more);
  }

  /** Ends a transaction. */
  void commit(Amount reservation, Supplier<Amount> commit) {
    synchronized (this) {
      commits++;
      committing++;
    }
    boolean known = false;
    try {
      book(commit.get());
      known = true;
    } finally {
      synchronized (this) {
        committing--;
        release(reservation);
        counted &= known;
      }
    }
  }

  /** Says that a key is being written; where it already is, nobody knows who comes first. */
  void begin(Collection<String> keys) {
    for (String key : keys) {
      if (busy.merge(key, 1, Integer::sum) > 1) {
        doubt();
      }
    }
  }

  void end(Collection<String> keys) {
    for (String key : keys) {
      busy.computeIfPresent(key, (same, many) -> many == 1 ? null : many - 1);
    }
  }

  // --- the figures ---------------------------------------------------------------------------

  private synchronized boolean fits(Amount more) {
    Amount then = held.plus(reserved).plus(more);
    return (more.entries() == 0 || then.entries() <= mostEntries)
        && (more.bytes() == 0 || then.bytes() <= mostBytes);
  }

  private synchronized boolean reserve(Amount more) {
    if (!fits(more)) {
      return false;
    }
    reserved = reserved.plus(more);
    return true;
  }

  synchronized void release(Amount reservation) {
    reserved = reserved.minus(reservation);
  }

  private synchronized void book(Amount added) {
    held = held.plus(added);
  }

  private synchronized boolean mayCountAgain() {
    return shrinksByItself || deadlines || !counted;
  }

  private synchronized boolean isCounted() {
    return counted;
  }

  private void count() {
    if (isCounted()) {
      return;
    }
    boolean alone = alone();
    try {
      countNow(alone);
    } finally {
      together(alone);
    }
  }

  /** Counts; unless nobody wrote meanwhile, the account stays in doubt. */
  private void countNow(boolean alone) {
    long commitsBefore;
    synchronized (this) {
      counted = alone && committing == 0; // what is put in doubt from here on is counted again
      commitsBefore = commits;
    }
    Amount found = mostBytes == Long.MAX_VALUE ? new Amount(below.size(), 0) : scanned();
    synchronized (this) {
      held = found;
      counted &= commits == commitsBefore;
    }
  }

  private Amount scanned() {
    long entries = 0;
    long bytes = 0;
    try (Cursor<KeyedEntry> all = below.scan("", PAGE)) {
      for (List<KeyedEntry> page = all.next(); !page.isEmpty(); page = all.next()) {
        for (KeyedEntry found : page) {
          entries++;
          bytes += found.entry().value().length;
          if (found.entry().meta().expires().isPresent()) {
            deadline();
          }
        }
      }
    }
    return new Amount(entries, bytes);
  }

  private synchronized StorageException exceeded(Amount more) {
    boolean many = more.entries() > 0 && held.plus(reserved).plus(more).entries() > mostEntries;
    return StorageException.of(
            ErrorCode.QUOTA_EXCEEDED,
            many
                ? "there are %,d entries, and layer 'quota' allows %,d; delete some, or raise quota.max-entries"
                    .formatted(held.entries(), mostEntries)
                : "the values have %,d bytes, this write would add %,d, and layer 'quota' allows %,d; delete some, or raise quota.max-bytes"
                    .formatted(held.bytes(), more.bytes(), mostBytes))
        .with("limit", Long.toString(many ? mostEntries : mostBytes));
  }

  synchronized Map<String, String> figures() {
    return counted
        ? Map.of("entries", Long.toString(held.entries()), "bytes", Long.toString(held.bytes()))
        : Map.of();
  }

  /** Waits until nobody else writes, but not for long: who writes may wait for this thread. */
  private boolean alone() {
    try {
      return gate.writeLock().tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw StorageException.of(
          ErrorCode.INTERRUPTED, "interrupted before layer 'quota' could count the entries", e);
    }
  }

  private void together(boolean alone) {
    if (alone) {
      gate.writeLock().unlock();
    }
  }

  // --- locks ---------------------------------------------------------------------------------

  private Lock[] lock(Collection<String> keys) {
    gate.readLock().lock();
    boolean[] wanted = new boolean[LOCKS];
    keys.forEach(key -> wanted[(key.hashCode() * 0x9E3779B9) >>> 26] = true);
    int many = 0;
    for (boolean one : wanted) {
      many += one ? 1 : 0;
    }
    Lock[] own = new Lock[many];
    int at = 0;
    for (int i = 0; i < LOCKS; i++) {
      if (wanted[i]) {
        locks[i].lock();
        own[at++] = locks[i];
      }
    }
    return own;
  }

  private void unlock(Lock[] own) {
    for (int i = own.length - 1; i >= 0; i--) {
      own[i].unlock();
    }
    gate.readLock().unlock();
  }
}
