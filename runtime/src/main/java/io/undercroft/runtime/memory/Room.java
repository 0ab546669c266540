package io.undercroft.runtime.memory;

import io.undercroft.storage.ErrorCode;
import io.undercroft.storage.StorageException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/** How many entries there are and how many bytes their values have, kept within what is allowed. */
final class Room {
  private final Account entries;
  private final Account bytes;

  Room(OptionalLong maxEntries, OptionalLong maxBytes) {
    entries = new Account("entries", "max-entries", maxEntries.orElse(Long.MAX_VALUE));
    bytes = new Account("bytes of values", "max-bytes", maxBytes.orElse(Long.MAX_VALUE));
  }

  /** Takes room, or gives it back where a number is negative; both or neither. */
  void take(long moreEntries, long moreBytes) {
    entries.take(moreEntries);
    if (bytes.isLimited()) {
      try {
        bytes.take(moreBytes);
      } catch (StorageException full) {
        entries.giveBack(moreEntries);
        throw full;
      }
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

    void take(long more) {
      long before;
      do {
        before = used.get();
        if (more > 0 && before + more > most) {
          throw StorageException.of(
                  ErrorCode.QUOTA_EXCEEDED,
                  "%,d %s are there and %,d more would exceed %s=%d; delete entries or raise %s"
                      .formatted(before, unit, more, option, most, option))
              .with("limit", option);
        }
      } while (!used.compareAndSet(before, before + more));
    }

    void giveBack(long more) {
      used.addAndGet(-more);
    }
  }
}
