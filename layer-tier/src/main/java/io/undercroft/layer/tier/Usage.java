package io.undercroft.layer.tier;

import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When entries were read last, by this process and since it opened.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Memory:</b> bounded; with more keys than it holds
 * it begins anew.
 */
final class Usage {
  private static final int MOST = 1 << 18;

  private final Map<String, Long> reads = new ConcurrentHashMap<>();
  private final Clock clock;
  private final boolean needed;

  /**
   * Begins.
   *
   * @param needed whether any rule asks
   */
  Usage(Clock clock, boolean needed) {
    this.clock = clock;
    this.needed = needed;
  }

  void read(String key) {
    if (needed) {
      if (reads.size() >= MOST) {
        reads.clear();
      }
      reads.put(key, clock.millis());
    }
  }

  /** Returns when the entry was used last, which is at its last write or after it. */
  Instant last(String key, Instant updated) {
    Long read = reads.get(key);
    return read == null || read < updated.toEpochMilli() ? updated : Instant.ofEpochMilli(read);
  }
}
