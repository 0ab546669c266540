package io.undercroft.spi;

/**
 * Behaviour around every operation of every facet, through one method.
 *
 * <p><b>Threads:</b> called by many at once.
 */
@FunctionalInterface
public interface Around extends Wrapper {
  /**
   * Does something before, after or instead of the operation.
   *
   * @param call what is asked for
   * @param next the rest of the stack; may be called never, once or, for a call that may be
   *     repeated, again; on this thread or on another
   * @return what {@code next} returned, or something of the type that {@link Call.Kind} names
   * @throws Exception what comes from {@code next}; anything else that is thrown comes out of the
   *     operation: an unchecked one as it is, a checked one wrapped in a {@link
   *     io.undercroft.storage.StorageException}. Its code is INTERRUPTED for {@link
   *     InterruptedException}; CONNECTION_FAILED where the operation had not begun; then
   *     UNKNOWN_OUTCOME for a write, TIMEOUT for a {@link java.util.concurrent.TimeoutException},
   *     CONNECTION_LOST for the rest. One who knows better throws a StorageException
   */
  Object around(Call call, Next next) throws Exception;

  /**
   * Returns whether nothing may go past it, as for audit or authorisation. Facets of a plugin's own
   * cannot be led through an around; they pass it untouched unless this is true, and are taken away
   * if it is.
   */
  default boolean seesEverything() {
    return false;
  }

  /** The rest of the stack. */
  @FunctionalInterface
  interface Next {
    /**
     * Does the operation; returns its result, or {@link Call#NOTHING} for one that has none.
     *
     * @param call the call that the around was given, no other
     */
    Object proceed(Call call) throws Exception;
  }
}
