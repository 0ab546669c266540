package io.undercroft.layer.scope;

import io.undercroft.spi.NewEntry;
import io.undercroft.spi.StoredEntry;
import java.util.Optional;

/** So many entries and bytes of values; negative where there are fewer afterwards. */
record Amount(long entries, long bytes) {
  static final Amount NOTHING = new Amount(0, 0);

  static Amount of(NewEntry entry) {
    return new Amount(1, entry.value().length);
  }

  static Amount of(Optional<StoredEntry> entry) {
    return entry.map(found -> new Amount(1, found.value().length)).orElse(NOTHING);
  }

  Amount plus(Amount other) {
    return new Amount(entries + other.entries, bytes + other.bytes);
  }

  Amount minus(Amount other) {
    return new Amount(entries - other.entries, bytes - other.bytes);
  }

  /** Returns what is more than nothing of either. */
  Amount growth() {
    return new Amount(Math.max(entries, 0), Math.max(bytes, 0));
  }

  /** Returns the larger of either. */
  Amount most(Amount other) {
    return new Amount(Math.max(entries, other.entries), Math.max(bytes, other.bytes));
  }
}
