package io.undercroft.runtime.index;

import java.util.Collection;

/**
 * Keeps writes and what indexes make of them in one order, key by key.
 *
 * <p><b>Threads:</b> safe for concurrent use. <b>Errors:</b> TIMEOUT or INTERRUPTED while waiting;
 * the work has not begun then.
 */
public interface Turns {
  /**
   * From now on writes take turns; returns when those are over that began without. Writes go on
   * meanwhile.
   */
  void begin();

  /** Writes need take no turns any more. */
  void end();

  /** Does something while nobody writes one of these keys. */
  void during(Collection<String> keys, Runnable work);

  /** Does something while nobody writes. */
  void alone(Runnable work);
}
