package io.undercroft.runtime.lifecycle;

import io.undercroft.spi.Wrapper;
import java.util.List;
import java.util.Objects;

/**
 * Gives layers and arounds that no configuration lists: beans, bridged interceptors.
 *
 * <p><b>Threads:</b> safe for concurrent use.
 */
@FunctionalInterface
public interface WrapperSource {
  /**
   * Returns the wrappers of one storage, outermost first; each goes innermost into its stage.
   * Called whenever a storage opens.
   *
   * @param storage the storage's name
   * @param bindings what {@code bindings} of the storage lists
   */
  List<Named> wrappers(String storage, List<String> bindings);

  /** A wrapper and what to call it in the storage's info. */
  record Named(String name, Wrapper wrapper) {
    /** Checks that nothing is {@code null}. */
    public Named {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(wrapper, "wrapper");
    }
  }
}
