package io.undercroft.layer.cache;

import io.undercroft.spi.EntryMeta;
import io.undercroft.spi.StoredEntry;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What is kept under one key: the answer of below.
 *
 * @param answer the entry; empty for a miss that is remembered
 * @param deadline the millisecond from which the entry is not live any more
 * @param since when it was loaded, by the ticker
 */
record Held(Optional<StoredEntry> answer, long deadline, long since) {
  private static final int OVERHEAD = 160;
  private static final int MISS = 96;
  private static final int META = 240;

  /** An entry is found here as it was put here, with what was remembered since. */
  private static final StoredEntry.Holder HERE = entry -> {};

  static Held of(Optional<StoredEntry> answer, long since) {
    return new Held(answer.map(Held::held), deadline(answer), since);
  }

  private static StoredEntry held(StoredEntry entry) {
    return entry.isHeld() ? entry : new StoredEntry(entry.value(), entry.meta(), HERE);
  }

  static long deadline(Optional<StoredEntry> answer) {
    return answer
        .flatMap(entry -> entry.meta().expires())
        .map(Instant::toEpochMilli)
        .orElse(Long.MAX_VALUE);
  }

  /** Returns about how many bytes of heap this takes. */
  int weight(String key) {
    long bytes = 2L * key.length() + OVERHEAD;
    if (answer.isEmpty()) {
      return (int) (bytes + MISS);
    }
    EntryMeta meta = answer.get().meta();
    bytes += answer.get().value().length + META;
    for (Map.Entry<String, String> text : meta.metadata().entrySet()) {
      bytes += OVERHEAD + 2L * (text.getKey().length() + text.getValue().length());
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }
}
