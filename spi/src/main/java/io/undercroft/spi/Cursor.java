package io.undercroft.spi;

import java.util.List;

/**
 * A position in a scan that hands out page after page.
 *
 * <p><b>Threads:</b> for one thread at a time. <b>Memory:</b> one page.
 */
public interface Cursor<E> extends AutoCloseable {
  /** Returns the next page; an empty one means the end, and only that. */
  List<E> next();

  /**
   * Gives back what the scan holds. Idempotent; {@link #next} returns the empty page afterwards.
   */
  @Override
  void close();
}
