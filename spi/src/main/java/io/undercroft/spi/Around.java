package io.undercroft.spi;

/**
 * Behaviour around every operation of every facet, through one method.
 *
 * <p><b>Threads:</b> called by many at once.
 */
@FunctionalInterface
public non-sealed interface Around extends Wrapper {
  /**
   * Does something before, after or instead of the operation.
   *
   * @param call what is asked for
   * @param next the rest of the stack; may be called never, once or, for a call that may be
   *     repeated, again
   * @return what {@code next} returned, or something of the same type
   * @throws Exception what comes from {@code next}; anything else that is thrown comes out of the
   *     operation, wrapped in a {@link io.undercroft.storage.StorageException} unless it is
   *     unchecked
   */
  Object around(Call call, Next next) throws Exception;

  /** The rest of the stack. */
  @FunctionalInterface
  interface Next {
    /** Does the operation; returns its result, or {@link Call#NOTHING} for one that has none. */
    Object proceed(Call call) throws Exception;
  }
}
