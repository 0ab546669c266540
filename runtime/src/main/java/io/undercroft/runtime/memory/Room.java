package io.undercroft.runtime.memory;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** How many entries there are and how many bytes their values have, kept within what is allowed. */
final class Room {
  private final Account entries;
  private final Account bytes;
  private final ReentrantLock taking = new ReentrantLock();

  Room(OptionalLong maxEntries, OptionalLong maxBytes) {
    entries = new Account("entries", "max-entries", maxEntries.orElse(Long.MAX_VALUE));
    bytes = new Account("bytes of values", "max-bytes", maxBytes.orElse(Long.MAX_VALUE));
  }

  /**
   * Takes room, or gives it back where a number is negative; both or neither. Who is refused for
   * one of them takes nothing of the other, not even for a moment, in which another could be
   * refused for it or take what was given back.
   */
  void take(long moreEntries, long moreBytes) {
    if (!isLimited()) {
      entries.add(moreEntries); // nobody asks for the bytes
      return;
    }
    taking.lock();
    try {
      entries.check(moreEntries);
      bytes.check(moreBytes);
      entries.add(moreEntries);
      bytes.add(moreBytes);
    } finally {
      taking.unlock();
    }
  }

  boolean isLimited() {
    return entries.isLimited() || bytes.isLimited();
  }

  long entries() {
    return entries.used.get();
  }

  /** Forgets everything; only while no writer runs. */
  void empty() {
    entries.used.set(0);
    bytes.used.set(0);
  }

  private static final class Account {
    private final String unit;
    private final String option;
    private final long most;
    private final AtomicLong used = new AtomicLong();

    Account(String unit, String option, long most) {
      this.unit = unit;
      this.option = option;
      this.most = most;
    }

    boolean isLimited() {
      return most != Long.MAX_VALUE;
    }

    void check(long more) {
      long before = used.get();
      if (more > 0 && before + more > most) {
        throw StorageException.of(
                ErrorCode.QUOTA_EXCEEDED,
                "%,d %s are there and %,d more would exceed %s=%d; delete entries or raise %s"
                    .formatted(before, unit, more, option, most, option))
            .with("limit", option);
      }
    }

    void add(long more) {
      used.addAndGet(more);
    }
  }
}
