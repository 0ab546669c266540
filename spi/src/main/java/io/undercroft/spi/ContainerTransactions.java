package io.undercroft.spi;

import java.util.function.Consumer;

/**
 * The transactions of a container, by Jakarta Transactions: one may be under way on a thread.
 *
 * <p><b>Threads:</b> safe for concurrent use; speaks of the calling thread.
 */
public interface ContainerTransactions {
  /**
   * Returns whether one is under way on this thread, also one that can only be rolled back any
   * more.
   */
  boolean isActive();

  /**
   * Has something done after the one that is under way on this thread has ended: with {@code true}
   * if it was committed, on whatever thread it ends. It must be short and throw nothing. If none is
   * under way any more, it is done at once, with {@code false}.
   */
  void afterCompletion(Consumer<Boolean> committed);
}
